"""The account-similarity graph as GraphML, for Gephi, Cytoscape and yEd."""

import networkx as nx

from distillscan.reports.escape import xml


def render(graph: nx.Graph) -> str:
    """The graph with its attributes; ends with a newline.

    Nodes are numbered and carry their account id as an attribute: an account id may hold what XML forbids.
    """
    safe = nx.Graph()
    numbers = {account_id: f"n{number}" for number, account_id in enumerate(graph.nodes)}
    for account_id, attributes in graph.nodes(data=True):
        safe.add_node(numbers[account_id], account_id=xml(str(account_id)), **_safe(attributes))
    for account_a, account_b, attributes in graph.edges(data=True):
        safe.add_edge(numbers[account_a], numbers[account_b], **_safe(attributes))
    return "\n".join(nx.generate_graphml(safe)) + "\n"


def _safe(attributes: dict[str, object]) -> dict[str, object]:
    return {name: xml(value) if isinstance(value, str) else value for name, value in attributes.items()}

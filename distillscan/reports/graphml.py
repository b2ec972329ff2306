"""The account-similarity graph as GraphML, for Gephi, Cytoscape and yEd."""

import networkx as nx
import polars as pl

from distillscan.reports.escape import xml


def render(accounts: pl.DataFrame, links: pl.DataFrame) -> str:
    """The graph of `clusters.projection`: its accounts and links with their attributes; ends with a newline.

    Nodes are numbered and carry their account id as an attribute: an account id may hold what XML forbids.
    """
    graph = nx.Graph()
    number = {account_id: f"n{place}" for place, account_id in enumerate(accounts["account_id"])}
    for account in accounts.iter_rows(named=True):
        graph.add_node(number[account["account_id"]], **_safe(account))
    for link in links.drop("cluster_id").iter_rows(named=True):
        a, b = (number[link.pop(end)] for end in ("account_a", "account_b"))
        graph.add_edge(a, b, **_safe(link))
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _safe(attributes: dict[str, object]) -> dict[str, object]:
    return {name: xml(value) if isinstance(value, str) else value for name, value in attributes.items()}

"""How the strongest links of its accounts hold a cluster together: density, parts, bridges, joints.

Two accounts are linked by the sum over families of log2(N / holders) of the rarest value of the cluster that
both hold, as in ``clusters.projection``; each account's strongest links make the graph. So its density says
how evenly they run, not how many pairs share something.
"""

import networkx as nx
import numpy as np
import polars as pl
from numpy.typing import NDArray

from distillscan.case.frame import frame, registered
from distillscan.clusters.projection import STRONGEST
from distillscan.findings.explain.document.cluster import Link, Shape
from distillscan.findings.explain.question import Question

#: Accounts that are looked at; of larger clusters those of the smallest hash, as good as drawn by lot.
_LOOKED_AT = 600
#: Bridges and joints that are named.
_NAMED = 5

_DRAWN = """
    SELECT account, account_id FROM membership JOIN account USING (account)
    WHERE cluster_id = $cluster_id AND tier <> 'lead'
    ORDER BY md5(account_id), account_id LIMIT $most
"""
_HELD = """
    SELECT s.family, s.value, s.holders, list(d.place ORDER BY d.place) AS places
    FROM cluster_value c
    JOIN shared_value s USING (value)
    JOIN incidence i ON i.value = c.value
    JOIN drawn_account d ON d.account = i.account
    WHERE c.cluster_id = $cluster_id
    GROUP BY s.family, s.value, s.holders
    HAVING COUNT(*) >= 2
    ORDER BY s.family, s.holders DESC, s.value
"""


def shape_of(question: Question, cluster_id: str) -> Shape:
    """Return the shape of one cluster's core and probable accounts."""
    graph = _graph(question, cluster_id)
    parts = sorted((len(part) for part in nx.connected_components(graph)), reverse=True)
    bridges = sorted(tuple(sorted(edge)) for edge in nx.bridges(graph))
    joints = sorted(nx.articulation_points(graph))
    tree = [tuple(sorted(edge)) for edge in nx.maximum_spanning_edges(graph, weight="bits", data=False)]
    thinnest = min(tree, key=lambda edge: (graph.edges[edge]["bits"], edge), default=None)
    nodes, links = graph.number_of_nodes(), graph.number_of_edges()
    return Shape(
        accounts=nodes,
        links=links,
        density=round(float(nx.density(graph)), 4),
        links_each=round(2 * links / max(nodes, 1), 2),
        parts=len(parts),
        largest_part=parts[0] if parts else 0,
        bridges=len(bridges),
        first_bridges=[_link(graph, *edge) for edge in bridges[:_NAMED]],
        joints=len(joints),
        first_joints=joints[:_NAMED],
        thinnest=None if thinnest is None else _link(graph, *thinnest),
    )


def _graph(question: Question, cluster_id: str) -> nx.Graph:
    """Return the graph of pseudonyms, links carrying ``bits`` and ``families``."""
    drawn = frame(question.connection, _DRAWN, {"cluster_id": cluster_id, "most": _LOOKED_AT})
    drawn = drawn.with_row_index("place")
    with registered(question.connection, "drawn_account", drawn):
        held = frame(question.connection, _HELD, {"cluster_id": cluster_id})
    families = held["family"].unique().sort().to_list()
    bits = np.zeros((len(families), len(drawn), len(drawn)), dtype=np.float32)
    for number, family in enumerate(families):
        _fill(bits[number], held.filter(pl.col("family") == family), question)
    names = [question.name(account_id) for account_id in drawn["account_id"]]
    graph = nx.Graph()
    graph.add_nodes_from(sorted(names))
    total = bits.sum(axis=0)
    for a, b in _strongest(total):
        shared = [family for number, family in enumerate(families) if bits[number, a, b] > 0]
        graph.add_edge(names[a], names[b], bits=round(float(total[a, b]), 3), families=shared)
    return graph


def _fill(bits: NDArray[np.float32], held: pl.DataFrame, question: Question) -> None:
    """Write each value's rarity between its holders, the rarest last, so that the rarest stays."""
    for holders, places in held.select("holders", "places").iter_rows():
        inside = np.asarray(places, dtype=np.int64)
        bits[np.ix_(inside, inside)] = max(question.rarity(holders), 0.001)
    np.fill_diagonal(bits, 0.0)


def _strongest(total: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Return the pairs that are among the strongest links of one of their accounts."""
    order = np.argsort(-total, axis=1, kind="stable")[:, :STRONGEST]
    pairs = {
        (min(a, int(b)), max(a, int(b))) for a in range(len(total)) for b in order[a] if total[a, int(b)] > 0
    }
    return sorted(pairs)


def _link(graph: nx.Graph, a: str, b: str) -> Link:
    edge = graph.edges[a, b]
    return Link(account_a=a, account_b=b, families=edge["families"], bits=edge["bits"])

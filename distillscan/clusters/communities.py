"""Communities of the tie graph: Leiden, applied again inside every community until nothing splits.

Modularity compares a split with the size of the whole graph, so its verdict on one group depends on what else
is in the log. Applied to each community alone it does not: a final community is one that, by itself, is
better left whole. At the resolution used, two equal halves come apart only when less than 15 % of their
weight crosses between them: a shared account or a single address is a thin bridge and is cut, a common
workload is not.
"""

import numpy as np

from distillscan.arrays import Int32s, Int64s
from distillscan.association.seeded import Edges, leiden
from distillscan.clusters.graph import TieGraph

RESOLUTION = 0.3
#: Nodes of a component that is too small to be worth splitting: a household with its card and address.
_TOO_SMALL = 12
#: Ties of an account that are looked at; those that rotate through hundreds of values have enough in these.
_STRONGEST = 32


def communities(graph: TieGraph, accounts: int, seed: int) -> Int32s:
    """Return the community of each account, -1 for those without ties.

    Communities are numbered by their smallest account, and depend on ``seed`` alone.
    """
    labels = np.full(accounts, -1, dtype=np.int32)
    graph = graph.strongest(_STRONGEST)
    if len(graph.account) == 0:
        return labels
    tied = np.zeros(accounts + int(graph.value.max()) + 1, np.bool_)
    values = graph.value.astype(np.int64) + accounts
    tied[graph.account] = tied[values] = True
    node = np.cumsum(tied) - 1
    leaf = _leaves(Edges(int(node[-1]) + 1, node[graph.account], node[values], graph.weight), seed)
    members = np.flatnonzero(tied[:accounts])
    _, first, own = np.unique(leaf[: len(members)], return_index=True, return_inverse=True)
    labels[members] = np.argsort(np.argsort(first))[own]
    return labels


def _leaves(edges: Edges, seed: int) -> Int64s:
    """Return the number of the community of each vertex (n,), of those that do not split further."""
    leaf = np.empty(edges.vertices, np.int64)
    waiting, first = np.arange(edges.vertices), 0
    while len(waiting):
        # Leiden communities are connected, but a split may leave a value without its accounts
        part, was_split = leiden(edges, above=_TOO_SMALL, resolution=RESOLUTION, seed=seed)
        leaf[waiting] = first + part
        first += int(part.max()) + 1
        waiting = waiting[was_split]
        edges = edges.within(np.where(was_split, part, -1))
    return leaf

"""Communities of the tie graph: Leiden, applied again inside every community until nothing splits.

Modularity compares a split with the size of the whole graph, so its verdict on one group depends on what else
is in the log. Applied to each community alone it does not: a final community is one that, by itself, is
better left whole. At the resolution used, two equal halves come apart only when less than 15 % of their
weight crosses between them: a shared account or a single address is a thin bridge and is cut, a common
workload is not.
"""

from __future__ import annotations

from collections.abc import Iterator

import igraph
import numpy as np
from numpy.typing import NDArray

from distillscan.association.seeded import leiden
from distillscan.clusters.graph import TieGraph

RESOLUTION = 0.3
#: Nodes of a component that is too small to be worth splitting: a household with its card and address.
_TOO_SMALL = 12
#: Ties of an account that are looked at; those that rotate through hundreds of values have enough in these.
_STRONGEST = 32


def communities(graph: TieGraph, accounts: int, seed: int) -> NDArray[np.int32]:
    """Return the community of each account, -1 for those without ties.

    Communities are numbered by their smallest account, and depend on ``seed`` alone.
    """
    labels = np.full(accounts, -1, dtype=np.int32)
    graph = graph.strongest(_STRONGEST)
    nodes, ends = np.unique(
        np.concatenate([graph.account, graph.value.astype(np.int64) + accounts]), return_inverse=True
    )
    if len(nodes) == 0:
        return labels
    half = len(graph.account)
    whole = igraph.Graph(
        n=len(nodes), edges=np.column_stack([ends[:half], ends[half:]]), edge_attrs={"weight": graph.weight}
    )
    leaves = sorted((nodes[leaf] for leaf in _leaves(whole, seed)), key=np.min)
    for number, members in enumerate(leaves):
        labels[members[members < accounts]] = number
    return labels


def _leaves(graph: igraph.Graph, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield the vertices of the communities that do not split further."""
    waiting = [(graph, np.arange(graph.vcount()))]
    while waiting:
        whole, vertices = waiting.pop()
        # Leiden communities are connected, but a split may leave a value without its accounts
        components = whole.connected_components()
        for component in components:
            if len(component) <= _TOO_SMALL:
                yield vertices[component]
                continue
            part = whole if len(components) == 1 else whole.induced_subgraph(component)
            inner = leiden(part, resolution=RESOLUTION, seed=seed)
            if len(inner) <= 1:
                yield vertices[component]
            else:
                waiting += [
                    (part.induced_subgraph(members), vertices[component][members]) for members in inner
                ]

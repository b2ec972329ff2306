"""From associations to clusters: tie graph, communities, tiers, and how stable they are between seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from distillscan.association.associate import associate
from distillscan.association.levels import Levels
from distillscan.clusters.communities import communities
from distillscan.clusters.graph import TieGraph, tie_graph
from distillscan.clusters.peeling import Clustering, peeled
from distillscan.clusters.side_by_side import side_by_side
from distillscan.clusters.tiers import CORE, PROBABLE, Membership, assign
from distillscan.clusters.workloads import split_workloads
from distillscan.signals.incidence import Incidence

#: Seeds whose partitions are compared, and the share of them in which a core account must stay with its
#: cluster.
_SEEDS = 5
#: Leiden runs of which the best makes the reported partition.
_RUNS = 5
_MIN_STABLE = 0.8


def find_clusters(
    incidence: Incidence, levels: Levels, binding: NDArray[np.bool_], seed: int, threads: int = 1
) -> Clustering:
    """Return the clusters of an incidence; core accounts that other seeds place elsewhere become probable."""
    return peeled(incidence, lambda part: _stable_clusters(part, levels, binding, seed, threads))


def find_membership(
    incidence: Incidence, levels: Levels, binding: NDArray[np.bool_], seed: int
) -> Membership:
    """Return the membership of one Leiden run: the quick form for permuted logs and other settings."""
    return peeled(incidence, lambda part: _quick_clusters(part, levels, binding, seed)).membership


def _quick_clusters(
    incidence: Incidence, levels: Levels, binding: NDArray[np.bool_], seed: int
) -> Clustering:
    associated = associate(incidence, levels)
    graph = tie_graph(incidence, associated.associations)
    membership = assign(incidence, graph, _groups(incidence, graph, seed, 1), binding)
    return Clustering(associated, membership, np.ones(incidence.accounts))


def _stable_clusters(
    incidence: Incidence, levels: Levels, binding: NDArray[np.bool_], seed: int, threads: int
) -> Clustering:
    associated = associate(incidence, levels)
    graph = tie_graph(incidence, associated.associations)

    def groups(run: int) -> NDArray[np.int32]:
        return _groups(incidence, graph, seed + run, 1 if run else _RUNS)

    labels, *others = side_by_side(groups, _SEEDS, entries=len(graph.account), threads=threads)
    membership = assign(incidence, graph, labels, binding)
    stability = np.mean([np.ones(incidence.accounts), *(_stays(labels, other) for other in others)], axis=0)
    tier = membership.tier.copy()
    tier[(tier == CORE) & (stability < _MIN_STABLE)] = PROBABLE
    return Clustering(associated, replace(membership, tier=tier), stability)


def _groups(incidence: Incidence, graph: TieGraph, seed: int, runs: int) -> NDArray[np.int32]:
    """Return the group of each account: its community, or its workload where a community serves several."""
    labels = communities(graph, incidence.accounts, seed, runs)
    return split_workloads(incidence, graph, labels, seed, runs)


def _stays(labels: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return 1 for accounts that the other partition keeps with most of their own community."""
    tied = labels >= 0
    width = int(other.max(initial=0)) + 1
    cell = labels.astype(np.int64) * width + other
    cells, counts = np.unique(cell[tied], return_counts=True)
    order = np.lexsort((cells, -counts, cells // width))
    cells = cells[order]
    first = np.append(True, np.diff(cells // width) != 0) if len(cells) else np.zeros(0, dtype=np.bool_)
    return (np.isin(cell, cells[first]) & tied).astype(np.float64)

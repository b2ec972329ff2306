"""From associations to clusters: tie graph, communities, tiers, and how stable they are between seeds."""

from dataclasses import replace
from functools import partial

import numpy as np

from distillscan.arrays import Floats, Int32s
from distillscan.association.associate import AcceptedPairs
from distillscan.association.levels import Levels
from distillscan.clusters.communities import communities
from distillscan.clusters.declared_organisations import split_organisations
from distillscan.clusters.graph import TieGraph, tie_graph
from distillscan.clusters.parallel import parallel_map
from distillscan.clusters.peeling import Clustering, peeled
from distillscan.clusters.scores import CORE, PROBABLE
from distillscan.clusters.tiers import Membership, assign
from distillscan.clusters.workloads import split_customers, split_workloads
from distillscan.signals.incidence import Incidence

#: Seeds whose partitions are compared, and the share of them in which a core account must stay with its
#: cluster.
_SEEDS = 5
_MIN_STABLE = 0.8


def find_clusters(
    incidence: Incidence, levels: Levels, seed: int, threads: int = 1, accepted: AcceptedPairs | None = None
) -> Clustering:
    """Return the clusters of an incidence; core accounts that other seeds place elsewhere become probable.

    ``accepted`` is what `associate` gives, where that is known already.
    """
    return peeled(incidence, levels, partial(_stable_clusters, seed=seed, threads=threads), accepted)


def find_membership(
    incidence: Incidence, levels: Levels, seed: int, accepted: AcceptedPairs | None = None
) -> Membership:
    """Return the membership of one Leiden run: the quick form for permuted logs and other settings.

    ``accepted`` is as for `find_clusters`.
    """
    return peeled(incidence, levels, partial(_quick_clusters, seed=seed), accepted).membership


def _quick_clusters(incidence: Incidence, accepted: AcceptedPairs, seed: int) -> Clustering:
    graph = tie_graph(incidence, accepted.associations)
    membership = assign(incidence, graph, _groups(incidence, graph, seed))
    return Clustering(accepted, membership, np.ones(incidence.accounts))


def _stable_clusters(incidence: Incidence, accepted: AcceptedPairs, seed: int, threads: int) -> Clustering:
    graph = tie_graph(incidence, accepted.associations)

    def groups(run: int) -> Int32s:
        return _groups(incidence, graph, seed + run)

    partitions = list(parallel_map(groups, _SEEDS, entries=len(graph.account), threads=threads))
    labels, stability = _most_typical(partitions)
    membership = assign(incidence, graph, labels)
    tier = membership.tier.copy()
    tier[(tier == CORE) & (stability < _MIN_STABLE)] = PROBABLE
    return Clustering(accepted, replace(membership, tier=tier), stability)


def _groups(incidence: Incidence, graph: TieGraph, seed: int) -> Int32s:
    """Return the group of each account: its community, or its workload where a community serves several.

    The customers of a product that an operator hides among, and a declared organisation that is bound by
    nothing to the others, are groups of their own.
    """
    labels = communities(graph, incidence.accounts, seed)
    operators = split_workloads(incidence, graph, labels, seed)
    return split_organisations(incidence, split_customers(incidence, graph, operators))


def _most_typical(partitions: list[Int32s]) -> tuple[Int32s, Floats]:
    """Return the partition that the others agree with most, and the share of all that each account stays in.

    Agreement is counted both ways: the halves of a community stay together in it, but it does not in them.
    Of equals the first is taken.
    """
    stays = [[_stays(one, other) for other in partitions] for one in partitions]
    kept = np.array([[float(np.mean(accounts)) for accounts in row] for row in stays])
    best = int(np.argmax(np.round((kept + kept.T).sum(axis=1), 9)))
    return partitions[best], np.mean(stays[best], axis=0)


def _stays(labels: Int32s, other: Int32s) -> Floats:
    """Return 1 for accounts that the other partition keeps with most of their own community."""
    tied = labels >= 0
    width = int(other.max(initial=0)) + 1
    cell = labels.astype(np.int64) * width + other
    cells, counts = np.unique(cell[tied], return_counts=True)
    order = np.lexsort((cells, -counts, cells // width))
    cells = cells[order]
    first = np.append(True, np.diff(cells // width) != 0) if len(cells) else np.zeros(0, dtype=np.bool_)
    return (np.isin(cell, cells[first]) & tied).astype(np.float64)

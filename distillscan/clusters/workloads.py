"""Splits a community that serves several workloads: operators who share a pool of addresses and nothing else.

Accounts are grouped once more by their texts alone. Groups whose texts hardly cross are workloads of their
own, unless cards or mailboxes cross between them: then they are the work of one operator.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from distillscan.clusters.communities import communities
from distillscan.clusters.graph import TieGraph
from distillscan.signals import content, network, timing
from distillscan.signals.incidence import Incidence

#: Accounts that make a workload, at least and as a share of the community; and the share that all must cover.
_MIN_ACCOUNTS, _MIN_SHARE, _MIN_COVERED = 10, 0.1, 0.8
#: Families that cross between operators: a pool is rented to both, and both may start on the same day.
_HANDED_OUT = (content.FAMILY, network.FAMILY, timing.FAMILY)
#: Share of ties to cards and mailboxes that may cross between workloads of different operators.
_MAX_CROSSING = 0.1


def split_workloads(
    incidence: Incidence, graph: TieGraph, labels: NDArray[np.int32], seed: int
) -> NDArray[np.int32]:
    """Return the labels with such communities split; parts are numbered behind the largest label."""
    split = labels.copy()
    large = np.flatnonzero(np.bincount(labels[labels >= 0]) >= 2 * _MIN_ACCOUNTS)
    if len(large) == 0:
        return split
    inside = graph.within(np.isin(labels[graph.account], large))
    texts = _of_families(incidence, inside, [content.FAMILY])
    by_text = communities(texts, incidence.accounts, seed)
    for label in large:
        accounts = np.flatnonzero(labels == label)
        workloads = _workloads(by_text[accounts])
        if len(workloads) < 2:
            continue
        group = np.full(incidence.accounts, -1, dtype=np.int64)
        for number, workload in enumerate(workloads):
            group[accounts[by_text[accounts] == workload]] = number
        own = graph.within(labels[graph.account] == label)
        others = [name for name in incidence.families if name not in _HANDED_OUT]
        if _crossing(_of_families(incidence, own, others), group) <= _MAX_CROSSING:
            placed = _place_rest(own, group, accounts)
            first = int(split.max()) + 1
            split[accounts] = np.where(placed == 0, label, first + placed - 1)
    return split


def _of_families(incidence: Incidence, graph: TieGraph, names: Sequence[str]) -> TieGraph:
    families = [incidence.families.index(name) for name in names if name in incidence.families]
    return graph.within(np.isin(incidence.family[graph.value], families) & ~incidence.broad[graph.value])


def _workloads(by_text: NDArray[np.int32]) -> list[int]:
    """Return the text groups that are large, if together they are nearly the whole community."""
    groups, sizes = np.unique(by_text[by_text >= 0], return_counts=True)
    large = sizes >= max(_MIN_ACCOUNTS, _MIN_SHARE * len(by_text))
    covered = sizes[large].sum() >= _MIN_COVERED * len(by_text)
    return [int(group) for group in groups[large]] if covered else []


def _crossing(ties: TieGraph, group: NDArray[np.int64]) -> float:
    """Return the share of ties that lead to a value which most of another group's holders hold."""
    inside = group[ties.account] >= 0
    if not inside.any():
        return 0.0
    width = int(group.max()) + 1
    cells, counts = np.unique(
        ties.value[inside].astype(np.int64) * width + group[ties.account[inside]], return_counts=True
    )
    _, value = np.unique(cells // width, return_inverse=True)
    largest = np.zeros(int(value.max()) + 1, dtype=np.int64)
    np.maximum.at(largest, value, counts)
    return 1.0 - float(largest.sum()) / float(counts.sum())


def _place_rest(ties: TieGraph, group: NDArray[np.int64], accounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the group of every account; those without one go where most of their values are held."""
    width = int(group.max()) + 1
    known = group[ties.account] >= 0
    held = np.zeros((int(ties.value.max(initial=0)) + 1, width))
    np.add.at(held, (ties.value[known], group[ties.account[known]]), 1.0)
    share = held / np.maximum(held.sum(axis=1, keepdims=True), 1.0)
    pull = np.zeros((len(group), width))
    np.add.at(pull, ties.account, ties.weight[:, None] * share[ties.value])
    placed = np.where(group >= 0, group, pull.argmax(axis=1))
    return placed[accounts]

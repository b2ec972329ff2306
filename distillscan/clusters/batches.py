"""Joins groups that are batches of one operator's accounts, one after the other.

Who replaces banned accounts gives each batch cards and sign-up days of its own, and changes the template and
part of the addresses now and then. So each batch has something in common with the next, and nothing with the
one after; a chain of them is cut like any other thin bridge. But a text in common is a public task as easily,
and an address in common a rented pool. Groups that share a good part of both, and share it with hardly
anybody else, are of one operator.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from distillscan.clusters.graph import TieGraph
from distillscan.signals.incidence import Incidence

#: Accounts that make a batch; and the share of the lesser one's weight that two must have in common, of texts
#: and of cards, mailboxes and addresses. Operators with templates of their own have a sixth of the former in
#: common by what anybody asks.
_MIN_ACCOUNTS, _OF_TEXTS, _OF_ORIGINS = 10, 0.2, 0.15
#: Least share of a value's holders that are in such groups, and most groups that may hold it, for it to join
#: any.
_OWN, _MOST_GROUPS = 0.9, 16


def join_batches(incidence: Incidence, graph: TieGraph, labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the labels with such groups under the first label of theirs."""
    large = np.bincount(labels[labels >= 0]) >= _MIN_ACCOUNTS
    if np.count_nonzero(large) < 2:
        return labels
    # the last place is that of label -1
    ties = graph.within(np.append(large, False)[labels[graph.account]] & ~incidence.broad[graph.value])
    own = np.bincount(ties.value, minlength=incidence.values) >= _OWN * incidence.holders
    is_text = incidence.of_content[ties.value]
    origins = _in_common(ties.within(incidence.binding[ties.value] & ~is_text), labels, own, _OF_ORIGINS)
    if not origins.nnz:
        return labels
    texts = _in_common(ties.within(is_text), labels, own, _OF_TEXTS)
    _, joined = connected_components(texts.multiply(origins), directed=False)
    _, first = np.unique(joined, return_index=True)
    return np.where(labels >= 0, first[joined][labels], -1).astype(np.int32)


def _in_common(ties: TieGraph, labels: NDArray[np.int32], own: NDArray[np.bool_], share: float) -> csr_array:
    """Which pairs of labels have that share of their weight in values that are ``own``: 1 for those."""
    groups = int(labels.max()) + 1
    total = np.bincount(labels[ties.account], ties.weight, minlength=groups)
    value, group, weight = _shared(ties.within(own[ties.value]), labels, groups)
    common = csr_array((groups, groups))
    # the groups of a value stand in a row, so each pair of them is so many steps apart
    for step in range(1, _MOST_GROUPS):
        same = value[step:] == value[:-step]
        one, other = group[:-step][same], group[step:][same]
        least = np.minimum(weight[:-step][same], weight[step:][same])
        common += coo_array((least, (one, other)), shape=(groups, groups)).tocsr()
    pairs = common.tocoo()
    enough = pairs.data >= share * np.minimum(total[pairs.row], total[pairs.col])
    ones = np.ones(np.count_nonzero(enough))
    return csr_array((ones, (pairs.row[enough], pairs.col[enough])), shape=(groups, groups))


def _shared(
    ties: TieGraph, labels: NDArray[np.int32], groups: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return each value of several groups with each group that holds it, and the weight: three (n,)."""
    group = labels[ties.account]
    starts = np.flatnonzero(np.diff(ties.value, prepend=-1))
    if not len(starts):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    # most values are of one group, and need no sorting
    several = np.maximum.reduceat(group, starts) != np.minimum.reduceat(group, starts)
    rows = np.repeat(several, np.diff(np.append(starts, len(group))))
    cells, place = np.unique(ties.value[rows].astype(np.int64) * groups + group[rows], return_inverse=True)
    value, weight = cells // groups, np.bincount(place, ties.weight[rows], minlength=len(cells))
    few = np.bincount(value)[value] <= _MOST_GROUPS if len(value) else np.zeros(0, np.bool_)
    return value[few], (cells % groups)[few], weight[few]

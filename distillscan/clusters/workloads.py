"""Splits a community that serves several operators, or an operator and the customers he hides among.

Operators may share a pool of addresses. So the accounts of a community are grouped once more, by their texts
alone. Groups that hardly share a text are separate workloads, unless they share cards or mailboxes: then one
operator is behind them. Where few accounts have cards or mailboxes that others share, it says little that
none cross; then each group but one must have a text of its own that most of its accounts send, for the raw
tasks of one operator have little in common and fall into groups by chance.

An operator may also use the product of a company, or buy accounts of a reseller. The other customers share
addresses and a client program with him, at a reseller cards and mailboxes too. They are told from his
accounts by the prompts that are the community's own: his accounts send them again and again, a customer sends
none, and hardly any account lies between.
"""

from collections.abc import Sequence

import numpy as np

from distillscan.arrays import Bools, Floats, Int32s, Int64s
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
#: Share of a group that holds a text of its own, or a card or mailbox that could cross; and least share of
#: that text's holders that the group makes.
_MOST, _OWN = 0.5, 0.9
#: Accounts that make a prompt a community's own, and requests with such prompts by which an account does its
#: work; and requests from which on it says something that none is so.
_SEVERAL, _BUSY = 3, 10


def split_workloads(incidence: Incidence, graph: TieGraph, labels: Int32s, seed: int) -> Int32s:
    """Return the labels with communities split into workloads, numbered behind the largest label."""
    split = labels.copy()
    large = np.flatnonzero(np.bincount(labels[labels >= 0]) >= 2 * _MIN_ACCOUNTS)
    if len(large) == 0:
        return split
    inside = graph.within(np.isin(labels[graph.account], large))
    by_text = communities(_of_families(incidence, inside, [content.FAMILY]), incidence.accounts, seed)
    for label in large:
        accounts = np.flatnonzero(labels == label)
        group = _groups(by_text, accounts)
        if group is None:
            continue
        own = graph.within(labels[graph.account] == label)
        if not _apart(incidence, own, group):
            continue
        placed = _place_rest(own, group, accounts)
        first = int(split.max()) + 1
        split[accounts] = np.where(placed == 0, label, first + placed - 1)
    return split


def split_customers(incidence: Incidence, graph: TieGraph, labels: Int32s) -> Int32s:
    """Return the labels with customers as groups of their own, numbered behind the largest label."""
    tied = labels >= 0
    sizes = np.bincount(labels[tied])
    least = np.maximum(_MIN_ACCOUNTS, _MIN_SHARE * sizes)
    rows, holders = _own_prompts(incidence, labels)
    common = holders >= least[labels[incidence.account[rows]]]
    works = _most_uses(incidence.take(rows[common])) >= _SEVERAL
    asks_alone = np.ones(incidence.accounts, np.bool_)
    asks_alone[incidence.account[rows]] = False

    def of(which: Bools) -> Int64s:
        return np.bincount(labels[tied & which], minlength=len(sizes))

    customers = of(asks_alone & (_most_uses(incidence) >= _BUSY))
    between = of(~works & ~asks_alone)
    apart = (np.minimum(of(works), customers) >= least) & (between <= _MAX_CROSSING * customers)
    group = np.where(works, 0, np.where(asks_alone, 1, -1))
    split = labels.copy()
    for label in np.flatnonzero(apart):
        accounts = np.flatnonzero(labels == label)
        own = graph.within(labels[graph.account] == label)
        placed = _place_rest(own, np.where(labels == label, group, -1), accounts)
        split[accounts[placed == 1]] = int(split.max()) + 1
    return split


def _own_prompts(incidence: Incidence, labels: Int32s) -> tuple[Int64s, Int64s]:
    """Return the entries (n,) of prompts that are the account's community's own, and who of it holds them."""
    shared = incidence.of_prompts & (incidence.holders >= _SEVERAL)
    rows = np.flatnonzero(shared[incidence.value] & (labels[incidence.account] >= 0))
    width = int(labels.max(initial=-1)) + 1
    cells, cell, counts = np.unique(
        incidence.value[rows].astype(np.int64) * width + labels[incidence.account[rows]],
        return_inverse=True,
        return_counts=True,
    )
    own = (counts >= _OWN * incidence.holders[cells // max(width, 1)]) & (counts >= _SEVERAL)
    return rows[own[cell]], counts[cell[own[cell]]]


def _most_uses(incidence: Incidence) -> Floats:
    """Return the requests of each account by the value that most of them carry."""
    most = np.zeros(incidence.accounts)
    np.maximum.at(most, incidence.account, incidence.uses)
    return most


def _apart(incidence: Incidence, ties: TieGraph, group: Int64s) -> bool:
    """Whether a community grouped by its texts is of several operators."""
    kept = _without(incidence, ties, _HANDED_OUT)
    # one group may be the rest, such as neighbours on the addresses of the others
    texts = _of_families(incidence, ties, [content.FAMILY])
    told = _reach(kept, group) or _without_own_texts(texts, group) <= 1
    return told and _crossing(kept, group) <= _MAX_CROSSING


def _reach(ties: TieGraph, group: Int64s) -> bool:
    """Whether the ties reach most accounts of each group, so that none that cross would say something."""
    tied = np.zeros(len(group), np.bool_)
    tied[ties.account] = True
    sizes = np.bincount(group[group >= 0])
    return bool(np.all(np.bincount(group[tied & (group >= 0)], minlength=len(sizes)) >= _MOST * sizes))


def _groups(numbers: Int32s, accounts: Int64s) -> Int64s | None:
    """Return the group of every account, -1 for none; None if some accounts do not fall into several."""
    workloads = _workloads(numbers[accounts])
    if len(workloads) < 2:
        return None
    group = np.full(len(numbers), -1, dtype=np.int64)
    for number, workload in enumerate(workloads):
        group[accounts[numbers[accounts] == workload]] = number
    return group


def _without_own_texts(ties: TieGraph, group: Int64s) -> int:
    """How many groups have no text that most of their accounts hold and hardly anybody else here does."""
    tied = np.bincount(ties.value, minlength=int(ties.value.max(initial=-1)) + 1)
    sizes = np.bincount(group[group >= 0])
    value, of, counts = _held(ties, group)
    own = (counts >= _OWN * tied[value]) & (counts >= _MOST * sizes[of])
    return len(sizes) - len(np.unique(of[own]))


def _held(ties: TieGraph, group: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """Return each value with each group that holds it, and how many accounts of the group do: three (n,)."""
    width = int(group.max()) + 1
    inside = group[ties.account] >= 0
    cells, counts = np.unique(
        ties.value[inside].astype(np.int64) * width + group[ties.account[inside]], return_counts=True
    )
    return cells // width, cells % width, counts


def _of_families(incidence: Incidence, graph: TieGraph, names: Sequence[str]) -> TieGraph:
    families = [incidence.families.index(name) for name in names if name in incidence.families]
    return graph.within(np.isin(incidence.family[graph.value], families) & ~incidence.broad[graph.value])


def _without(incidence: Incidence, graph: TieGraph, names: Sequence[str]) -> TieGraph:
    return _of_families(incidence, graph, [name for name in incidence.families if name not in names])


def _workloads(by_text: Int32s) -> list[int]:
    """Return the text groups that are large, if together they are nearly the whole community."""
    groups, sizes = np.unique(by_text[by_text >= 0], return_counts=True)
    large = sizes >= max(_MIN_ACCOUNTS, _MIN_SHARE * len(by_text))
    covered = sizes[large].sum() >= _MIN_COVERED * len(by_text)
    return [int(group) for group in groups[large]] if covered else []


def _crossing(ties: TieGraph, group: Int64s) -> float:
    """Return the share of ties that lead to a value which most of another group's holders hold."""
    value, _, counts = _held(ties, group)
    if not counts.size:
        return 0.0
    largest = np.maximum.reduceat(counts, np.unique(value, return_index=True)[1])
    return 1.0 - float(largest.sum()) / float(counts.sum())


def _place_rest(ties: TieGraph, group: Int64s, accounts: Int64s) -> Int64s:
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

"""Tiers: how firmly each account belongs to its cluster, by the scores of ``clusters.scores``.

The shares that scores are made of are taken from the core, and the core from the scores: it begins with the
accounts that as many families tie as most of their cluster, or one less, two at least, and is scored twice.
First, what a family is worth is taken from those whom others put in: taken from those it put in itself, it
would be all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distillscan.clusters.characteristic import ClusterValues, characteristic_values
from distillscan.clusters.graph import TieGraph
from distillscan.clusters.scores import (
    CHARACTERISTIC,
    CORE,
    CORE_FAMILIES,
    NONE,
    family_bits,
    prior_bits,
    tier_codes,
)
from distillscan.compiled import compiled
from distillscan.signals.incidence import Incidence

#: Families by which an account of the first core may be tied less than most of its cluster, and share of
#: the cluster that makes a family one that nearly all are tied by.
_FEWER, _NEARLY_ALL = 1, 0.95
#: Part of the first core that the other families must put into the cluster for a family's shares to be taken
#: from those.
_MIN_WITNESSES = 0.5
#: What a value is to a cluster, as bits: it tells of it, binds to it, or is hardly held by anybody else.
_TELLS, _BINDS, _IS_PURE = 1, 2, 4


@dataclass(frozen=True)
class Membership:
    """``cluster`` (int32, -1: none) and ``tier`` (int8) of each account, and the values of each cluster."""

    cluster: NDArray[np.int32]
    tier: NDArray[np.int8]
    values: ClusterValues

    def core_cluster(self) -> NDArray[np.int32]:
        """Return the cluster of each core account, -1 for all others."""
        return np.where(self.tier == CORE, self.cluster, -1).astype(np.int32)

    def core_sizes(self) -> NDArray[np.int64]:
        """Return the number of core accounts of each cluster."""
        return np.bincount(self.cluster[self.tier == CORE], minlength=self.values.clusters)

    def core_holders(self, incidence: Incidence) -> NDArray[np.int64]:
        """Return, for each value of a cluster, the core accounts of that cluster that hold it."""
        return _held_by_core(
            incidence.account,
            incidence.value,
            self.values.rows_of(incidence.values),
            self.values.cluster,
            self.core_cluster(),
        )


def assign(incidence: Incidence, graph: TieGraph, account_label: NDArray[np.int32]) -> Membership:
    """Return the membership that follows from the communities."""
    values = characteristic_values(graph, account_label)
    own = values.marks(graph.value, account_label[graph.account])
    by_family = _tied_families(incidence, graph.account[own], graph.value[own])
    tied = by_family.sum(axis=1)
    typical = _typical(by_family, account_label)
    membership = Membership(account_label.copy(), np.where(typical, CORE, NONE).astype(np.int8), values)
    witness = (tied[:, None] - by_family >= CORE_FAMILIES) & (account_label >= 0)[:, None]
    membership = _scored(incidence, membership, account_label, tied, witness)
    return _scored(incidence, membership, account_label, tied)


def _typical(by_family: NDArray[np.bool_], label: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which accounts (n,) the first core is made of, from who is tied in which family.

    Accounts tied by far fewer families than most, or not by one that nearly all have, must earn their place
    by their score. Were they in the core from the start, two of a household would vouch for each other: their
    card would be one of the cluster, and those who signed up on its day by chance would make that day look
    like nobody else's.
    """
    tied = by_family.sum(axis=1)
    several = np.flatnonzero((tied >= CORE_FAMILIES) & (label >= 0))
    order = several[np.lexsort((tied[several], label[several]))]
    of, first, sizes = np.unique(label[order], return_index=True, return_counts=True)
    usual = tied[order[first + (sizes - 1) // 2]]
    holders = np.add.reduceat(by_family[order], first, axis=0, dtype=np.int64) if len(order) else 0
    common = holders >= _NEARLY_ALL * sizes[:, None]
    place = np.repeat(np.arange(len(of)), sizes)
    lacks = (common[place] & ~by_family[order]).any(axis=1)
    typical = np.zeros(len(label), np.bool_)
    typical[order] = tied[order] >= usual[place] - np.where(lacks, 0, _FEWER)
    return typical


def _tied_families(
    incidence: Incidence, account: NDArray[np.int32], value: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return whether each account is tied in each family (accounts x families)."""
    tied = np.zeros((incidence.accounts, max(len(incidence.families), 1)), np.bool_)
    tied[account, incidence.family[value]] = True
    return tied


@dataclass(frozen=True)
class _Touches:
    """Who holds telling values of which cluster.

    ``account`` and ``cell`` are distinct pairs of an account and a (cluster, family); ``bound`` and
    ``characteristic`` are sorted (account, cluster) keys: who holds a binding value of the cluster, and
    who holds one that hardly anybody else does.
    """

    account: NDArray[np.int64]
    cell: NDArray[np.int64]
    bound: NDArray[np.int64]
    characteristic: NDArray[np.int64]


def _touches(incidence: Incidence, membership: Membership) -> _Touches:
    """Return the touches; a broad value tells only where its family has nothing better in the cluster."""
    families = max(len(incidence.families), 1)
    values = membership.values
    core = membership.core_holders(incidence)
    broad = incidence.broad[values.value]
    cell = values.cluster * families + incidence.family[values.value]
    sharp = np.bincount(cell[(core >= 2) & ~broad], minlength=values.clusters * families + 1) > 0
    telling = (core >= 2) & (~broad | ~sharp[cell])
    pure = (core >= 2) & ~broad & (core >= CHARACTERISTIC * incidence.holders[values.value])
    binds = telling & ~broad & incidence.binding[values.value]
    kind = (_TELLS * telling + _BINDS * binds + _IS_PURE * pure).astype(np.uint8)
    clusters = max(values.clusters, 1)
    rows_of = values.rows_of(incidence.values)
    cells = clusters * families
    found, bound, characteristic = _touched(
        *incidence.by_account,
        rows_of,
        kind,
        cell,
        values.cluster,
        np.full(cells, -1, np.int64),
        np.full((2, clusters), -1, np.int64),
    )
    account, touched = np.divmod(np.sort(found), cells)
    return _Touches(account, touched, np.sort(bound), np.sort(characteristic))


@compiled
def _held_by_core(
    account: NDArray[np.int32],
    value: NDArray[np.int32],
    rows_of: NDArray[np.int64],
    cluster: NDArray[np.int64],
    core_cluster: NDArray[np.int32],
) -> NDArray[np.int64]:
    """For each row, a pair of value and cluster, how many core accounts of that cluster hold the value."""
    holders = np.zeros(cluster.size, np.int64)
    for entry in range(account.size):
        own = core_cluster[account[entry]]
        for row in range(rows_of[value[entry]], rows_of[value[entry] + 1]):
            holders[row] += int(cluster[row] == own)
    return holders


@compiled
def _touched(
    starts: NDArray[np.int64],
    held: NDArray[np.int32],
    rows_of: NDArray[np.int64],
    kind: NDArray[np.uint8],
    cell: NDArray[np.int64],
    cluster: NDArray[np.int64],
    touched_cell: NDArray[np.int64],
    touched: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The (account, cell) keys of ``_Touches``, and its other keys, account by account.

    ``touched_cell`` (cells,) and ``touched`` (2, clusters) are room for stamps, -1: they tell what an account
    has touched before.
    """
    cells, clusters = touched_cell.size, touched.shape[1]
    room = 0
    for value in held:
        room += rows_of[value + 1] - rows_of[value]
    found = np.empty(room, np.int64)
    bound, characteristic = np.empty(room, np.int64), np.empty(room, np.int64)
    n_cells, n_bound, n_characteristic = 0, 0, 0
    for account in range(starts.size - 1):
        for value in held[starts[account] : starts[account + 1]]:
            for row in range(rows_of[value], rows_of[value + 1]):
                own = cluster[row]
                if kind[row] & _TELLS and touched_cell[cell[row]] != account:
                    touched_cell[cell[row]] = account
                    found[n_cells] = account * cells + cell[row]
                    n_cells += 1
                if kind[row] & _BINDS and touched[0, own] != account:
                    touched[0, own] = account
                    bound[n_bound] = account * clusters + own
                    n_bound += 1
                if kind[row] & _IS_PURE and touched[1, own] != account:
                    touched[1, own] = account
                    characteristic[n_characteristic] = account * clusters + own
                    n_characteristic += 1
    return found[:n_cells], bound[:n_bound], characteristic[:n_characteristic]


def _scored(
    incidence: Incidence,
    membership: Membership,
    account_label: NDArray[np.int32],
    tied: NDArray[np.int64],
    witness: NDArray[np.bool_] | None = None,
) -> Membership:
    """Return the membership with tiers from the scores that the given membership implies.

    ``witness`` (accounts x families) says whom two families beside one tie to their community: what it is
    worth to hold values of that family is then taken from them, and from all others.
    """
    touches = _touches(incidence, membership)
    witnesses = None if witness is None else _witnesses(touches, account_label, witness, membership)
    account, cluster, score = _scores(incidence, membership, touches, witnesses)
    # an account with ties is judged in the community it is tied to, any other where it fits best
    placed = (account_label[account] < 0) | (account_label[account] == cluster)
    account, cluster, score = account[placed], cluster[placed], score[placed]
    order = np.lexsort((cluster, -score, account))
    _, first = np.unique(account[order], return_index=True)
    account, cluster, score = (column[order][first] for column in (account, cluster, score))
    pair = account * max(membership.values.clusters, 1) + cluster
    tier = tier_codes(
        score, tied[account], np.isin(pair, touches.bound), np.isin(pair, touches.characteristic)
    )
    everybody = np.full(incidence.accounts, NONE, dtype=np.int8)
    everybody[account] = tier
    placed_in = np.full(incidence.accounts, -1, dtype=np.int32)
    placed_in[account[tier < NONE]] = cluster[tier < NONE]
    return Membership(placed_in, everybody, membership.values)


def _witnesses(
    touches: _Touches, label: NDArray[np.int32], witness: NDArray[np.bool_], membership: Membership
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each (cluster, family) how many witnesses there are, and how many of them touch it."""
    families = witness.shape[1]
    cells = membership.values.clusters * families
    account, family = np.nonzero(witness)
    there = np.bincount(label[account].astype(np.int64) * families + family, minlength=cells)
    of_own = label[touches.account] == touches.cell // families
    holds = of_own & witness[touches.account, touches.cell % families]
    return there.astype(np.float64), np.bincount(touches.cell[holds], minlength=cells).astype(np.float64)


def _scores(
    incidence: Incidence,
    membership: Membership,
    touches: _Touches,
    witnesses: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return account, cluster and score in bits of every pair of which the account touches the cluster."""
    families = max(len(incidence.families), 1)
    sizes = membership.core_sizes().astype(np.float64)
    cells = len(sizes) * families
    cluster_of_cell = np.arange(cells) // families
    is_core = (membership.tier[touches.account] == CORE) & (
        membership.cluster[touches.account] == touches.cell // families
    )
    core = np.bincount(touches.cell[is_core], minlength=cells).astype(np.float64)
    others = np.bincount(touches.cell[~is_core], minlength=cells).astype(np.float64)
    size = sizes[cluster_of_cell]
    if witnesses is not None:
        enough = witnesses[0] >= np.maximum(_MIN_WITNESSES * size, 1)
        everybody = core + others
        size, core = (np.where(enough, mine, its) for mine, its in zip(witnesses, (size, core), strict=True))
        others = everybody - core
    present, absent = family_bits(core, others, size, incidence.accounts)
    base = prior_bits(sizes, incidence.accounts) + np.bincount(
        cluster_of_cell, weights=absent, minlength=len(sizes)
    )
    width = max(len(sizes), 1)
    pairs, index = np.unique(touches.account * width + touches.cell // families, return_inverse=True)
    gained = np.bincount(index, weights=(present - absent)[touches.cell], minlength=len(pairs))
    return pairs // width, pairs % width, np.round(base[pairs % width] + gained, 6)

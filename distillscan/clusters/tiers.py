"""Tiers: how firmly each account belongs to its cluster, by the scores of ``clusters.scores``.

The scores depend on the core, and the core on the scores, so both are computed in two rounds. The first core
is made of the accounts that are tied by about as many families as most of their cluster, two at least. In the
first round, the weight of a family is estimated only from accounts that other families place in the cluster:
estimated from those that it placed there itself, it would be circular. The second round uses the core that
the first one gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from distillscan.arrays import Bools, Floats, Int8s, Int32s, Int64s, UInt8s
from distillscan.clusters.characteristic import ClusterValues, characteristic_values
from distillscan.clusters.graph import TieGraph
from distillscan.clusters.scores import (
    CHARACTERISTIC,
    CORE,
    CORE_FAMILIES,
    MIN_TOGETHER,
    NONE,
    expected_bits,
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
#: What a value is to a cluster, as bits: it tells of it, is not broad, binds to it, or is hardly held by
#: anybody else.
_TELLS, _SHARP, _BINDS, _IS_PURE = 1, 2, 4, 8


@dataclass(frozen=True)
class Membership:
    """``cluster`` (int32, -1: none) and ``tier`` (int8) of each account, and the values of each cluster."""

    cluster: Int32s
    tier: Int8s
    values: ClusterValues

    def core_cluster(self) -> Int32s:
        """Return the cluster of each core account, -1 for all others."""
        return np.where(self.tier == CORE, self.cluster, -1).astype(np.int32)

    def core_sizes(self) -> Int64s:
        """Return the number of core accounts of each cluster."""
        return np.bincount(self.cluster[self.tier == CORE], minlength=self.values.clusters)

    def core_holders(self, incidence: Incidence) -> Int64s:
        """Return, for each value of a cluster, the core accounts of that cluster that hold it."""
        return _held_inside(
            incidence.account,
            incidence.value,
            self.values.rows_of(incidence.values),
            self.values.cluster,
            self.core_cluster(),
        )

    def core_bound(self, incidence: Incidence) -> Int64s:
        """Return, for each cluster, its core accounts that something binding joins with two others of it."""
        binds = incidence.binding[self.values.value] & (self.core_holders(incidence) >= MIN_TOGETHER)
        own = ClusterValues(self.values.value[binds], self.values.cluster[binds], self.values.clusters)
        core = self.core_cluster()
        bound = np.unique(incidence.account[own.marks(incidence.value, core[incidence.account])])
        return np.bincount(core[bound], minlength=self.values.clusters)


def assign(incidence: Incidence, graph: TieGraph, account_label: Int32s) -> Membership:
    """Return the membership that follows from the communities."""
    values = characteristic_values(graph, account_label)
    own = values.marks(graph.value, account_label[graph.account])
    by_family = _tied_families(incidence, graph.account[own], graph.value[own])
    tied = by_family.sum(axis=1)
    typical = _typical(by_family, account_label)
    membership = Membership(account_label.copy(), np.where(typical, CORE, NONE).astype(np.int8), values)
    witness = (tied[:, None] - by_family >= CORE_FAMILIES) & (account_label >= 0)[:, None]
    # whether those are core whom an address binds that hardly anybody else uses is yet to be seen
    no_strangers = (
        witness | (_bound_apart(incidence, graph, account_label, values) & (tied >= CORE_FAMILIES))[:, None]
    )
    membership = _scored(incidence, membership, account_label, tied, (witness, no_strangers))
    return _scored(incidence, membership, account_label, tied)


def _typical(by_family: Bools, label: Int32s) -> Bools:
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


def _tied_families(incidence: Incidence, account: Int32s, value: Int32s) -> Bools:
    """Return whether each account is tied in each family (accounts x families)."""
    tied = np.zeros((incidence.accounts, max(len(incidence.families), 1)), np.bool_)
    tied[account, incidence.family[value]] = True
    return tied


def _bound_apart(incidence: Incidence, graph: TieGraph, label: Int32s, values: ClusterValues) -> Bools:
    """Return which accounts (n,) are tied by something binding of which hardly a holder is elsewhere.

    That all of a few are in a community says little of it: so are the two of a household.
    """
    inside = _held_inside(
        incidence.account, incidence.value, values.rows_of(incidence.values), values.cluster, label
    )
    apart = inside >= CHARACTERISTIC * (incidence.holders[values.value] + 1)
    apart &= incidence.binding[values.value] & ~incidence.broad[values.value]
    kept = ClusterValues(values.value[apart], values.cluster[apart], values.clusters)
    bound = np.zeros(incidence.accounts, np.bool_)
    bound[graph.account[kept.marks(graph.value, label[graph.account])]] = True
    return bound


@dataclass(frozen=True)
class _Touches:
    """Who holds telling values of which cluster.

    ``account`` and ``cell`` are distinct pairs of an account and a (cluster, family); ``bound`` and
    ``characteristic`` are sorted (account, cluster) keys: who holds a binding value of the cluster, and
    who holds one that hardly anybody else does.
    """

    account: Int64s
    cell: Int64s
    bound: Int64s
    characteristic: Int64s


def _touches(incidence: Incidence, membership: Membership) -> _Touches:
    """Return the touches; a broad value tells only where those of its family that are not tell less."""
    families = max(len(incidence.families), 1)
    values = membership.values
    core = membership.core_holders(incidence)
    telling, sharp = core >= 2, (core >= 2) & ~incidence.broad[values.value]
    pure = sharp & (core >= CHARACTERISTIC * incidence.holders[values.value])
    binds = sharp & incidence.binding[values.value]
    kind = (_TELLS * telling + _SHARP * sharp + _BINDS * binds + _IS_PURE * pure).astype(np.uint8)
    clusters = max(values.clusters, 1)
    cells = clusters * families
    found, bound, characteristic = _touched(
        *incidence.by_account,
        values.rows_of(incidence.values),
        kind,
        values.cluster * families + incidence.family[values.value],
        values.cluster,
        np.full((2, cells), -1, np.int64),
        np.full((2, clusters), -1, np.int64),
    )
    pairs, by_sharp = np.divmod(np.sort(found), 2)
    account, cell = np.divmod(pairs, cells)
    kept = (by_sharp == 1) | ~_sharp_tell_more(account, cell, by_sharp == 1, membership, families)[cell]
    return _Touches(account[kept], cell[kept], np.sort(bound), np.sort(characteristic))


def _sharp_tell_more(
    account: Int64s,
    cell: Int64s,
    by_sharp: Bools,
    membership: Membership,
    families: int,
) -> Bools:
    """Return of which (cluster, family) the values that are not broad tell as much without the others."""
    cells = max(membership.values.clusters, 1) * families
    size = np.zeros(cells)
    size[: membership.values.clusters * families] = np.repeat(membership.core_sizes(), families)
    of_core = membership.core_cluster()[account] == cell // families

    def told(which: Bools) -> Floats:
        rows = (cell[which & of_core], cell[which & ~of_core])
        inside, outside = (np.bincount(own, minlength=cells).astype(np.float64) for own in rows)
        return expected_bits(inside, outside, size, len(membership.tier))

    return told(by_sharp) >= told(np.ones_like(by_sharp))


@compiled
def _held_inside(
    account: Int32s,
    value: Int32s,
    rows_of: Int64s,
    cluster: Int64s,
    place: Int32s,
) -> Int64s:
    """For each row, a pair of value and cluster, how many accounts whose place that is hold the value."""
    holders = np.zeros(cluster.size, np.int64)
    for entry in range(account.size):
        own = place[account[entry]]
        for row in range(rows_of[value[entry]], rows_of[value[entry] + 1]):
            holders[row] += int(cluster[row] == own)
    return holders


@compiled
def _touched(
    starts: Int64s,
    held: Int32s,
    rows_of: Int64s,
    kind: UInt8s,
    cell: Int64s,
    cluster: Int64s,
    touched_cell: Int64s,
    touched: Int64s,
) -> tuple[Int64s, Int64s, Int64s]:
    """The keys of ``_touches``, account by account.

    Those of an account and a cell are doubled, and odd where a value that is not broad touches it.
    ``touched_cell`` (2, cells) and ``touched`` (2, clusters) are room for stamps, -1: they tell what an
    account has touched before, and where its key stands.
    """
    cells, clusters = touched_cell.shape[1], touched.shape[1]
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
                if kind[row] & _TELLS:
                    if touched_cell[0, cell[row]] != account:
                        touched_cell[0, cell[row]] = account
                        touched_cell[1, cell[row]] = n_cells
                        found[n_cells] = 2 * (account * cells + cell[row])
                        n_cells += 1
                    if kind[row] & _SHARP:
                        found[touched_cell[1, cell[row]]] |= 1
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
    account_label: Int32s,
    tied: Int64s,
    learnt_from: Sequence[Bools] = (),
) -> Membership:
    """Return the membership with tiers from the scores that the given membership implies.

    ``learnt_from`` has two masks (accounts x families) or none: whom two families beside one tie to their
    community, and whom these do or something that binds. What it is worth to hold values of that family is
    then taken from the former, and from all but the latter.
    """
    touches = _touches(incidence, membership)
    witnesses = [_witnesses(touches, account_label, mask, membership) for mask in learnt_from]
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
    touches: _Touches, label: Int32s, witness: Bools, membership: Membership
) -> tuple[Floats, Floats]:
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
    witnesses: Sequence[tuple[Floats, Floats]],
) -> tuple[Int64s, Int64s, Floats]:
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
    known = np.array([size, core])
    if witnesses:
        enough = witnesses[0][0] >= np.maximum(_MIN_WITNESSES * size, 1)
        everybody = core + others
        # columns are how many there are, and how many of them touch it
        (size, core), known = np.where(enough, witnesses, (size, core))
        others = everybody - known[1]
    present, absent = family_bits(core, others, size, incidence.accounts - known[0])
    base = prior_bits(sizes, incidence.accounts) + np.bincount(
        cluster_of_cell, weights=absent, minlength=len(sizes)
    )
    width = max(len(sizes), 1)
    pairs, index = np.unique(touches.account * width + touches.cell // families, return_inverse=True)
    gained = np.bincount(index, weights=(present - absent)[touches.cell], minlength=len(pairs))
    return pairs // width, pairs % width, np.round(base[pairs % width] + gained, 6)

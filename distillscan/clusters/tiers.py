"""Tiers: how firmly an account belongs to its cluster.

For each family, an account either holds values of the cluster or it does not. Both are evidence: the
log-likelihood ratio of holding one is log2(c / o), of holding none log2((1 - c) / (1 - o)), with c the share
of the core that does and o the share of everybody else. Their sum over families, on top of the prior odds
n / (N - n), is the account's score in bits (Fellegi and Sunter 1969, with families as fields). A neighbour
who once used a proxy address and happened to stop in the same hour holds two families, and lacks the three
that the whole core holds.

*Core*: tied by two families or more, and odds of nine to one. *Probable*: even odds, by something that binds.
A *lead* touches a characteristic value of the cluster, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distillscan.clusters.graph import TieGraph
from distillscan.signals.incidence import Incidence

#: Tier codes, stronger first; NONE marks accounts in no cluster.
CORE, PROBABLE, LEAD, NONE = 0, 1, 2, 3
TIER_NAMES = ("core", "probable", "lead")

_CORE_BITS = float(np.log2(9))
_PROBABLE_BITS = 0.0
#: Rounds of scoring; the core that the shares are taken from changes little after the first.
_ROUNDS = 2
#: Share of a value's holders that must be core for it to make a lead of another holder.
_CHARACTERISTIC = 0.9


@dataclass(frozen=True)
class Membership:
    """``cluster`` (int32, -1 for none) and ``tier`` of each account, and ``value_cluster`` of each value."""

    cluster: NDArray[np.int32]
    tier: NDArray[np.int8]
    value_cluster: NDArray[np.int32]

    def core_sizes(self) -> NDArray[np.int64]:
        """Return the number of core accounts of each cluster."""
        clusters = int(self.value_cluster.max(initial=-1)) + 1
        return np.bincount(self.cluster[self.tier == CORE], minlength=clusters)

    def core_holders(self, incidence: Incidence) -> NDArray[np.int64]:
        """Return, of each value, the holders that are core in the value's own cluster."""
        own = (self.tier[incidence.account] == CORE) & (
            self.cluster[incidence.account] == self.value_cluster[incidence.value]
        )
        return np.bincount(incidence.value[own], minlength=incidence.values)


def assign(
    incidence: Incidence,
    graph: TieGraph,
    account_label: NDArray[np.int32],
    value_label: NDArray[np.int32],
    binding: NDArray[np.bool_],
) -> Membership:
    """Return the membership that follows from the communities; ``binding`` marks values (see Signal)."""
    own = account_label[graph.account] == value_label[graph.value]
    tied = _family_count(incidence, graph.account[own], graph.value[own])
    cluster = account_label.copy()
    tier = np.where(tied >= 2, CORE, NONE).astype(np.int8)
    membership = Membership(cluster, tier, value_label)
    for _ in range(_ROUNDS):
        membership = _scored(incidence, membership, account_label, tied, binding)
    return membership


def _family_count(
    incidence: Incidence, account: NDArray[np.int32], value: NDArray[np.int32]
) -> NDArray[np.int64]:
    families = max(len(incidence.families), 1)
    cells = np.unique(account.astype(np.int64) * families + incidence.family[value])
    return np.bincount(cells // families, minlength=incidence.accounts)


@dataclass(frozen=True)
class _Touches:
    """Who holds a telling value of which cluster: distinct pairs of account and (cluster, family) cell."""

    account: NDArray[np.int64]
    cell: NDArray[np.int64]


def _touches(incidence: Incidence, membership: Membership) -> _Touches:
    """Return the touches; a broad value tells only where its family has nothing better in the cluster."""
    families = len(incidence.families)
    label = membership.value_cluster.astype(np.int64)
    telling = (label >= 0) & (membership.core_holders(incidence) >= 2)
    value_cell = np.where(label >= 0, label * families + incidence.family, 0)
    cells = (int(label.max(initial=-1)) + 1) * families
    sharp = np.bincount(value_cell[telling & ~incidence.broad], minlength=max(cells, 1)) > 0
    telling &= ~incidence.broad | ~sharp[value_cell]
    held = telling[incidence.value]
    pairs = np.unique(
        np.column_stack([incidence.account[held].astype(np.int64), value_cell[incidence.value[held]]]), axis=0
    )
    return _Touches(pairs[:, 0], pairs[:, 1])


def _scored(
    incidence: Incidence,
    membership: Membership,
    account_label: NDArray[np.int32],
    tied: NDArray[np.int64],
    binding: NDArray[np.bool_],
) -> Membership:
    """Return the membership with tiers from the scores that the given membership implies."""
    touches = _touches(incidence, membership)
    pair_account, pair_cluster, score = _scores(incidence, membership, touches)
    order = np.lexsort((pair_cluster, -score, pair_account))
    pair_account, pair_cluster, score = pair_account[order], pair_cluster[order], score[order]
    # an account with ties is judged in the community it is tied to, any other where it fits best
    placed = (account_label[pair_account] < 0) | (account_label[pair_account] == pair_cluster)
    pair_account, pair_cluster, score = pair_account[placed], pair_cluster[placed], score[placed]
    _, best = np.unique(pair_account, return_index=True)
    account, label, bits = pair_account[best], pair_cluster[best], score[best]
    bound, touched = _characteristic_holders(incidence, membership, binding)
    tier = np.full(len(account), NONE, dtype=np.int8)
    tier[touched[account]] = LEAD
    tier[(bits >= _PROBABLE_BITS) & (bound[account] | (tied[account] >= 2))] = PROBABLE
    tier[(bits >= _CORE_BITS) & (tied[account] >= 2)] = CORE
    everybody = np.full(incidence.accounts, NONE, dtype=np.int8)
    everybody[account] = tier
    cluster = np.full(incidence.accounts, -1, dtype=np.int32)
    cluster[account[tier < NONE]] = label[tier < NONE]
    return Membership(cluster, everybody, membership.value_cluster)


def _scores(
    incidence: Incidence, membership: Membership, touches: _Touches
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return account, cluster and score in bits of every pair of which the account touches the cluster."""
    families = max(len(incidence.families), 1)
    sizes = membership.core_sizes().astype(np.float64)
    cells = len(sizes) * families
    cluster_of_cell = np.arange(cells) // families
    is_core = (membership.tier[touches.account] == CORE) & (
        membership.cluster[touches.account] == touches.cell // families
    )
    core = np.bincount(touches.cell[is_core], minlength=cells)
    others = np.bincount(touches.cell[~is_core], minlength=cells)
    size = sizes[cluster_of_cell]
    c = (core + 0.5) / (size + 1.0)
    o = (others + 0.5) / (incidence.accounts - size + 1.0)
    absent = np.where(core > 0, np.log2((1 - c) / (1 - o)), 0.0)
    present = np.where(core > 0, np.log2(c / o), 0.0)
    prior = np.log2((sizes + 0.5) / (incidence.accounts - sizes + 0.5))
    base = prior + np.bincount(cluster_of_cell, weights=absent, minlength=len(sizes))
    pair = touches.account * len(sizes) + touches.cell // families
    pairs, index = np.unique(pair, return_inverse=True)
    gained = np.bincount(index, weights=(present - absent)[touches.cell], minlength=len(pairs))
    account, cluster = pairs // max(len(sizes), 1), pairs % max(len(sizes), 1)
    return account, cluster, np.round(base[cluster] + gained, 6)


def _characteristic_holders(
    incidence: Incidence, membership: Membership, binding: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the accounts that hold a binding value of a cluster, and those with a characteristic one."""
    core = membership.core_holders(incidence)
    of_cluster = (membership.value_cluster >= 0) & ~incidence.broad & (core >= 2)
    pure = of_cluster & (core >= _CHARACTERISTIC * incidence.holders)
    bound = np.bincount(
        incidence.account, weights=(of_cluster & binding)[incidence.value], minlength=incidence.accounts
    )
    touched = np.bincount(incidence.account, weights=pure[incidence.value], minlength=incidence.accounts)
    return bound > 0, touched > 0

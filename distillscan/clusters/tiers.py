"""Tiers: how firmly an account belongs to its cluster.

*Core* accounts hold values of the cluster from two families or more. *Probable* ones hold, in one family, a binding
value that is almost wholly the core's: an instrument, an address, a mailbox. A *lead* touches a characteristic value
of the cluster, and no more: a text or an hour can be shared by strangers, however rare it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distillscan.clusters.graph import TieGraph, rarity_bits
from distillscan.signals.incidence import Incidence

#: Tier codes, stronger first; NONE marks accounts in no cluster.
CORE, PROBABLE, LEAD, NONE = 0, 1, 2, 3
TIER_NAMES = ("core", "probable", "lead")

#: Share of a value's holders that must be core for it to bring in accounts that are not tied otherwise.
_PURE, _MOSTLY = 0.9, 0.5


@dataclass(frozen=True)
class Membership:
    """``cluster`` (int32, -1 for none) and ``tier`` of each account, and ``value_cluster`` of each value."""

    cluster: NDArray[np.int32]
    tier: NDArray[np.int8]
    value_cluster: NDArray[np.int32]

    def core_sizes(self) -> NDArray[np.int64]:
        """Return the number of core accounts of each cluster."""
        return np.bincount(self.cluster[self.tier == CORE], minlength=int(self.value_cluster.max(initial=-1)) + 1)


def assign(
    incidence: Incidence,
    graph: TieGraph,
    account_label: NDArray[np.int32],
    value_label: NDArray[np.int32],
    binding: NDArray[np.bool_],
) -> Membership:
    """Return the membership that follows from the communities; ``binding`` marks values (see Signal)."""
    cluster = np.full(incidence.accounts, -1, dtype=np.int32)
    tier = np.full(incidence.accounts, NONE, dtype=np.int8)
    own = account_label[graph.account] == value_label[graph.value]
    families = _family_count(incidence, graph.account[own], graph.value[own])
    core = families >= 2
    cluster[core], tier[core] = account_label[core], CORE
    single = (families == 1) & ~core
    cluster[single], tier[single] = account_label[single], PROBABLE
    _attach_others(incidence, value_label, binding, cluster, tier)
    return Membership(cluster, tier, value_label)


def _family_count(
    incidence: Incidence, account: NDArray[np.int32], value: NDArray[np.int32]
) -> NDArray[np.int64]:
    families = len(incidence.families)
    cells = np.unique(account.astype(np.int64) * families + incidence.family[value])
    return np.bincount(cells // max(families, 1), minlength=incidence.accounts)


def _attach_others(
    incidence: Incidence,
    value_label: NDArray[np.int32],
    binding: NDArray[np.bool_],
    cluster: NDArray[np.int32],
    tier: NDArray[np.int8],
) -> None:
    """Give accounts outside every cluster the tier of the best characteristic value they hold, in place."""
    held_in_core = (tier[incidence.account] == CORE) & (
        cluster[incidence.account] == value_label[incidence.value]
    )
    core_holders = np.bincount(incidence.value[held_in_core], minlength=incidence.values)
    purity = core_holders / np.maximum(incidence.holders, 1)
    content = np.zeros(incidence.values, dtype=np.bool_)
    if "CONTENT" in incidence.families:
        content = incidence.family == incidence.families.index("CONTENT")
    usable = (value_label >= 0) & ~incidence.broad & (core_holders >= 2)
    grants = np.full(incidence.values, NONE, dtype=np.int8)
    grants[usable & ((binding & (purity >= _MOSTLY)) | (content & (purity >= _PURE)))] = LEAD
    grants[usable & binding & (purity >= _PURE)] = PROBABLE
    outside = (cluster[incidence.account] < 0) & (grants[incidence.value] < NONE)
    account, value = incidence.account[outside], incidence.value[outside]
    if len(account) == 0:
        return
    order = np.lexsort((value, -rarity_bits(incidence)[value], grants[value], account))
    account, value = account[order], value[order]
    first = np.append(True, np.diff(account) != 0)
    cluster[account[first]] = value_label[value[first]]
    tier[account[first]] = grants[value[first]]

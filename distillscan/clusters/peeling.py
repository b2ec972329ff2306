"""Looks again at a log without the cluster that prevails in it.

Where a campaign is most of a log, whatever its accounts do not hold belongs together: everybody else shares
popular texts and carriers that the campaign never touches. Once the campaign is found, its accounts are taken
out and the rest is judged as a log of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from distillscan.arrays import Floats, Int64s
from distillscan.association.associate import AcceptedPairs, associate
from distillscan.association.levels import Levels
from distillscan.association.single import Associations
from distillscan.clusters.characteristic import ClusterValues
from distillscan.clusters.layers import FEWEST, PREVAILING
from distillscan.clusters.scores import NONE, PROBABLE
from distillscan.clusters.tiers import Membership
from distillscan.signals.incidence import Incidence


@dataclass(frozen=True)
class Clustering:
    """Associations and membership; ``stability`` is each account's share of agreeing seeds (0..1)."""

    accepted: AcceptedPairs
    membership: Membership
    stability: Floats


def peeled(
    incidence: Incidence,
    levels: Levels,
    find: Callable[[Incidence, AcceptedPairs], Clustering],
    accepted: AcceptedPairs | None = None,
) -> Clustering:
    """Return the clusters that ``find`` gives, prevailing ones first and the others from what they leave.

    ``accepted`` is what `associate` gives for the whole incidence, where that is known already.
    """
    whole = find(incidence, accepted or associate(incidence, levels))
    prevailing = np.flatnonzero(whole.membership.core_sizes() >= PREVAILING * incidence.accounts)
    firm = np.isin(whole.membership.cluster, prevailing) & (whole.membership.tier <= PROBABLE)
    rest = np.flatnonzero(~firm)
    if len(prevailing) == 0 or len(rest) < FEWEST:
        return whole
    return _joined(whole, prevailing, rest, peeled(_restricted(incidence, rest), levels, find))


def _restricted(incidence: Incidence, accounts: Int64s) -> Incidence:
    """Return the incidence of some accounts, numbered anew in their order."""
    number = np.full(incidence.accounts, -1, dtype=np.int32)
    number[accounts] = np.arange(len(accounts), dtype=np.int32)
    kept = number[incidence.account] >= 0
    rest = incidence.take(kept)
    return replace(
        rest, accounts=len(accounts), account=number[rest.account], declared=incidence.declared[accounts]
    )


def _joined(whole: Clustering, prevailing: Int64s, rest: Int64s, inner: Clustering) -> Clustering:
    """Return the prevailing clusters numbered first, then those of the rest."""
    first = len(prevailing)
    renumbered = np.full(whole.membership.values.clusters + 1, -1, dtype=np.int32)
    renumbered[prevailing] = np.arange(first, dtype=np.int32)
    cluster = renumbered[whole.membership.cluster]
    tier = np.where(cluster >= 0, whole.membership.tier, NONE).astype(np.int8)
    # a lead of the prevailing cluster may be a member of another
    found = inner.membership.tier < NONE
    cluster[rest[found]] = inner.membership.cluster[found] + first
    tier[rest[found]] = inner.membership.tier[found]
    stability = whole.stability.copy()
    stability[rest] = inner.stability
    own, others = whole.membership.values, inner.membership.values
    kept = np.isin(own.cluster, prevailing)
    value = np.concatenate([own.value[kept], others.value])
    marks = np.concatenate([renumbered[own.cluster[kept]].astype(np.int64), others.cluster + first])
    order = np.lexsort((marks, value))
    values = ClusterValues(value[order], marks[order], first + others.clusters)
    associations = Associations.concatenate([whole.accepted.associations, inner.accepted.associations])
    return Clustering(
        replace(whole.accepted, associations=associations.once()),
        Membership(cluster, tier, values),
        stability,
    )

"""Splits a declared organisation from a community with which it shares only texts and hours.

A company and a campaign may send the same public prompt, of a course, a benchmark or a product. The accounts
of a community that declare one identity are a cluster of their own if their cards and addresses are theirs
alone. If cards or addresses cross to the other accounts, they stay: an operator can invent a domain, but not
the means to pay for it.
"""

import numpy as np

from distillscan.arrays import Bools, Int32s, Int64s
from distillscan.clusters.scores import MIN_BOUND, MIN_TOGETHER
from distillscan.signals.incidence import Incidence

#: Accounts that make an organisation, and the share of a community above which they are all of it.
_MIN_PART, _WHOLE = 5, 0.9
#: An identity whose holders are mostly elsewhere is taken for one open to all above this share of the log.
_EXCLUSIVE, _MAX_SHARE = 0.9, 0.05
#: Share of the organisation's holdings of binding values that may cross to the rest of the community, and
#: share of a value's holders that must be in the community: the addresses of a VPN join anybody.
_MAX_CROSSING, _OF_COMMUNITY = 0.1, 0.5


def split_organisations(incidence: Incidence, labels: Int32s) -> Int32s:
    """Return the labels (n,) with such organisations split off, numbered behind the largest label."""
    part = _candidates(incidence.declared, labels)
    if not (part >= 0).any():
        return labels
    own = np.flatnonzero(_stand_alone(incidence, labels, part))
    number = np.full(int(part.max()) + 2, -1, dtype=np.int32)
    number[own] = int(labels.max()) + 1 + np.arange(len(own))
    return np.where(number[part] >= 0, number[part], labels).astype(np.int32)


def _candidates(declared: Int32s, labels: Int32s) -> Int64s:
    """Return a number for each account (n,), the same for those of one identity in one community, else -1.

    Where the declared together are nearly the whole community, they are looked at as that.
    """
    inside = np.flatnonzero((declared >= 0) & (labels >= 0))
    everybody, sizes = np.bincount(declared[declared >= 0]), np.bincount(labels[labels >= 0])
    width = len(everybody) + 1
    cells, of, counts = np.unique(
        labels[inside].astype(np.int64) * width + declared[inside], return_inverse=True, return_counts=True
    )
    label, holders = cells // width, everybody[cells % width]
    public = (counts < _EXCLUSIVE * holders) & (holders > _MAX_SHARE * len(declared))
    kept = (counts >= _MIN_PART) & ~public
    together = np.bincount(label[kept], weights=counts[kept], minlength=len(sizes))
    kept &= (together < _WHOLE * sizes)[label]
    part = np.full(len(declared), -1, dtype=np.int64)
    part[inside] = np.where(kept, np.cumsum(kept) - 1, -1)[of]
    return part


def _stand_alone(incidence: Incidence, labels: Int32s, part: Int64s) -> Bools:
    """Return for each part whether values that bind hold it together, and hardly any joins it to others."""
    concerned = np.isin(labels, np.unique(labels[part >= 0]))
    entries = concerned[incidence.account] & (incidence.binding & ~incidence.broad)[incidence.value]
    account, value = incidence.account[entries], incidence.value[entries].astype(np.int64)
    width = int(labels.max()) + 1
    community, holders = np.unique(value * width + labels[account], return_counts=True)
    of_community = holders >= _OF_COMMUNITY * incidence.holders[community // width]
    community, holders = community[of_community], holders[of_community]
    mine = (part[account] >= 0) & np.isin(value * width + labels[account], community)
    account, value = account[mine], value[mine]
    parts = int(part.max()) + 1
    cells, of, own = np.unique(value * parts + part[account], return_inverse=True, return_counts=True)
    place = np.zeros(len(cells), dtype=np.int64)
    place[of] = np.searchsorted(community, value * width + labels[account])
    others = holders[place] - own
    shared = own + others >= 2
    which = cells % parts
    held = np.bincount(which[shared], weights=own[shared], minlength=parts)
    crossing = np.bincount(which[shared], weights=np.minimum(own, others)[shared], minlength=parts)
    bound = np.unique(account[(own >= MIN_TOGETHER)[of]])
    return (crossing <= _MAX_CROSSING * held) & (
        np.bincount(part[bound], minlength=parts) >= MIN_BOUND * np.bincount(part[part >= 0], minlength=parts)
    )

"""The score of an account against a cluster, in bits, and the tier that follows from it.

For each family, an account either holds values of the cluster or it does not. Both are evidence: the
log-likelihood ratio of holding one is log2(c / o), of holding none log2((1 - c) / (1 - o)), with c the share
of the core that does and o the share of everybody else. Their sum over families, on top of the prior odds
n / (N - n), is the account's score in bits (Fellegi and Sunter 1969, with families as fields). A neighbour
who once used a proxy address and happened to stop in the same hour holds two families, and lacks the three
that the whole core holds.

*Core*: tied by two families or more, and odds of nine to one. *Probable*: even odds, by something that binds.
A *lead* touches a characteristic value of the cluster, and no more.
"""

import numpy as np

from distillscan.arrays import Bools, Floats, Int8s, Int64s

#: Tier codes, stronger first; NONE marks accounts in no cluster.
CORE, PROBABLE, LEAD, NONE = 0, 1, 2, 3
TIER_NAMES = ("core", "probable", "lead")

CORE_BITS = float(np.log2(9))
PROBABLE_BITS = 0.0
#: Families that must tie a core account.
CORE_FAMILIES = 2
#: What binds: a value that takes an effort to share and joins so many accounts (two with one mailbox may be
#: one owner); and a group of which such values join this share.
MIN_TOGETHER, MIN_BOUND = 3, 0.5
#: Share of a value's holders that must be core for it to make a lead of another holder.
CHARACTERISTIC = 0.9


def prior_bits(core: Floats, accounts: int) -> Floats:
    """Return the log2 odds that an account is in a core of that size before anything is known of it."""
    return np.asarray(np.log2((core + 0.5) / (accounts - core + 0.5)), dtype=np.float64)


def family_bits(
    core_holding: Floats, others_holding: Floats, core: Floats, others: Floats
) -> tuple[Floats, Floats]:
    """Return the log2 likelihood ratios of holding values of a family of the cluster, and of holding none.

    Of ``core`` accounts ``core_holding`` hold one, of ``others`` ``others_holding``. A family that no core
    account holds says nothing.
    """
    c = (core_holding + 0.5) / (core + 1.0)
    o = (others_holding + 0.5) / (others + 1.0)
    held = core_holding > 0
    return np.where(held, np.log2(c / o), 0.0), np.where(held, np.log2((1 - c) / (1 - o)), 0.0)


def expected_bits(core_holding: Floats, others_holding: Floats, core: Floats, accounts: int) -> Floats:
    """Return the bits that a family gives an account of the core on average: the relative entropy.

    Values that few others hold, but few of the core too, give less than those that the whole core holds and
    some others too.
    """
    present, absent = family_bits(core_holding, others_holding, core, accounts - core)
    c = (core_holding + 0.5) / (core + 1.0)
    return np.asarray(np.round(c * present + (1 - c) * absent, 6), dtype=np.float64)


def tier_codes(score: Floats, tied: Int64s, binding: Bools, characteristic: Bools) -> Int8s:
    """Return the tier of each account from its score in bits and the number of families that tie it.

    ``binding`` and ``characteristic`` say whether it holds a value that binds, and one that hardly anybody
    outside the core holds.
    """
    firm = tied >= CORE_FAMILIES
    tier = np.full(len(score), NONE, dtype=np.int8)
    tier[characteristic] = LEAD
    tier[(score >= PROBABLE_BITS) & (binding | firm)] = PROBABLE
    tier[(score >= CORE_BITS) & firm] = CORE
    return tier

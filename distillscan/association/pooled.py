"""The hierarchical test of one large value against all small values of another family together.

A template that most of a log holds has no surprising overlap with any single card of eight accounts, yet its
holders agree card by card. For a value w and a family f the statistic is the number of pairs of accounts that
share a small value of f and both hold w. Where it is significant over the family-wise count of such tests,
the small values are judged one by one within that (w, f).

Source: docs/method.md, "Pooled test".
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from distillscan.arrays import Bools, Floats, Int32s, Int64s, UInt64s
from distillscan.association.mixture import linked_probability
from distillscan.association.overlap import FamilyMatrices, Overlaps
from distillscan.association.single import Associations
from distillscan.association.tails import binomial_tail, discoveries
from distillscan.compiled import compiled, readonly
from distillscan.fingerprint.shared import spread_bits
from distillscan.signals.incidence import Incidence

#: A value is small up to this many holders, and large from ``_MIN_LARGE`` on.
_MAX_SMALL = 32
_MIN_LARGE = 8
#: From this probability of holding w on, a single small value can hardly be significant by itself.
_COMMON = 0.3


@dataclass
class _FamilySizes:
    """Sums of falling factorials n(n-1).. of the holders of a family's small values, by upper bound of n."""

    count: Int64s
    second: Floats
    third: Floats
    fourth: Floats

    @staticmethod
    def of(holders: Int64s) -> _FamilySizes:
        frequency = np.bincount(holders[holders <= _MAX_SMALL], minlength=_MAX_SMALL + 1)[: _MAX_SMALL + 1]
        n = np.arange(_MAX_SMALL + 1, dtype=np.float64)
        second = n * (n - 1)
        third = second * (n - 2)
        fourth = third * (n - 3)
        return _FamilySizes(
            np.cumsum(frequency),
            np.cumsum(frequency * second),
            np.cumsum(frequency * third),
            np.cumsum(frequency * fourth),
        )


def _small_bound(holders: Int64s) -> Int64s:
    """Return the largest size that is small against values of the given size."""
    return np.minimum(holders // 2, _MAX_SMALL)


@dataclass(frozen=True)
class _Pairs:
    """Overlaps of large values with small ones: parallel columns."""

    large: Int32s
    small: Int32s
    count: Int32s

    def take(self, rows: Bools | Int64s) -> _Pairs:
        return _Pairs(self.large[rows], self.small[rows], self.count[rows])


@compiled
def _pooled_pairs(
    large: Int32s,
    small: Int32s,
    count: Int32s,
    holders: Int64s,
    bound: Int64s,
    first: Int32s,
) -> tuple[Int32s, Int32s, Int32s]:
    """The pairs of which the one value is large and the other small, and the first of those alike.

    ``bound`` is the largest size that is small against each value, 0 for a value that is not large.
    """
    kept = np.empty(large.size, np.int32)
    found = 0
    for row in range(large.size):
        kept[found] = row
        found += int(holders[small[row]] <= bound[large[row]] and first[small[row]] == small[row])
    kept = kept[:found]
    return large[kept], small[kept], count[kept]


class PooledTest:
    """Gathers the overlaps block by block, then tests every large value against every other family."""

    def __init__(self, families: FamilyMatrices) -> None:
        """Find the values that say the same: several addresses of one gateway are one observation."""
        self.families = families
        self._pieces: dict[tuple[int, int], list[_Pairs]] = {}
        self._first = first_alike(families.incidence)
        holders = families.incidence.holders
        self._bound = np.where(holders >= _MIN_LARGE, _small_bound(holders), 0)

    def add(self, overlaps: Overlaps) -> None:
        """Keep the overlaps of large values with small ones."""
        holders = self.families.incidence.holders
        for large, small, pair in (
            (overlaps.a, overlaps.b, (overlaps.f, overlaps.g)),
            (overlaps.b, overlaps.a, (overlaps.g, overlaps.f)),
        ):
            pairs = _Pairs(*_pooled_pairs(large, small, overlaps.count, holders, self._bound, self._first))
            self._pieces.setdefault(pair, []).append(pairs)

    def accepted(self, family_wise: float, within: float, without: int | None = None) -> Associations:
        """Return the associations of all (large value, family) whose pooled test passes ``family_wise``.

        Bonferroni counts every (large value, other family). Inside one that passes, small values are accepted
        at a false discovery rate of ``within`` among all small values of that family. The values of family
        ``without`` count as held by nobody.
        """
        holders = self.families.incidence.holders
        large = (holders >= _MIN_LARGE) & (self.families.incidence.family != without)
        tests = int(np.count_nonzero(large)) * max(len(self.families.values) - 1, 1)
        parts = []
        for pair in sorted(pair for pair in self._pieces if without not in pair):
            columns = zip(*((p.large, p.small, p.count) for p in self._pieces[pair]), strict=True)
            pairs = _Pairs(*(np.concatenate(column) for column in columns))
            if len(pairs.large):
                small = self.families.values[pair[1]]
                different = small[self._first[small] == small]
                family = _Family(holders, self.families.rate(*pair), _FamilySizes.of(holders[different]))
                parts += _test_family(pairs, family, family_wise / max(tests, 1), within)
        return self._with_those_alike(Associations.concatenate(parts))

    def _with_those_alike(self, found: Associations) -> Associations:
        """Return what was found of one value also of the others with its holders."""
        alike = np.argsort(self._first, kind="stable").astype(np.int32)
        start = np.searchsorted(self._first[alike], found.b)
        number = np.searchsorted(self._first[alike], found.b, side="right") - start
        row = np.repeat(np.arange(len(found)), number)
        place = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
        return replace(found.take(row), b=alike[start[row] + place])


def first_alike(incidence: Incidence) -> Int32s:
    """Return, for each value (n,), the first one of its family that the very same accounts hold."""
    numbers = np.arange(incidence.accounts + len(incidence.families), dtype=np.int32)
    bits = spread_bits(readonly(numbers))
    sets = _sums(incidence.starts, incidence.account, bits)
    # a family is told like one more holder
    sets += bits[incidence.accounts :][incidence.family]
    order = np.argsort(sets, kind="stable")
    new = np.ones(incidence.values, np.bool_)
    new[1:] = np.diff(sets[order]) != 0
    first = np.empty(incidence.values, np.int32)
    first[order] = order[np.maximum.accumulate(np.where(new, np.arange(incidence.values), 0))]
    return first


@compiled
def _sums(starts: Int64s, account: Int32s, bits: UInt64s) -> UInt64s:
    """The sum of the bits of each value's holders: what tells one set of accounts from another."""
    sums = np.zeros(starts.size - 1, np.uint64)
    for value in range(sums.size):
        for holder in account[starts[value] : starts[value + 1]]:
            sums[value] += bits[holder]
    return sums


@dataclass(frozen=True)
class _Family:
    """What the tests of one family against another share: holders of all values, meeting rate, and sizes."""

    holders: Int64s
    rate: float
    sizes: _FamilySizes

    def probability(self, large: Int32s) -> Floats:
        """Return the probability that a holder of a small value holds the large one."""
        probability: Floats = np.minimum(self.holders[large] * self.rate, 1.0)
        return probability


def _pooled_tail(observed: Floats, q: Floats, bound: Int64s, sizes: _FamilySizes) -> Floats:
    """Return P(pairs >= observed) when each holder of a small value holds w with probability q, by itself.

    The number of pairs C(K, 2) of K ~ Binomial(n, q) has closed mean and variance; their sum over the small
    values is matched by a Poisson variable scaled to both, whose upper tail is heavier than the normal one.
    """
    second, third, fourth = (column[bound] for column in (sizes.second, sizes.third, sizes.fourth))
    mean = second * q**2 / 2
    # (K(K-1))^2 = K4 + 4 K3 + 2 K2 in falling factorials, whose means are n_j q^j; the same identity
    # squares n2
    variance = (fourth * q**4 + 4 * third * q**3 + 2 * second * q**2) / 4
    variance -= (fourth + 4 * third + 2 * second) * q**4 / 4
    scale = np.maximum(variance / np.maximum(mean, 1e-300), 1.0)
    # P(Poisson(mean/scale) >= observed/scale) with the gamma function carrying it to non-integers
    return np.asarray(special.gammainc(np.maximum(observed / scale, 1e-9), mean / scale), dtype=np.float64)


def _test_family(pairs: _Pairs, family: _Family, level: float, within: float) -> list[Associations]:
    together = pairs.count.astype(np.float64) * (pairs.count - 1) / 2
    observed: Floats = np.bincount(pairs.large, together, minlength=len(family.holders)).astype(np.float64)
    values = np.flatnonzero(observed).astype(np.int32)
    bound = _small_bound(family.holders[values])
    p = _pooled_tail(observed[values], family.probability(values), bound, family.sizes)
    passed = np.zeros(len(observed), np.bool_)
    passed[values[p <= level]] = True
    pairs = pairs.take(passed[pairs.large])
    pairs = pairs.take(np.lexsort((pairs.small, pairs.large)))
    common = family.probability(pairs.large) >= _COMMON
    return [
        accept(pairs.take(rows), family, within)
        for rows, accept in ((common, _accept_common), (~common, _accept_within))
        if rows.any()
    ]


def _accept_common(pairs: _Pairs, family: _Family, within: float) -> Associations:
    """Accept the small values that are of the linked kind with probability ``1 - within``; see mixture."""
    values, row = np.unique(pairs.large, return_inverse=True)
    frequency = np.diff(family.sizes.count, prepend=0)
    holders = family.holders[pairs.small]
    inside = np.arange(_MAX_SMALL + 1) <= _small_bound(family.holders[values])[:, None]
    seen = np.zeros(inside.shape, dtype=np.int64)
    np.add.at(seen, (row, holders), 1)
    absent = np.where(inside, frequency, 0) - seen
    belongs = linked_probability(row, holders, pairs.count, absent)
    return _accepted(pairs, family, belongs >= 1 - within, 1 - belongs)


def _accept_within(pairs: _Pairs, family: _Family, within: float) -> Associations:
    """Accept the small values that are discoveries among all small values beside the same large one."""
    values, group = np.unique(pairs.large, return_inverse=True)
    tests = family.sizes.count[_small_bound(family.holders[values])]
    p = binomial_tail(pairs.count, family.holders[pairs.small], family.probability(pairs.large))
    kept, q = discoveries(p, group, tests, within)
    return _accepted(pairs, family, kept, q)


def _accepted(pairs: _Pairs, family: _Family, kept: Bools, q: Floats) -> Associations:
    pairs = pairs.take(kept)
    probability, holders = family.probability(pairs.large), family.holders[pairs.small]
    return Associations(
        pairs.large,
        pairs.small,
        pairs.count,
        np.asarray(holders * probability, dtype=np.float64),
        binomial_tail(pairs.count, holders, probability),
        q[kept],
        np.ones(len(pairs.large), dtype=np.bool_),
    )

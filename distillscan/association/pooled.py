"""The hierarchical test of one large value against all small values of another family together.

A template that most of a log holds has no surprising overlap with any single card of eight accounts, yet its
holders agree card by card. For a value w and a family f the statistic is the number of pairs of accounts that
share a small value of f and both hold w. Where it is significant over the family-wise count of such tests,
the small values are judged one by one within that (w, f).

Source: docs/method.md, "Pooled test".
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from distillscan.association.mixture import linked_probability
from distillscan.association.overlap import FamilyMatrices, Overlaps
from distillscan.association.single import Associations
from distillscan.association.tails import Floats, binomial_tail, discoveries

#: A value is small up to this many holders, and large from ``_MIN_LARGE`` on.
_MAX_SMALL = 32
_MIN_LARGE = 8
#: From this probability of holding w on, a single small value can hardly be significant by itself.
_COMMON = 0.3


@dataclass
class _FamilySizes:
    """Sums of falling factorials n(n-1).. of the holders of a family's small values, by upper bound of n."""

    count: NDArray[np.int64]
    second: Floats
    third: Floats
    fourth: Floats

    @staticmethod
    def of(holders: NDArray[np.int64]) -> _FamilySizes:
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


def _small_bound(holders: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the largest size that is small against values of the given size."""
    return np.minimum(holders // 2, _MAX_SMALL)


@dataclass
class PooledTest:
    """Gathers the overlaps block by block, then tests every large value against every other family."""

    families: FamilyMatrices
    _pieces: dict[tuple[int, int], list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]]] = (
        field(default_factory=dict)
    )
    _rates: dict[tuple[int, int], float] = field(default_factory=dict)

    def add(self, overlaps: Overlaps) -> None:
        """Keep the overlaps of large values with small ones."""
        holders = self.families.incidence.holders
        for large, small, pair in (
            (overlaps.a, overlaps.b, (overlaps.f, overlaps.g)),
            (overlaps.b, overlaps.a, (overlaps.g, overlaps.f)),
        ):
            self._rates[pair] = overlaps.rate
            kept = (holders[large] >= _MIN_LARGE) & (holders[small] <= _small_bound(holders[large]))
            self._pieces.setdefault(pair, []).append((large[kept], small[kept], overlaps.count[kept]))

    def accepted(self, family_wise: float, within: float) -> Associations:
        """Return the associations of all (large value, family) whose pooled test passes ``family_wise``.

        Bonferroni counts every (large value, other family). Inside one that passes, small values are accepted
        at a false discovery rate of ``within`` among all small values of that family.
        """
        holders = self.families.incidence.holders
        tests = int(np.count_nonzero(holders >= _MIN_LARGE)) * max(len(self.families.values) - 1, 1)
        parts = []
        for pair in sorted(self._pieces):
            large, small, count = (np.concatenate(column) for column in zip(*self._pieces[pair], strict=True))
            if len(large):
                sizes = _FamilySizes.of(holders[self.families.values[pair[1]]])
                parts += _test_family(
                    large,
                    small,
                    count,
                    holders,
                    self._rates[pair],
                    sizes,
                    family_wise / max(tests, 1),
                    within,
                )
        return Associations.concatenate(parts)


def _pooled_tail(observed: Floats, q: Floats, bound: NDArray[np.int64], sizes: _FamilySizes) -> Floats:
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


def _test_family(
    large: NDArray[np.int32],
    small: NDArray[np.int32],
    count: NDArray[np.int32],
    holders: NDArray[np.int64],
    rate: float,
    sizes: _FamilySizes,
    level: float,
    within: float,
) -> list[Associations]:
    order = np.lexsort((small, large))
    large, small, count = large[order], small[order], count[order]
    values, starts = np.unique(large, return_index=True)
    pairs = count.astype(np.float64) * (count - 1) / 2
    observed = np.add.reduceat(pairs, starts)
    probability = np.minimum(holders[values] * rate, 1.0)
    p = _pooled_tail(observed, probability, _small_bound(holders[values]), sizes)
    runs = np.diff(np.append(starts, len(large)))
    kept = np.repeat(p <= level, runs)
    probability = np.repeat(probability, runs)[kept]
    large, small, count = large[kept], small[kept], count[kept]
    parts = []
    for rows, accept in (
        (probability >= _COMMON, _accept_common),
        (probability < _COMMON, _accept_within),
    ):
        if rows.any():
            parts.append(
                accept(large[rows], small[rows], count[rows], holders, probability[rows], sizes, within)
            )
    return parts


def _accept_common(
    large: NDArray[np.int32],
    small: NDArray[np.int32],
    count: NDArray[np.int32],
    holders: NDArray[np.int64],
    probability: Floats,
    sizes: _FamilySizes,
    within: float,
) -> Associations:
    """Accept the small values that are of the linked kind with probability ``1 - within``; see mixture."""
    values, row = np.unique(large, return_inverse=True)
    frequency = np.diff(sizes.count, prepend=0)
    inside = np.arange(_MAX_SMALL + 1) <= _small_bound(holders[values])[:, None]
    seen = np.zeros(inside.shape, dtype=np.int64)
    np.add.at(seen, (row, holders[small]), 1)
    belongs = linked_probability(row, holders[small], count, np.where(inside, frequency, 0) - seen)
    return _accepted(large, small, count, holders, probability, belongs >= 1 - within, 1 - belongs)


def _accept_within(
    large: NDArray[np.int32],
    small: NDArray[np.int32],
    count: NDArray[np.int32],
    holders: NDArray[np.int64],
    probability: Floats,
    sizes: _FamilySizes,
    within: float,
) -> Associations:
    """Accept the small values that are discoveries among all small values beside the same large one."""
    values, group = np.unique(large, return_inverse=True)
    tests = sizes.count[_small_bound(holders[values])]
    p = binomial_tail(count, holders[small], probability)
    kept, q = discoveries(p, group, tests, within)
    return _accepted(large, small, count, holders, probability, kept, q)


def _accepted(
    large: NDArray[np.int32],
    small: NDArray[np.int32],
    count: NDArray[np.int32],
    holders: NDArray[np.int64],
    probability: Floats,
    kept: NDArray[np.bool_],
    q: Floats,
) -> Associations:
    large, small, count, probability = large[kept], small[kept], count[kept], probability[kept]
    return Associations(
        large,
        small,
        count,
        np.asarray(holders[small] * probability, dtype=np.float64),
        binomial_tail(count, holders[small], probability),
        q[kept],
        np.ones(len(large), dtype=np.bool_),
    )

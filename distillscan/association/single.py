"""The test of one value against one value of another family."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from distillscan.arrays import Bools, Floats, Int32s, Int64s
from distillscan.association.overlap import Overlaps
from distillscan.association.tails import benjamini_hochberg, binomial_tail
from distillscan.compiled import compiled
from distillscan.signals.incidence import Incidence

#: A pair is worth keeping for the discovery rate only below this; far above what any threshold
#: accepts.
_WORTH_KEEPING = 1e-3
#: Overlap expected by chance must be exceeded at least twofold ...
MIN_LIFT = 2.0
#: ... unless the smaller value lies almost wholly inside the other: a campaign that is most of the log leaves
#: no room for a lift of two. Not so with a broad value, in which most of a population may lie.
MIN_CONTAINMENT = 0.9


@dataclass(frozen=True)
class Associations:
    """Pairs of values that belong together: parallel columns; ``pooled`` says which test accepted each."""

    a: Int32s
    b: Int32s
    overlap: Int32s
    expected: Floats
    p: Floats
    q: Floats
    pooled: Bools

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.a)

    def take(self, rows: Bools | Int64s) -> Associations:
        """Return the rows that a mask or an index selects."""
        return Associations(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def once(self) -> Associations:
        """Return each unordered pair once, in the order of values, a single test before a pooled one."""
        low, high = np.minimum(self.a, self.b), np.maximum(self.a, self.b)
        order = np.lexsort((self.pooled, high, low))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
        return self.take(order[first])

    @staticmethod
    def concatenate(parts: list[Associations]) -> Associations:
        """Return one table of all parts; of no parts, an empty one."""
        if not parts:
            none = np.zeros(0)
            whole = none.astype(np.int32)
            return Associations(whole, whole, whole, none, none, none, none.astype(np.bool_))
        return Associations(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in Associations.__dataclass_fields__
            )
        )


def judge_pairs(overlaps: Overlaps, incidence: Incidence) -> Associations:
    """Test the pairs of one block; q is not yet set, because it depends on all blocks.

    The null draws the holders of the smaller value one by one, each holding the larger with probability
    ``larger * rate``: p = BinomialTail(overlap; smaller, larger * rate).
    """
    holders = incidence.holders
    rows = _worth_testing(
        (overlaps.a, overlaps.b, overlaps.count),
        overlaps.rate,
        holders,
        incidence.broad,
        special.gammaln(np.arange(1.0, holders.max(initial=0) + 2)),
    )
    a, b, count = overlaps.a[rows], overlaps.b[rows], overlaps.count[rows]
    smaller, larger = np.minimum(holders[a], holders[b]), np.maximum(holders[a], holders[b])
    p = binomial_tail(count, smaller, larger * overlaps.rate)
    expected = smaller * larger * overlaps.rate
    tested = Associations(a, b, count, expected, p, np.ones_like(p), np.zeros(len(p), dtype=np.bool_))
    return tested.take(p <= _WORTH_KEEPING)


@compiled
def _worth_testing(
    pairs: tuple[Int32s, Int32s, Int32s],
    rate: float,
    holders: Int64s,
    broad: Bools,
    log_factorial: Floats,
) -> Int64s:
    """Which pairs meet more than enough, and not so often by chance that p is above ``_WORTH_KEEPING``.

    A tail is at least its first term, which is cheap, and most pairs are settled by it.
    """
    limit = math.log(_WORTH_KEEPING) + 1e-6
    kept = np.empty(pairs[0].size, np.int64)
    found = 0
    for row in range(pairs[0].size):
        a, b, count = pairs[0][row], pairs[1][row], pairs[2][row]
        smaller, larger = min(holders[a], holders[b]), max(holders[a], holders[b])
        probability = larger * rate
        expected = smaller * larger * rate
        contained = count >= MIN_CONTAINMENT * smaller and not broad[a] and not broad[b]
        if count <= expected or not (contained or count >= MIN_LIFT * expected):
            continue
        others = smaller - count
        first = log_factorial[smaller] - log_factorial[count] - log_factorial[others]
        first += count * math.log(probability) + others * math.log1p(-probability)
        if first <= limit:
            kept[found] = row
            found += 1
    return kept[:found]


def discover(tested: Sequence[Associations], possible_pairs: int, rate: float) -> Associations:
    """Return the pairs whose q-value among all possible pairs is at most ``rate``, of several tables."""
    # even the last of all would need a tail below this
    limit = rate * sum(map(len, tested)) / max(possible_pairs, 1)
    near = Associations.concatenate([part.take(part.p <= limit) for part in tested])
    near = replace(near, q=benjamini_hochberg(near.p, float(possible_pairs)))
    return near.take(near.q <= rate)

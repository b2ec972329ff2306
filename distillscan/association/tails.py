"""Tail probabilities, intervals and false discovery rates.

They stand on ``scipy.special``: ``scipy.stats`` gives the same, and takes a third of a second to import.
"""

import math

import numpy as np
from scipy import special

from distillscan.arrays import Bools, Floats, Int32s, Int64s


def binomial_tail(count: Int32s, trials: Int64s, probability: Floats) -> Floats:
    """Return P(X >= count) for X ~ Binomial(trials, probability), element by element."""
    probability = np.minimum(probability, 1.0)
    # bdtrc takes P(X > k) through the incomplete beta function, exact far into the tail
    return np.asarray(special.bdtrc(count.astype(np.float64) - 1.0, trials, probability), dtype=np.float64)


def poisson_tail(count: int, expected: float) -> float:
    """Return P(X >= count) for X ~ Poisson(expected)."""
    return float(special.pdtrc(count - 1, expected)) if count > 0 else 1.0


def f_tail(ratio: float, above: int, below: int) -> float:
    """Return P(F >= ratio) for a ratio of variances with that many degrees of freedom above and below."""
    return float(special.fdtrc(above, below, ratio))


def poisson_quantile(level: float, expected: float) -> int:
    """Return the least k with P(X <= k) >= level for X ~ Poisson(expected)."""
    if expected <= 0.0:
        return 0
    above = math.ceil(float(special.pdtrik(level, expected)))
    return above - 1 if above > 0 and special.pdtr(above - 1, expected) >= level else above


def poisson_upper_limit(level: float, count: int) -> float:
    """Return the upper limit of a Poisson mean that gave ``count``. Source: Garwood, Biometrika 28, 1936."""
    return float(special.gammaincinv(count + 1, level))


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a share. Source: Wilson, JASA 22, 1927."""
    share, z = successes / trials, float(special.ndtri(0.975))
    whole = 2 * (trials + z**2)
    middle = (2 * successes + z**2) / whole
    reach = z / whole * math.sqrt(4 * successes * (1 - share) + z**2)
    # at the ends of the scale the formula meets it but for its last bits
    return (middle - reach if successes else 0.0), (middle + reach if successes < trials else 1.0)


def benjamini_hochberg(p: Floats, tests: float) -> Floats:
    """Return q-values of the given p-values among ``tests`` tests, those not listed counting as p = 1.

    Source: Benjamini and Hochberg (1995), with the number of tests given instead of the length of the list.
    """
    order = np.argsort(p, kind="stable")
    ranked = p[order] * tests / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def discoveries(p: Floats, group: Int64s, tests: Int64s, rate: float) -> tuple[Bools, Floats]:
    """Return which tests are discoveries at a false discovery rate within their group, and their q-values.

    Benjamini and Hochberg's step-up rule in every group; ``tests`` (groups,) counts those of each, and
    those not listed have p = 1.
    """
    order = np.lexsort((p, group))
    start = np.searchsorted(group[order], np.arange(len(tests)))
    rank = np.empty(len(p), dtype=np.int64)
    rank[order] = np.arange(len(p)) - start[group[order]] + 1
    q = p * tests[group] / rank
    last = np.zeros(len(tests), dtype=np.int64)
    np.maximum.at(last, group[q <= rate], rank[q <= rate])
    return rank <= last[group], np.minimum(q, rate)

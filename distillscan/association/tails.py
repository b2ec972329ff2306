"""Tail probabilities and false discovery rates, vectorised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


def binomial_tail(count: NDArray[np.int32], trials: NDArray[np.int64], probability: Floats) -> Floats:
    """Return P(X >= count) for X ~ Binomial(trials, probability), element by element."""
    probability = np.minimum(probability, 1.0)
    # bdtrc takes P(X > k) through the incomplete beta function, exact far into the tail
    return np.asarray(special.bdtrc(count.astype(np.float64) - 1.0, trials, probability), dtype=np.float64)


def benjamini_hochberg(p: Floats, tests: float) -> Floats:
    """Return q-values of the given p-values among ``tests`` tests, those not listed counting as p = 1.

    Source: Benjamini and Hochberg (1995), with the number of tests given instead of the length of the list.
    """
    order = np.argsort(p, kind="stable")
    ranked = p[order] * tests / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def null_share(p: Floats, tests: int) -> float:
    """Return Storey's estimate of the share of true nulls in ``tests`` tests; those not listed have p = 1.

    Source: Storey (2002), with lambda = 0.5 and one pseudo-count so that it is never zero.
    """
    above = tests - int(np.count_nonzero(p <= 0.5))
    return min(1.0, (above + 1.0) / (0.5 * tests))

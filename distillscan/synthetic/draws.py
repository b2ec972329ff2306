"""Random draws that stay the same for ever.

NumPy promises the bit stream of PCG64 between releases but not what its distributions make of it, so every
distribution needed here is derived from the raw bits. Streams are named: a group of accounts draws the same
values whether or not other groups are in the log.
"""

import zlib
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from distillscan.arrays import Floats, Int64s, UInt64s


class Draws:
    """A named stream of draws; equal ``seed`` and ``name`` give equal values."""

    def __init__(self, seed: int, name: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))

    def bits(self, n: int) -> UInt64s:
        """Return ``n`` raw 64-bit words."""
        return np.asarray(self._bits.random_raw(n), dtype=np.uint64)

    def uniform(self, n: int) -> Floats:
        """Return ``n`` numbers in [0, 1)."""
        return (self.bits(n) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, high: int | Int64s, n: int) -> Int64s:
        """Return ``n`` whole numbers from 0 to ``high`` - 1; ``high`` may differ by element."""
        return (self.uniform(n) * high).astype(np.int64)

    def pick(self, weights: Sequence[float] | Floats, n: int) -> Int64s:
        """Return ``n`` positions in ``weights``, each drawn in proportion to its weight."""
        steps = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.asarray(np.searchsorted(steps, self.uniform(n) * steps[-1], side="right"), dtype=np.int64)

    def normal(self, n: int) -> Floats:
        """Return ``n`` standard normal numbers."""
        return np.asarray(ndtri(self.uniform(n) + 2.0**-54), dtype=np.float64)

    def lognormal_counts(self, median: float, sigma: float, highest: int, n: int) -> Int64s:
        """Return ``n`` whole numbers between 1 and ``highest`` with log-normal spread around ``median``."""
        counts = np.rint(median * np.exp(sigma * self.normal(n)))
        return np.clip(counts, 1, highest).astype(np.int64)

    def order(self, n: int) -> Int64s:
        """Return a permutation of 0 to ``n`` - 1."""
        return np.argsort(self.bits(n), kind="stable").astype(np.int64)

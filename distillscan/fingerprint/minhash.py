"""The MinHash signature, as datasketch's affine32 scheme computes it, and the keys of its bands."""

from functools import cache

import numpy as np

from distillscan.arrays import UInt32s, UInt64s
from distillscan.compiled import compiled, inner
from distillscan.fingerprint.hashing import BASE, mix

#: Shingles that a pass over the minima takes, so that these are read and written once for eight.
GROUP = 8
#: The minimum of no hashes.
EMPTY = np.uint32(0xFFFFFFFF)

_FMIX_1 = np.uint32(0x85EBCA6B)
_FMIX_2 = np.uint32(0xC2B2AE35)


@cache
def affine_permutations(permutations: int, seed: int) -> UInt32s:
    """datasketch's factors and terms, (2, permutations); read-only."""
    # loads a third of a second of SciPy, which a scan has no other use for
    from datasketch import MinHash  # noqa: PLC0415

    drawn: UInt32s = MinHash(permutations, seed=seed, scheme="affine32").permutations
    drawn.flags.writeable = False
    return drawn


@inner
def _lower_by_group(group: UInt32s, factors: UInt32s, terms: UInt32s, signature: UInt32s) -> None:
    """One pass over the minima for eight shingles, written out so that it compiles to vector instructions."""
    h0, h1, h2, h3 = group[0], group[1], group[2], group[3]
    h4, h5, h6, h7 = group[4], group[5], group[6], group[7]
    for index in range(signature.size):
        a, b = factors[index], terms[index]
        low = min(signature[index], np.uint32(a * h0 + b), np.uint32(a * h1 + b))
        low = min(low, np.uint32(a * h2 + b), np.uint32(a * h3 + b))
        low = min(low, np.uint32(a * h4 + b), np.uint32(a * h5 + b))
        signature[index] = min(low, np.uint32(a * h6 + b), np.uint32(a * h7 + b))


@inner
def lower_signature(hashes: UInt64s, halves: UInt32s, permutations: UInt32s, signature: UInt32s) -> None:
    """Lower the minima by the shingles' 32-bit hashes, as datasketch's affine32 scheme does."""
    n = hashes.size
    for index in range(n):
        half = np.uint32(hashes[index])
        half = np.uint32((half ^ (half >> np.uint32(16))) * _FMIX_1)
        half = np.uint32((half ^ (half >> np.uint32(13))) * _FMIX_2)
        halves[index] = half ^ (half >> np.uint32(16))
    for index in range(n, n + -n % GROUP):
        halves[index] = halves[0]
    for first in range(0, n, GROUP):
        _lower_by_group(halves[first : first + GROUP], permutations[0], permutations[1], signature)


@compiled
def band_keys(signatures: UInt32s, rows: int, out: UInt64s) -> None:
    """Write the key of every band of ``rows`` signature values, (n, bands); it tells the bands apart."""
    for row in range(signatures.shape[0]):
        for band in range(out.shape[1]):
            key = np.uint64(band + 1)
            for value in signatures[row, band * rows : (band + 1) * rows]:
                key = key * BASE + np.uint64(value)
            out[row, band] = mix(key)

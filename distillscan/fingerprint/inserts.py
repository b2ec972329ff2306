"""The insert keys of a text: the smallest hashes of its shingles, sorted and distinct."""

import numpy as np

from distillscan.arrays import UInt64s
from distillscan.compiled import inner


@inner
def keep_smallest(hashes: UInt64s, limit: np.uint64, kept: UInt64s, n_kept: int) -> int:
    """Merge the hashes up to ``limit`` into ``kept``, sorted and distinct; when it is full the largest go.

    ``hashes`` is used up: those below the limit are gathered at its front without a branch.
    """
    below = 0
    for value in hashes:
        hashes[below] = value
        below += int(value <= limit)
    for value in hashes[:below]:
        n_kept = keep(value, kept, n_kept)
    return n_kept


@inner
def keep(value: np.uint64, kept: UInt64s, n_kept: int) -> int:
    """Put one hash into its place, and when ``kept`` is full drop the largest; returns how many are kept."""
    place = n_kept
    while place > 0 and kept[place - 1] > value:
        place -= 1
    if place == kept.size or (place > 0 and kept[place - 1] == value):
        return n_kept
    n_kept = min(n_kept + 1, kept.size)
    for index in range(n_kept - 1, place, -1):
        kept[index] = kept[index - 1]
    kept[place] = value
    return n_kept

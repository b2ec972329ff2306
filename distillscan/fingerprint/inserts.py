"""The insert keys of a text: the smallest hashes of its shingles, sorted and distinct.

All up to a limit are kept, the same ones in every text; and of every window of shingles the smallest, so that
two texts with a passage of that length in common have a key in common (winnowing: Schleimer, Wilkerson and
Aiken, SIGMOD 2003).
"""

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
def keep_minima(hashes: UInt64s, window: int, limit: np.uint64, kept: UInt64s, n_kept: int) -> int:
    """Merge into ``kept`` the smallest hash of every ``window`` in a row of which none is up to the limit."""
    above, smallest = 0, 0
    for index in range(hashes.size):
        if hashes[index] <= limit:
            above = 0
            continue
        above += 1
        if above < window:
            continue
        first = index - window + 1
        if above > window and smallest >= first and hashes[index] >= hashes[smallest]:
            continue
        if above > window and smallest >= first:
            smallest = index
        else:
            smallest = first + int(np.argmin(hashes[first : index + 1]))
        n_kept = keep(hashes[smallest], kept, n_kept)
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

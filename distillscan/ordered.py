"""Items put in order or in groups, for compiled passes."""

import numpy as np
import numpy.typing as npt

from distillscan.compiled import inner

#: So many items in turn are put in order one by one, and such runs are merged.
_RUN = 8


@inner
def places_in_order(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Where the smallest key stands, the next, and so on, equal ones in their order: a merge sort.

    NumPy's would do, but takes the compiler five times as long.
    """
    order, merged = np.empty(keys.size, np.int64), np.empty(keys.size, np.int64)
    for index in range(keys.size):
        place = index
        while place % _RUN and keys[order[place - 1]] > keys[index]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = index
    width = _RUN
    while width < keys.size:
        for first in range(0, keys.size, 2 * width):
            left, right = first, min(first + width, keys.size)
            middle, stop = right, min(first + 2 * width, keys.size)
            for place in range(first, stop):
                if right == stop or (left < middle and keys[order[left]] <= keys[order[right]]):
                    merged[place] = order[left]
                    left += 1
                else:
                    merged[place] = order[right]
                    right += 1
        order, merged = merged, order
        width *= 2
    return order


@inner
def starts_of(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where each group starts, if so many items of each stand one group after the other."""
    starts = np.empty(counts.size, np.int64)
    total = 0
    for group in range(counts.size):
        starts[group] = total
        total += counts[group]
    return starts

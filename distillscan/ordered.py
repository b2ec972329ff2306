"""Items put in order or in groups, for compiled passes."""

import numpy as np

from distillscan.arrays import Int32s, Int64s, UInt64s
from distillscan.compiled import compiled, inner

#: So many items are put in order one by one.
_FEW = 40
_DIGIT_BITS = 8
_DIGITS = 1 << _DIGIT_BITS


@inner
def places_in_order(keys: UInt64s) -> Int64s:
    """Where the smallest key stands, the next, and so on, equal ones in their order: a radix sort.

    Digits that all keys have in common cost nothing. NumPy's sort takes the compiler five times as long.
    """
    order, dealt = np.empty(keys.size, np.int64), np.empty(keys.size, np.int64)
    different = np.uint64(0)
    for index in range(keys.size):
        before = index
        while keys.size <= _FEW and before and keys[order[before - 1]] > keys[index]:
            order[before] = order[before - 1]
            before -= 1
        order[before] = index
        different |= keys[index] ^ keys[0]
    if keys.size <= _FEW:
        return order
    for low in range(0, 64, _DIGIT_BITS):
        shift, mask = np.uint64(low), np.uint64(_DIGITS - 1)
        if not (different >> shift) & mask:
            continue
        counts = np.zeros(_DIGITS, np.int64)
        for key in keys:
            counts[(key >> shift) & mask] += 1
        starts = starts_of(counts)
        for place in order:
            digit = (keys[place] >> shift) & mask
            dealt[starts[digit]] = place
            starts[digit] += 1
        order, dealt = dealt, order
    return order


@inner
def starts_of(counts: Int64s) -> Int64s:
    """Where each group starts, if so many items of each stand one group after the other."""
    starts = np.empty(counts.size, np.int64)
    total = 0
    for group in range(counts.size):
        starts[group] = total
        total += counts[group]
    return starts


@compiled
def in_groups(group: Int32s, groups: int) -> tuple[Int32s, Int64s]:
    """The rows in the order of their groups, else in their own, and where those of each group end.

    A counting sort: ``group`` (n,), `readonly`, has the group of each row, below ``groups``; rows of group -1
    are left out.
    """
    counts = np.zeros(groups, np.int64)
    rows = 0
    for number in group:
        if number >= 0:
            counts[number] += 1
            rows += 1
    place = starts_of(counts)
    order = np.empty(rows, np.int32)
    for row in range(group.size):
        number = group[row]
        if number >= 0:
            order[place[number]] = row
            place[number] += 1
    return order, place


@inner
def end_of_run(items: Int32s, first: int) -> int:
    """Where the items in turn end that equal the one at ``first``."""
    last = first + 1
    while last < items.size and items[last] == items[first]:
        last += 1
    return last

"""The strongest links between the accounts of a cluster: which pairs are looked at, and what each shares.

To compare every account with every other would cost the square of a cluster. Partners of an account are
looked for among the holders of its rarest values, which make the strongest links.
"""

from dataclasses import dataclass

import numpy as np

from distillscan.arrays import Bools, Floats, Int32s, Int64s
from distillscan.compiled import compiled

#: Partners that are looked for of each account, and how far from it among the holders of one value; and how
#: many of them it is linked with.
PARTNERS, REACH, STRONGEST = 256, 64, 10


@dataclass(frozen=True)
class Ties:
    """What the members of clusters hold of their clusters' values, sorted by member and then value.

    Members are numbered by cluster and account, and a value has a number of its own in each cluster.
    ``starts`` (members + 1) bounds the ties of each; ``value``, ``family`` and ``bits`` are parallel.
    """

    starts: Int64s
    value: Int64s
    family: Int64s
    bits: Floats


@dataclass(frozen=True)
class Shared:
    """Pairs of members ``a`` < ``b``: ``families`` (pairs, families) in which they share values, how many
    ``values``, and the sum over families of the ``bits`` of the rarest.
    """

    a: Int64s
    b: Int64s
    families: Bools
    values: Int64s
    bits: Floats


def strongest_links(ties: Ties) -> Shared:
    """Return what every account shares with the strongest of the partners found for it, each pair once."""
    members = len(ties.starts) - 1
    holding = np.repeat(np.arange(members), np.diff(ties.starts))
    order = np.lexsort((holding, ties.value))
    holder_starts = np.searchsorted(ties.value[order], np.arange(int(ties.value.max(initial=-1)) + 2))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rarest = np.lexsort((ties.value, -ties.bits, holding))
    partners = _partners(ties.starts, ties.value, rarest, holding[order], holder_starts, place)
    order = np.lexsort((-ties.bits, ties.family, holding))
    linked = _strongest(partners, ties.starts, ties.value[order], ties.family[order], ties.bits[order])
    a, b = np.divmod(np.unique(linked), max(members, 1))
    families, values, bits = _shared(a, b, ties.starts, ties.value, ties.family, ties.bits)
    return Shared(a, b, families, values, bits)


@compiled
def _partners(
    starts: Int64s, value: Int64s, rarest: Int64s, holder: Int64s, holder_starts: Int64s, place: Int64s
) -> Int32s:
    """Of each member up to `PARTNERS` others, found by its rarest values; -1 stands where there are fewer."""
    members = starts.size - 1
    found = np.full((members, PARTNERS), -1, dtype=np.int32)
    seen = np.full(members, -1, dtype=np.int64)
    for member in range(members):
        count = 0
        for tie in rarest[starts[member] : starts[member + 1]]:
            first, last = holder_starts[value[tie]], holder_starts[value[tie] + 1]
            for step in range(1, REACH + 1):
                for other in (place[tie] + step, place[tie] - step):
                    if count < PARTNERS and first <= other < last and seen[holder[other]] != member:
                        seen[holder[other]] = member
                        found[member, count] = holder[other]
                        count += 1
            if count == PARTNERS:
                break
    return found


@compiled
def _strongest(partners: Int32s, starts: Int64s, value: Int64s, family: Int64s, bits: Floats) -> Int64s:
    """Pairs as lower * members + higher: of each member with up to `STRONGEST` of its partners.

    The ties of each member are sorted by family, and in it the rarest value comes first.
    """
    members = starts.size - 1
    pairs = np.empty(members * STRONGEST, dtype=np.int64)
    held = np.zeros(value.max() + 1 if value.size else 0, dtype=np.bool_)
    best = np.empty(STRONGEST, dtype=np.int64)
    most = np.empty(STRONGEST, dtype=np.float64)
    count = 0
    for member in range(members):
        for tie in range(starts[member], starts[member + 1]):
            held[value[tie]] = True
        kept = 0
        for partner in partners[member]:
            if partner < 0:
                break
            total = _bits_of(held, starts[partner], starts[partner + 1], value, family, bits)
            at = kept
            while at > 0 and (total > most[at - 1] or (total == most[at - 1] and partner < best[at - 1])):
                if at < STRONGEST:
                    best[at], most[at] = best[at - 1], most[at - 1]
                at -= 1
            if at < STRONGEST:
                best[at], most[at] = partner, total
                kept = min(kept + 1, STRONGEST)
        for partner in best[:kept]:
            pairs[count] = min(member, partner) * members + max(member, partner)
            count += 1
        for tie in range(starts[member], starts[member + 1]):
            held[value[tie]] = False
    return pairs[:count]


@compiled
def _bits_of(held: Bools, start: int, end: int, value: Int64s, family: Int64s, bits: Floats) -> float:
    """Bits of the ties from ``start`` to ``end`` whose values are ``held``, of each family the rarest."""
    total = 0.0
    counted = np.int64(-1)
    for tie in range(start, end):
        if family[tie] != counted and held[value[tie]]:
            total += bits[tie]
            counted = family[tie]
    return total


@compiled
def _shared(
    a: Int64s, b: Int64s, starts: Int64s, value: Int64s, family: Int64s, bits: Floats
) -> tuple[Bools, Int64s, Floats]:
    """Of each pair the families, the number of values, and the bits: both lists are gone through once."""
    number = family.max() + 1 if family.size else 0
    families = np.zeros((a.size, number), dtype=np.bool_)
    values = np.zeros(a.size, dtype=np.int64)
    total = np.zeros(a.size, dtype=np.float64)
    rarest = np.zeros(number, dtype=np.float64)
    for pair in range(a.size):
        for index in range(number):
            rarest[index] = 0.0
        left, right = starts[a[pair]], starts[b[pair]]
        while left < starts[a[pair] + 1] and right < starts[b[pair] + 1]:
            if value[left] == value[right]:
                values[pair] += 1
                families[pair, family[left]] = True
                # within a family only the rarest shared value counts: its signals have a common cause
                rarest[family[left]] = max(rarest[family[left]], bits[left])
                left += 1
                right += 1
            elif value[left] < value[right]:
                left += 1
            else:
                right += 1
        total[pair] = rarest.sum()
    return families, values, total

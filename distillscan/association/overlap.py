"""How many accounts two values share, for every pair of values that share several.

The overlaps of two families are a sparse matrix product, so no account pair and no join is materialised.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from distillscan.arrays import Bools, Int16s, Int32s, Int64s
from distillscan.compiled import compiled
from distillscan.signals.incidence import Incidence

#: Meetings of two values in an account that are counted at a time, at 6 bytes each.
_BLOCK_MEETINGS = 20_000_000


@dataclass(frozen=True)
class Overlaps:
    """Pairs of values of families ``f`` <= ``g`` held by at least two common accounts.

    ``a`` (of family f), ``b`` (of family g) and ``count`` are parallel; ``rate`` is the probability, per pair
    of incidences, that they meet in one account. Inside one family ``a`` < ``b``.
    """

    f: int
    g: int
    rate: float
    a: Int32s
    b: Int32s
    count: Int32s


def meeting_rate(degrees_f: Int64s, degrees_g: Int64s) -> float:
    """Return the chance that an incidence of f and one of g fall on the same account (Chung-Lu).

    With d the values an account holds in a family and M their sum, this is sum(d_f d_g) / (M_f M_g): busy
    accounts meet more often by chance. It is never below 1/N, the rate of equal accounts.

    Source: docs/method.md, "Association of two values".
    """
    total = float(degrees_f.sum()) * float(degrees_g.sum())
    if total == 0.0:
        return 1.0 / max(len(degrees_f), 1)
    met = float(np.dot(degrees_f.astype(np.float64), degrees_g.astype(np.float64))) / total
    return max(met, 1.0 / len(degrees_f))


class FamilyMatrices:
    """The incidence of each family as a sparse matrix of accounts by values, with its numbering."""

    def __init__(self, incidence: Incidence) -> None:
        """Sort what accounts hold into one matrix a family: ``held`` has the starts and columns of each."""
        self.incidence = incidence
        self.values = [np.flatnonzero(incidence.family == f) for f in range(len(incidence.families))]
        local = np.empty(incidence.values, dtype=np.int32)
        for numbers in self.values:
            local[numbers] = np.arange(len(numbers), dtype=np.int32)
        starts, columns = _by_family(*incidence.by_account, incidence.family, local, len(self.values))
        self.held = [(row - row[0], columns[row[0] : row[-1]]) for row in starts]
        self.degrees = [np.diff(row) for row in starts]

    def possible_pairs(self) -> int:
        """Return the number of cross-family pairs of values that are tested, whether they overlap or not."""
        broad = self.incidence.broad
        sizes = [(len(numbers), int(broad[numbers].sum())) for numbers in self.values]
        return sum(
            n_f * n_g - broad_f * broad_g
            for i, (n_f, broad_f) in enumerate(sizes)
            for n_g, broad_g in sizes[i + 1 :]
        )

    def overlaps(self) -> Iterator[Overlaps]:
        """Yield the overlaps of every two families, in blocks; pairs of two broad values are left out."""
        for f in range(len(self.values)):
            for g in range(f + 1, len(self.values)):
                yield from self.overlaps_of(f, g)

    def rate(self, f: int, g: int) -> float:
        """Return the chance that an incidence of f and one of g fall on the same account."""
        return meeting_rate(self.degrees[f], self.degrees[g])

    def overlaps_of(self, f: int, g: int) -> Iterator[Overlaps]:
        """Yield the overlaps of two families, or of one with itself, in blocks."""
        incidence, rate = self.incidence, self.rate(f, g)
        holders = np.column_stack([incidence.starts[self.values[f]], incidence.starts[self.values[f] + 1]])
        # inside a family each pair is counted once, in the row of the smaller value
        above = np.arange(len(holders)) if f == g else np.full(len(holders), -1)
        work = np.append(0, np.cumsum(_work(holders, incidence.account, self.degrees[g])))
        room = np.zeros((2, len(self.values[g]) + 1), dtype=np.int32)
        start = 0
        while start < len(holders):
            stop = int(np.searchsorted(work, work[start] + _BLOCK_MEETINGS, side="right")) - 1
            stop = min(max(stop, start + 1), len(holders))
            met = _meetings(
                holders[start:stop],
                incidence.account,
                self.held[g],
                (self.values[f][start:stop], self.values[g]),
                above[start:stop],
                incidence.broad,
                int(work[stop] - work[start]) // 2,
                room,
            )
            yield Overlaps(f, g, rate, *met)
            start = stop


@compiled
def _by_family(
    starts: Int64s,
    value: Int32s,
    family: Int16s,
    local: Int32s,
    families: int,
) -> tuple[Int64s, Int32s]:
    """What accounts hold (starts and values), one family after the other, each numbered by ``local``.

    Where what each account holds of a family starts, and behind the last one's where it stops (families,
    accounts + 1); and the numbers.
    """
    out_starts = np.zeros((families, starts.size), np.int64)
    for account in range(starts.size - 1):
        for held in value[starts[account] : starts[account + 1]]:
            out_starts[family[held], account] += 1
    total = 0
    for own in range(families):
        for account in range(starts.size):
            total += out_starts[own, account]
            out_starts[own, account] = total - out_starts[own, account]
    place, columns = out_starts.copy(), np.empty(value.size, np.int32)
    for account in range(starts.size - 1):
        for held in value[starts[account] : starts[account + 1]]:
            columns[place[family[held], account]] = local[held]
            place[family[held], account] += 1
    return out_starts, columns


@compiled
def _work(holders: Int64s, account: Int32s, degrees: Int64s) -> Int64s:
    """How many meetings each row has: the values that its holders hold, by their ``degrees``."""
    work = np.zeros(holders.shape[0], np.int64)
    for row in range(holders.shape[0]):
        for entry in range(holders[row, 0], holders[row, 1]):
            work[row] += degrees[account[entry]]
    return work


# scipy's product keeps every pair that meets, and most meet once
@compiled
def _meetings(
    holders: Int64s,
    account: Int32s,
    held: tuple[Int64s, Int32s],
    values: tuple[Int64s, Int64s],
    above: Int64s,
    broad: Bools,
    most: int,
    room: Int32s,
) -> tuple[Int32s, Int32s, Int32s]:
    """Pairs of values with two common accounts or more, not both broad; and how many accounts.

    ``values`` are those of the rows and of the columns; of a row, columns ``above`` its number (n,) are
    looked at. ``holders`` (n, 2) bounds the entries of ``account``
    of each row, ``held`` is what accounts hold (starts and columns), ``most`` the pairs that there can be,
    and ``room`` two rows of zeros, an item a column and one more.
    """
    a, b, counts = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    starts, column = held
    met, touched = room
    found = 0
    for row in range(holders.shape[0]):
        seen = 0
        for entry in range(holders[row, 0], holders[row, 1]):
            for place in range(starts[account[entry]], starts[account[entry] + 1]):
                if column[place] > above[row]:
                    touched[seen] = column[place]
                    seen += int(met[column[place]] == 0)
                    met[column[place]] += 1
        for other in touched[:seen]:
            if met[other] >= 2 and not (broad[values[0][row]] and broad[values[1][other]]):
                a[found], b[found], counts[found] = values[0][row], values[1][other], met[other]
                found += 1
            met[other] = 0
    return a[:found], b[:found], counts[:found]

"""How many accounts two values of different families share, for every pair of values that share any.

The overlaps of two families are one sparse matrix product, so no account pair and no join is materialised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from distillscan.signals.incidence import Incidence

#: Entries of one block of a product; bounds the memory of a step at about 16 bytes each.
_BLOCK_ENTRIES = 20_000_000


@dataclass(frozen=True)
class Overlaps:
    """Pairs of values of families ``f`` < ``g`` held by at least two common accounts.

    ``a`` (of family f), ``b`` (of family g) and ``count`` are parallel; ``rate`` is the probability, per pair
    of incidences, that they meet in one account.
    """

    f: int
    g: int
    rate: float
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    count: NDArray[np.int32]


def meeting_rate(degrees_f: NDArray[np.int64], degrees_g: NDArray[np.int64]) -> float:
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
        """Sort the incidence into one matrix a family."""
        self.incidence = incidence
        self.values = [np.flatnonzero(incidence.family == f) for f in range(len(incidence.families))]
        local = np.empty(incidence.values, dtype=np.int32)
        for numbers in self.values:
            local[numbers] = np.arange(len(numbers), dtype=np.int32)
        entry_family = incidence.family[incidence.value]
        self.matrices = []
        for f, numbers in enumerate(self.values):
            here = entry_family == f
            self.matrices.append(
                sparse.csr_matrix(
                    (
                        np.ones(int(here.sum()), dtype=np.int32),
                        (incidence.account[here], local[incidence.value[here]]),
                    ),
                    shape=(incidence.accounts, len(numbers)),
                )
            )
        self.degrees = [np.asarray(matrix.sum(axis=1)).ravel().astype(np.int64) for matrix in self.matrices]

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
                rate = meeting_rate(self.degrees[f], self.degrees[g])
                yield from self._overlaps_of(f, g, rate)

    def _overlaps_of(self, f: int, g: int, rate: float) -> Iterator[Overlaps]:
        left = self.matrices[f].T.tocsr()
        work = np.concatenate([[0], np.cumsum(left @ self.degrees[g])])
        start = 0
        while start < left.shape[0]:
            stop = int(np.searchsorted(work, work[start] + _BLOCK_ENTRIES, side="right")) - 1
            stop = min(max(stop, start + 1), left.shape[0])
            product = (left[start:stop] @ self.matrices[g]).tocoo()
            # most pairs meet once: leave them before anything is looked up for them
            twice = np.flatnonzero(product.data >= 2)
            count = product.data[twice].astype(np.int32)
            a = self.values[f][product.row[twice] + start]
            b = self.values[g][product.col[twice]]
            kept = np.flatnonzero(~(self.incidence.broad[a] & self.incidence.broad[b]))
            kept = kept[np.lexsort((b[kept], a[kept]))]
            yield Overlaps(
                f,
                g,
                rate,
                a[kept].astype(np.int32),
                b[kept].astype(np.int32),
                count[kept],
            )
            start = stop

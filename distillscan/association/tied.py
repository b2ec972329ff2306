"""Which incidences stand in an association: the account holds the value and one of its partners too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from distillscan.signals.incidence import Incidence


def _mark(
    starts: NDArray[np.int64],
    accounts: NDArray[np.int32],
    partner_starts: NDArray[np.int64],
    partners: NDArray[np.int32],
    place: NDArray[np.int64],
    tied: NDArray[np.bool_],
) -> None:
    for value in range(len(starts) - 1):
        first, last = starts[value], starts[value + 1]
        left = last - first
        if partner_starts[value] == partner_starts[value + 1]:
            continue
        for entry in range(first, last):
            place[accounts[entry]] = entry + 1
        for index in range(partner_starts[value], partner_starts[value + 1]):
            partner = partners[index]
            for other in range(starts[partner], starts[partner + 1]):
                entry = place[accounts[other]]
                if entry > 0:
                    tied[entry - 1] = True
                    place[accounts[other]] = 0
                    left -= 1
            if left == 0:
                break
        for entry in range(first, last):
            place[accounts[entry]] = 0


# a sparse product of accounts by values by partners counts every path; here a covered value is left at once
_compiled: Callable[..., None] = njit(cache=True, nogil=True)(_mark)


def tied_entries(
    incidence: Incidence,
    value: NDArray[np.int32],
    partner: NDArray[np.int32],
    overlap: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Return which entries of the incidence, of a ``value`` here, have an account that holds a ``partner``.

    The three columns are parallel and directed; ``overlap`` only orders the work. The incidence must be
    ordered by value.
    """
    order = np.lexsort((partner, -overlap, value))
    bounds = np.arange(incidence.values + 1)
    tied = np.zeros(len(incidence.account), dtype=np.bool_)
    _compiled(
        np.searchsorted(incidence.value, bounds),
        incidence.account,
        np.searchsorted(value[order], bounds),
        partner[order],
        np.zeros(incidence.accounts, dtype=np.int64),
        tied,
    )
    return tied

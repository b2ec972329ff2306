"""A common value must not glue: it joins groups only if most of its holders stand in accepted associations.

A mailbox style that half the world uses overlaps many small groups of people on one card. Each overlap may be
real, and yet the style says nothing about the groups having to do with each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from distillscan.association.single import Associations
from distillscan.signals.incidence import Incidence

#: Share of a value's holders that must hold one of its associated values, by whether the value is broad.
MIN_TIED = 0.5
MIN_TIED_BROAD = 0.8


def tied_holders(incidence: Incidence, a: NDArray[np.int32], b: NDArray[np.int32]) -> sparse.csr_matrix:
    """Return which accounts (rows) hold a value (column) and one of its partners; entries are above zero.

    ``a`` and ``b`` are directed: the partners of value a are the b beside it.
    """
    holds = sparse.csr_matrix(
        (np.ones(len(incidence.account), dtype=np.int32), (incidence.account, incidence.value)),
        shape=(incidence.accounts, incidence.values),
    )
    partners = sparse.csr_matrix(
        (np.ones(len(a), dtype=np.int32), (b, a)), shape=(incidence.values, incidence.values)
    )
    return (holds @ partners).multiply(holds).tocsr()


def without_glue(associations: Associations, incidence: Incidence) -> Associations:
    """Return the associations whose larger value, and whose broad value if any, has most holders tied."""
    holders = incidence.holders
    a_larger = holders[associations.a] >= holders[associations.b]
    larger = np.where(a_larger, associations.a, associations.b)
    smaller = np.where(a_larger, associations.b, associations.a)
    kept = _tied_enough(incidence, larger, smaller)
    broad_smaller = incidence.broad[smaller]
    if broad_smaller.any():
        kept[broad_smaller] &= _tied_enough(incidence, smaller[broad_smaller], larger[broad_smaller])
    return associations.take(kept)


def _tied_enough(
    incidence: Incidence, value: NDArray[np.int32], partner: NDArray[np.int32]
) -> NDArray[np.bool_]:
    tied = np.bincount(tied_holders(incidence, value, partner).indices, minlength=incidence.values)
    needed = np.where(incidence.broad, MIN_TIED_BROAD, MIN_TIED) * incidence.holders
    return np.asarray((tied >= needed)[value])

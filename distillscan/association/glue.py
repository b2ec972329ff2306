"""Leaves out common values that would chain groups which have nothing to do with each other.

A mailbox style that half the world uses overlaps many small groups of people on one card. Each overlap may be
real, and yet the style says nothing of the groups having to do with each other. So a value joins groups only
if most of its holders stand in accepted associations.
"""

import numpy as np

from distillscan.arrays import Bools, Int32s
from distillscan.association.single import Associations
from distillscan.association.tied import tied_entries
from distillscan.signals.incidence import Incidence

#: Share of a value's holders that must hold one of its associated values, by whether the value is broad.
MIN_TIED = 0.5
MIN_TIED_BROAD = 0.8


def without_glue(associations: Associations, incidence: Incidence) -> Associations:
    """Return the associations whose larger value, and whose broad value if any, has most holders tied."""
    holders = incidence.holders
    a_larger = holders[associations.a] >= holders[associations.b]
    larger = np.where(a_larger, associations.a, associations.b)
    smaller = np.where(a_larger, associations.b, associations.a)
    kept = _tied_enough(incidence, larger, smaller, associations.overlap)
    rows = np.flatnonzero(incidence.broad[smaller])
    kept[rows] &= _tied_enough(incidence, smaller[rows], larger[rows], associations.overlap[rows])
    return associations.take(kept)


def _tied_enough(incidence: Incidence, value: Int32s, partner: Int32s, overlap: Int32s) -> Bools:
    entries = tied_entries(incidence, value, partner, overlap)
    tied = np.bincount(incidence.value[entries], minlength=incidence.values)
    needed = np.where(incidence.broad, MIN_TIED_BROAD, MIN_TIED) * incidence.holders
    return np.asarray((tied >= needed)[value])

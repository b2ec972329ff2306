"""From incidence to accepted associations: single tests, pooled tests, and the guard against glue."""

from __future__ import annotations

from dataclasses import dataclass

from distillscan.association.glue import without_glue
from distillscan.association.levels import Levels
from distillscan.association.overlap import FamilyMatrices
from distillscan.association.pooled import PooledTest
from distillscan.association.single import Associations, discover, judge_pairs
from distillscan.signals.incidence import Incidence


@dataclass(frozen=True)
class Associated:
    """The accepted associations, and how many pairs were possible and overlapping."""

    associations: Associations
    possible_pairs: int
    overlapping_pairs: int


def associate(incidence: Incidence, levels: Levels) -> Associated:
    """Return the values that belong together across families.

    A pair accepted by both tests is listed once, as single. Rows are ordered by value numbers.
    """
    families = FamilyMatrices(incidence)
    holders = incidence.holders
    pooled = PooledTest(families)
    tested, overlapping = [], 0
    for overlaps in families.overlaps():
        overlapping += len(overlaps.a)
        pooled.add(overlaps)
        tested.append(judge_pairs(overlaps, holders, incidence.broad))
    possible = families.possible_pairs()
    single = discover(Associations.concatenate(tested), possible, levels.single)
    both = Associations.concatenate([single, pooled.accepted(levels.pooled, levels.within)])
    accepted = without_glue(both.once(), incidence)
    return Associated(accepted, possible, overlapping)

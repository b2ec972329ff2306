"""From incidence to accepted associations: single tests, pooled tests, and the guard against glue."""

from dataclasses import dataclass

from distillscan.association.glue import without_glue
from distillscan.association.levels import Levels
from distillscan.association.overlap import FamilyMatrices
from distillscan.association.pooled import PooledTest
from distillscan.association.single import Associations, discover, judge_pairs
from distillscan.signals.incidence import Incidence


@dataclass(frozen=True)
class AcceptedPairs:
    """The accepted associations, and how many pairs were possible and overlapping."""

    associations: Associations
    possible_pairs: int
    overlapping_pairs: int


@dataclass(frozen=True)
class TestedPairs:
    """What the tests say about an incidence at any level, and about the rest of it without one family.

    ``single`` and ``overlapping`` are by pair of families, the first one smaller.
    """

    incidence: Incidence
    possible: int
    overlapping: dict[tuple[int, int], int]
    single: dict[tuple[int, int], Associations]
    pooled: PooledTest

    def accepted(self, levels: Levels, without: int | None = None) -> AcceptedPairs:
        """Return what is accepted at these levels, where the entries of family ``without`` count as absent.

        A pair accepted by both tests is listed once, as single. Rows are ordered by value numbers.
        """
        left = [pair for pair in self.single if without not in pair]
        single = discover([self.single[pair] for pair in left], self.possible, levels.single)
        pooled = self.pooled.accepted(levels.pooled, levels.within, without)
        both = Associations.concatenate([single, pooled]).once()
        rest = self.incidence if without is None else self.incidence.without(without)
        return AcceptedPairs(
            without_glue(both, rest), self.possible, sum(self.overlapping[pair] for pair in left)
        )


def tested_pairs(incidence: Incidence) -> TestedPairs:
    """Test every pair of values of different families; at which level a pair is accepted is asked later."""
    families = FamilyMatrices(incidence)
    pooled = PooledTest(families)
    overlapping: dict[tuple[int, int], int] = {}
    single: dict[tuple[int, int], list[Associations]] = {}
    for overlaps in families.overlaps():
        pair = (overlaps.f, overlaps.g)
        overlapping[pair] = overlapping.get(pair, 0) + len(overlaps.a)
        single.setdefault(pair, []).append(judge_pairs(overlaps, incidence))
        pooled.add(overlaps)
    return TestedPairs(
        incidence,
        families.possible_pairs(),
        overlapping,
        {pair: Associations.concatenate(parts) for pair, parts in single.items()},
        pooled,
    )


def associate(incidence: Incidence, levels: Levels) -> AcceptedPairs:
    """Return the values that belong together across families, see `TestedPairs.accepted`."""
    return tested_pairs(incidence).accepted(levels)

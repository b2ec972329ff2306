"""Coordination: do these accounts act as one?"""

from __future__ import annotations

from distillscan.findings.document import Evidence, FamilyEvidence, Finding, Grade
from distillscan.findings.ties import MIN_COVERAGE
from distillscan.findings.wording import counted, joined

_MAX_P, _MIN_STABLE = 0.05, 0.9


def carrying_families(families: list[FamilyEvidence], core: int) -> list[FamilyEvidence]:
    """Return the families that tie a considerable part of the core."""
    return [family for family in families if family.core_accounts >= MIN_COVERAGE * core]


def coordination(
    families: list[FamilyEvidence],
    core: int,
    binding_accounts: int,
    p_value: float | None,
    stability: float,
    permutations: int,
) -> Finding:
    """Grade coordination from the families that agree, the permutations, and the stability between seeds.

    ``binding_accounts`` are the core accounts tied by an instrument, an address or a mailbox; without them
    the agreement may be that of strangers with a common cause, and the grade is low.
    """
    carrying = carrying_families(families, core)
    names = [family.family for family in carrying]
    evidence = [
        Evidence(
            code="families",
            statement=f"{counted(len(names), 'family', 'families')} of signals agree on who belongs "
            f"together: {joined(names)}.",
            value=float(len(names)),
            background=None,
        ),
        Evidence(
            code="binding",
            statement=f"{binding_accounts:,} of {counted(core, 'core account')} share an instrument, an "
            "address or a mailbox, which no public cause gives to strangers.",
            value=binding_accounts / core,
            background=None,
        ),
        Evidence(
            code="stability",
            statement=f"{stability:.0%} of core memberships stay the same from seed to seed.",
            value=round(stability, 4),
            background=None,
        ),
    ]
    if p_value is not None:
        evidence.append(
            Evidence(
                code="permutation",
                statement=f"In {counted(permutations, 'permuted copy', 'permuted copies')} of this log "
                f"chance made a cluster of this size with p = {p_value:.3g}.",
                value=p_value,
                background=None,
            )
        )
    return Finding(
        grade=_grade(len(names), binding_accounts / core, p_value, stability, permutations), evidence=evidence
    )


def _grade(
    families: int, binding_share: float, p_value: float | None, stability: float, permutations: int
) -> Grade:
    # with few permutations the smallest p there can be is above the level; then it must be that smallest one
    level = max(_MAX_P, 1 / (1 + permutations))
    by_chance = p_value is not None and p_value > level
    if families < 2 or by_chance or binding_share < 0.5:
        return "low"
    return "high" if families >= 3 and stability >= _MIN_STABLE else "medium"

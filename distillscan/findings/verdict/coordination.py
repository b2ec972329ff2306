"""Coordination: do these accounts act as one?"""

from distillscan.findings.document.verdict import Evidence, Finding, Grade
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.throwaway import MADE_MAILBOXES
from distillscan.findings.wording import counted, joined, percent
from distillscan.signals import network

_MAX_P = 0.05


def coordination(
    core: Core, p_value: float | None, stability: float, permutations: int, concealment: Finding
) -> Finding:
    """Grade coordination from the families that agree, and the permutations.

    Without an instrument, an address or a mailbox in common the agreement may be that of strangers with a
    common cause, and the grade is low. So it is with two families of which addresses alone bind: customers
    of one hosted product send its texts from its hosts. But each of these has named its own mailbox, and the
    hosts are not all over the world.
    """
    evidence = _evidence(core, p_value, stability, permutations)
    # with few permutations the smallest p there can be is above the level; then it must be that smallest one
    by_chance = p_value is not None and p_value > max(_MAX_P, 1 / (1 + permutations))
    families, ties = len(core.families), core.ties
    scattered = ties.addresses is not None and ties.addresses.scattered
    named_by_machine = any(way.code == MADE_MAILBOXES for way in concealment.evidence)
    hosted = families < 3 and ties.families == [network.FAMILY] and not (named_by_machine or scattered)
    if families < 2 or by_chance or hosted or not core.is_bound:
        return Finding(grade="low", evidence=evidence)
    grade: Grade = "high" if families >= 3 else "medium"
    return Finding(grade=grade, evidence=evidence)


def _evidence(core: Core, p_value: float | None, stability: float, permutations: int) -> list[Evidence]:
    families, bound = core.families, core.ties.accounts
    evidence = [
        *observed(
            "families",
            f"{counted(len(families), 'family', 'families')} of signals agree on who belongs "
            f"together: {joined(families)}.",
            float(len(families)),
        ),
        *observed(
            "binding",
            f"{bound:,} of {counted(core.accounts, 'core account')} share a value that takes effort "
            "to share, such as a card, an address or a mailbox.",
            bound / core.accounts,
        ),
        *observed(
            "stability",
            f"With other random seeds, {percent(stability)} of the core memberships stay the same.",
            round(stability, 4),
        ),
    ]
    if p_value is not None:
        least = round(p_value * (1 + permutations)) == 1
        evidence += observed(
            "permutation",
            f"Chance makes a cluster of this size{', bound like this one,' if core.is_bound else ''} with "
            f"p = {p_value:.3g}, "
            f"{'the smallest value possible with' if least else 'from'} "
            f"{counted(permutations, 'permuted copy', 'permuted copies')} of this log.",
            p_value,
        )
    return evidence

"""The verdict: three separate findings and the innocent explanations, never one score."""

from __future__ import annotations

from distillscan.findings.document import BenignExplanation, DeclaredIdentity, Finding, Verdict

_FIRM = ("high", "medium")


def verdict(
    coordination: Finding,
    extraction: Finding,
    concealment: Finding,
    identity: DeclaredIdentity | None,
    benign: list[BenignExplanation],
) -> Verdict:
    """Return ``organisation`` if an identity is declared, ``campaign`` if all findings hold, or ``lead``."""
    if identity is not None:
        return "organisation"
    firm = all(finding.grade in _FIRM for finding in (coordination, extraction, concealment))
    explained = any(explanation.result == "explains" for explanation in benign)
    return "campaign" if firm and not explained else "lead"

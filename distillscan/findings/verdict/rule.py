"""The verdict: three separate findings and the innocent explanations, never one score."""

from distillscan.findings.document.verdict import BenignExplanation, DeclaredIdentity, Finding, Verdict

#: Code of the evidence that only its domain tells an organisation from a campaign.
SHELL = "shell"

_FIRM = ("high", "medium")


def verdict(
    coordination: Finding,
    extraction: Finding,
    concealment: Finding,
    identity: DeclaredIdentity | None,
    benign: list[BenignExplanation],
    *,
    workload: bool,
) -> Verdict:
    """Return the verdict; ``workload`` says whether texts of their own or tools carry the cluster.

    ``organisation`` if an identity is declared; ``campaign`` if all findings hold; ``infrastructure`` if
    accounts are joined and hide it, but no common workload shows; else ``lead``.
    """
    if identity is not None:
        return "organisation"
    joined = coordination.grade in _FIRM and concealment.grade in _FIRM
    if not joined or any(explanation.result == "explains" for explanation in benign):
        return "lead"
    if extraction.grade in _FIRM:
        return "campaign"
    return "lead" if workload else "infrastructure"

"""The analyst's decisions in sentences, for every report that shows them."""

from distillscan.findings.document import Decision, Findings

TITLE = "What the analyst decided"
_SAID = {"accept": "accepted", "reject": "rejected", "comment": "commented"}


def sentence(decision: Decision, findings: Findings) -> str:
    """One decision: on what, which, when, by whom, and why in the analyst's own words."""
    by = f" by {decision.by}" if decision.by else ""
    day = decision.at.date().isoformat()
    return f"{_subject(decision, findings)}: {_SAID[decision.decision]} on {day}{by}: “{decision.text}”"


def sentences(findings: Findings) -> list[str]:
    """All decisions in the order they were made."""
    return [sentence(decision, findings) for decision in findings.decisions]


def _subject(decision: Decision, findings: Findings) -> str:
    if decision.subject == "account":
        return decision.subject_id
    labels = {cluster.cluster_id: cluster.label for cluster in findings.clusters}
    labels |= {group.cluster_id: "explained group" for group in findings.explained_groups}
    return f"{labels.get(decision.subject_id, 'not in this result')} ({decision.subject_id})"

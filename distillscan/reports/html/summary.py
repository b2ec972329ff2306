"""The five questions that a reader asks first of a cluster, answered from the document."""

from dataclasses import dataclass, field

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.verdict import Grade
from distillscan.reports import doubt, sentences, whole_log
from distillscan.reports.html.figures.scales import short
from distillscan.reports.wording import count, counted, percent, rate


@dataclass(frozen=True)
class Answer:
    """A question, the figure or the grades that answer it, and what must be said beside it."""

    question: str
    detail: list[str]
    figure: str = ""
    grades: list[tuple[str, Grade]] = field(default_factory=list)


def answers(findings: Findings, cluster: Cluster) -> list[Answer]:
    """How many, since when, how sure, who might be wrongly in it, what the evidence is."""
    return [
        _how_many(cluster),
        _since_when(cluster),
        _how_sure(findings, cluster),
        Answer(doubt.TITLE, doubt.statements(cluster), doubt.figure(cluster)),
        _evidence(findings, cluster),
    ]


def _how_many(cluster: Cluster) -> Answer:
    lower, upper = sentences.accounts(cluster)
    requests = cluster.requests
    detail = [
        f"{counted(requests.members_core, 'request')} by the core; "
        f"{sentences.matching(cluster, count(requests.matching_core))}.",
        f"{rate(cluster.requests_per_account_per_day)} requests per account and day.",
    ]
    figure = counted(upper, "account")
    return Answer("How many", detail, figure if lower == upper else f"{count(lower)} to {figure}")


def _since_when(cluster: Cluster) -> Answer:
    detection = cluster.chronology.detection if cluster.chronology else None
    first, last = cluster.first_seen.date(), cluster.last_seen.date()
    detail = [f"{counted(cluster.days, 'day')}, UTC. {sentences.peak(cluster)}"]
    if detection:
        detail.append(detection.statement)
    return Answer(
        "Since when", detail, f"{short(first, year=first.year != last.year)} to {short(last, year=True)}"
    )


def _how_sure(findings: Findings, cluster: Cluster) -> Answer:
    grades = [(name, finding.grade) for name, finding in sentences.findings(cluster)]
    chance = whole_log.permutations(findings.tested)
    if cluster.confidence is None:
        return Answer("How sure", [chance], "", grades)
    criteria = cluster.confidence.criteria
    unmet = [criterion.name for criterion in criteria if not criterion.met]
    met = f"{len(criteria) - len(unmet)} of {counted(len(criteria), 'criterion', 'criteria')} met"
    rubric = f"{met}; not met: {', '.join(unmet)}." if unmet else f"{met}."
    return Answer("How sure", [rubric, chance], f"{cluster.confidence.level.capitalize()} confidence", grades)


def _evidence(findings: Findings, cluster: Cluster) -> Answer:
    ties = ", ".join(
        f"{tie.family} {percent(tie.core_accounts / cluster.accounts.core)}" for tie in cluster.families
    )
    tested = counted(len(findings.tested.families), "family", "families")
    return Answer(
        "What the evidence is",
        [f"Of the core: {ties}.", _innocent(cluster)],
        f"Ties in {len(sentences.families_present(cluster))} of {tested}",
    )


def _innocent(cluster: Cluster) -> str:
    tried = counted(len(cluster.benign_explanations), "innocent explanation")
    fitting = [one.name for one in cluster.benign_explanations if one.result == "explains"]
    untested = sum(one.result == "not testable" for one in cluster.benign_explanations)
    open_ = f"; {untested} could not be tested" if untested else ""
    fits = ", ".join(f"“{name}” fits" for name in fitting) or "none fits"
    return f"{tried} looked at: {fits}{open_}."

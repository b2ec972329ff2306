"""Extraction: is it harvesting? Each share is set against the background of this very log."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, number
from distillscan.findings.counts.cluster import Counts
from distillscan.findings.document.verdict import Evidence, Finding, Grade
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.work import Work
from distillscan.findings.wording import percent

_MIN_TEMPLATED, _MIN_VARIETY = 0.2, 0.6
#: Payloads that are no assignment's any more.
_MANY_PAYLOADS = 100
#: Odds of a templated request in the core against those elsewhere, where any shared template counts.
_MIN_ODDS = 2.0

_VARIETY = """
    SELECT prompts, requests, new_to_account / greatest(sampled, 1), ends
    FROM own_prompt WHERE cluster_id = $id
"""
_FOLLOWING = "SELECT COALESCE(SUM(templated), 0) FROM account_profile WHERE cluster_id = $id"


@dataclass(frozen=True)
class _Payloads:
    """The core's own prompts: how many different ones in how many requests.

    ``in_account`` is the share of requests whose prompt their account had not sent before. ``ends`` further
    requests match by their opening or closing alone, which is no evidence of a template.
    """

    distinct: int
    requests: int
    in_account: float
    ends: int

    @property
    def variety(self) -> float:
        """The share of them that are different in the whole core."""
        return self.distinct / self.requests if self.requests else 0.0

    @property
    def many(self) -> bool:
        """Whether payloads are used once, or an account goes through a list that is longer than a lesson.

        Few texts that repeat word by word are an assignment as easily as a harvest.
        """
        listed = self.distinct >= _MANY_PAYLOADS and self.in_account >= _MIN_VARIETY
        return self.variety >= _MIN_VARIETY or listed

    @property
    def said(self) -> str:
        """The variety in words, the end of a sentence."""
        if self.variety >= 0.9:
            return "nearly every payload is used once."
        return f"{percent(self.variety)} are distinct, {percent(self.in_account)} are new to their account."


def extraction(connection: DuckDBPyConnection, core: Core, counts: Counts, *, by_content: bool) -> Finding:
    """Grade extraction from templates, the variety of their payloads, and how evenly the work is spread."""
    work = core.work
    evidence: list[Evidence] = []
    templated = varied = False
    if by_content and counts.requests.members_core:
        evidence, templated, varied = _content(connection, core, counts)
    evidence += _rhythm(work)
    points = sum([templated, varied, work.has_no_night, work.is_even])
    return Finding(grade=_grade(points, varied=varied, flat=work.has_no_night), evidence=evidence)


def _content(connection: DuckDBPyConnection, core: Core, counts: Counts) -> tuple[list[Evidence], bool, bool]:
    """The evidence of the texts, and whether they are templated and their payloads varied."""
    members, background = counts.requests.members_core, core.work.templated
    payloads = _Payloads(*frame(connection, _VARIETY, {"id": core.cluster_id}).row(0))
    share = (counts.requests.matching_core - payloads.ends) / members
    # elsewhere any shared template counts, so it does here
    following = max(share, number(connection, _FOLLOWING, {"id": core.cluster_id}) / members)
    templated = share >= _MIN_TEMPLATED and _odds(following) >= _MIN_ODDS * _odds(background or 0.0)
    # a system prompt or a tool list in common is a template; it says nothing of what is asked under it
    prompted = payloads.requests >= _MIN_TEMPLATED * members
    elsewhere = ""
    if background is not None:
        elsewhere = f"; elsewhere {percent(background)} of the requests follow any shared template"
    evidence = [
        *observed(
            "templated",
            f"Of the core's requests, {percent(share)} carry its own templates, inserts or tool lists"
            f"{elsewhere}.",
            round(share, 4),
            background,
        ),
        *observed(
            "variety",
            f"{payloads.distinct:,} distinct prompts in {payloads.requests:,} templated requests: "
            + (payloads.said if prompted else "too few to judge the core's payloads."),
            round(payloads.variety, 4),
        ),
    ]
    return evidence, templated, templated and prompted and payloads.many


def _odds(share: float) -> float:
    return share / max(1 - share, 1e-9)


def _rhythm(work: Work) -> list[Evidence]:
    evidence = []
    if work.hours:
        own, others = work.hours
        evidence += observed(
            "hours",
            f"The hours of the median account have a concentration of {own:.2f} (0 is round the "
            f"clock, 1 is one moment); elsewhere {others:.2f}.",
            own,
            others,
        )
    if work.load:
        own, others = work.load
        evidence += observed(
            "load",
            f"Requests per account have a standard deviation of {own:.2f} times their mean; "
            f"elsewhere {others:.2f} times.",
            own,
            others,
        )
    return evidence


def _grade(points: int, *, varied: bool, flat: bool) -> Grade:
    """Grade by points: any team may work evenly from one template, a harvest has payloads and no nights."""
    if points == 0:
        return "none"
    if points == 1 or not (varied or flat):
        return "low"
    return "high" if points >= 3 and flat else "medium"

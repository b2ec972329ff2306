"""Extraction: is it harvesting? Each share is set against the background of this very log."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, number
from distillscan.findings.counts.cluster import Counts
from distillscan.findings.document.verdict import Evidence, Finding, Grade
from distillscan.findings.verdict.dispatch import has_no_night, is_even
from distillscan.findings.verdict.statements import observed
from distillscan.findings.wording import percent

#: Requests an account must have for its hours to say anything, and accounts for a median over them.
_MIN_REQUESTS, _MIN_ACCOUNTS = 20, 5
#: Days on which it must have been active: people work through a night, at a hackathon or before a deadline.
_MIN_DAYS = 4
#: Accounts outside all clusters that make a background.
_FEW_OTHERS = 50
_MIN_TEMPLATED, _MIN_VARIETY = 0.2, 0.6
#: Payloads that are no assignment's any more.
_MANY_PAYLOADS = 100
#: Odds of a templated request in the core against those elsewhere, where any shared template counts.
_MIN_ODDS = 2.0

_RHYTHM = f"""
    SELECT CASE WHEN COUNT(*) FILTER (active_days >= {_MIN_DAYS}) >= {_MIN_ACCOUNTS}
                THEN median(concentration) FILTER (active_days >= {_MIN_DAYS}) END,
           stddev_pop(requests) / avg(requests), COUNT(*), SUM(templated) / SUM(requests)
    FROM account_profile WHERE requests >= {{minimum}} AND {{whose}}
"""
_VARIETY = """
    SELECT prompts, requests, new_to_account / greatest(sampled, 1), ends
    FROM own_prompt WHERE cluster_id = $id
"""
_FOLLOWING = "SELECT COALESCE(SUM(templated), 0) FROM account_profile WHERE cluster_id = $id"


@dataclass(frozen=True)
class _Rhythm:
    """``concentration`` is None where too few accounts were active on several days."""

    concentration: float | None
    spread: float
    templated: float


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
        return f"{percent(self.variety)} are distinct, inside an account {percent(self.in_account)}."


def _rhythm(connection: DuckDBPyConnection, whose: str, cluster_id: str, minimum: int) -> _Rhythm | None:
    found = frame(connection, _RHYTHM.format(minimum=minimum, whose=whose), {"id": cluster_id})
    concentration, spread, accounts, templated = found.row(0)
    if accounts < _MIN_ACCOUNTS:
        return None
    return _Rhythm(
        None if concentration is None else round(concentration, 4), round(spread, 4), round(templated, 4)
    )


def everybody_else(connection: DuckDBPyConnection) -> str:
    """Return the condition for the background: accounts in no cluster, or all others where those are few."""
    outside = number(connection, "SELECT COUNT(*) FROM account_profile WHERE cluster_id IS NULL")
    enough = max(_FEW_OTHERS, 0.1 * number(connection, "SELECT COUNT(*) FROM account_profile"))
    # the parameter stands in both, because a parameter that is not used is an error
    return "cluster_id IS NULL AND $id <> ''" if outside >= enough else "cluster_id IS DISTINCT FROM $id"


def extraction(
    connection: DuckDBPyConnection, cluster_id: str, counts: Counts, *, by_content: bool
) -> Finding:
    """Grade extraction from templates, the variety of their payloads, and how evenly the work is spread."""
    others = everybody_else(connection)
    rest_all = _rhythm(connection, others, cluster_id, 1)
    evidence: list[Evidence] = []
    templated = varied = flat = even = False
    if by_content and counts.requests.members_core:
        found, templated, varied = _content(connection, cluster_id, counts, rest_all)
        evidence += found
    own = _rhythm(connection, "cluster_id = $id", cluster_id, _MIN_REQUESTS)
    rest = _rhythm(connection, others, cluster_id, _MIN_REQUESTS)
    if own and rest:
        evidence += [*_hours(own.concentration, rest.concentration), *_load(own, rest)]
        flat, even = has_no_night(evidence), is_even(evidence)
    points = sum([templated, varied, flat, even])
    return Finding(grade=_grade(points, varied=varied, flat=flat), evidence=evidence)


def _content(
    connection: DuckDBPyConnection, cluster_id: str, counts: Counts, rest: _Rhythm | None
) -> tuple[list[Evidence], bool, bool]:
    """The evidence of the texts, and whether they are templated and their payloads varied."""
    members = counts.requests.members_core
    payloads = _Payloads(*frame(connection, _VARIETY, {"id": cluster_id}).row(0))
    share = (counts.requests.matching_core - payloads.ends) / members
    background = rest.templated if rest else None
    # elsewhere any shared template counts, so it does here
    following = max(share, number(connection, _FOLLOWING, {"id": cluster_id}) / members)
    templated = share >= _MIN_TEMPLATED and _odds(following) >= _MIN_ODDS * _odds(background or 0.0)
    # a system prompt or a tool list in common is a template; it says nothing of what is asked under it
    prompted = payloads.requests >= _MIN_TEMPLATED * members
    evidence = [
        *observed(
            "templated",
            f"Of the core's requests, {percent(share)} carry its own templates, inserts or tool lists"
            + (
                "."
                if background is None
                else f"; elsewhere {percent(background)} of the requests follow any shared template."
            ),
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


def _hours(own: float | None, rest: float | None) -> list[Evidence]:
    if own is None or rest is None:
        return []
    return observed(
        "hours",
        f"The hours of the median account have a concentration of {own:.2f} (0 is round the "
        f"clock, 1 is one moment); elsewhere {rest:.2f}.",
        own,
        rest,
    )


def _load(own: _Rhythm, rest: _Rhythm) -> list[Evidence]:
    return observed(
        "load",
        f"Requests per account have a standard deviation of {own.spread:.2f} times their mean; "
        f"elsewhere {rest.spread:.2f} times.",
        own.spread,
        rest.spread,
    )


def _grade(points: int, *, varied: bool, flat: bool) -> Grade:
    """Grade by points: any team may work evenly from one template, a harvest has payloads and no nights."""
    if points == 0:
        return "none"
    if points == 1 or not (varied or flat):
        return "low"
    return "high" if points >= 3 and flat else "medium"

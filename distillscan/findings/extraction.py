"""Extraction: is it harvesting? Each share is set against the background of this very log."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.case.frame import number, one
from distillscan.findings.counts import Counts
from distillscan.findings.document import Evidence, Finding, Grade
from distillscan.findings.wording import percent

#: Requests an account must have for its hours to say anything, and accounts for a median over them.
_MIN_REQUESTS, _MIN_ACCOUNTS = 20, 5
#: Days on which it must have been active: people work through a night, at a hackathon or before a deadline.
_MIN_DAYS = 4
#: Accounts outside all clusters that make a background.
_FEW_OTHERS = 50
_MIN_TEMPLATED, _MIN_VARIETY = 0.3, 0.6
#: Odds of a templated request in the core against those elsewhere, where any shared template counts.
_MIN_ODDS = 3.0
_FLAT_HOURS, _EVEN_LOAD = 0.6, 0.6

_RHYTHM = f"""
    SELECT CASE WHEN COUNT(*) FILTER (active_days >= {_MIN_DAYS}) >= {_MIN_ACCOUNTS}
                THEN median(concentration) FILTER (active_days >= {_MIN_DAYS}) END,
           stddev_pop(requests) / avg(requests), COUNT(*), SUM(templated) / SUM(requests)
    FROM account_profile WHERE requests >= {{minimum}} AND {{whose}}
"""
_VARIETY = "SELECT prompts, requests FROM own_prompt WHERE cluster_id = $id"


@dataclass(frozen=True)
class _Rhythm:
    """``concentration`` is None where too few accounts were active on several days."""

    concentration: float | None
    spread: float
    templated: float


def _rhythm(connection: DuckDBPyConnection, whose: str, cluster_id: str, minimum: int) -> _Rhythm | None:
    row = one(connection, _RHYTHM.format(minimum=minimum, whose=whose), {"id": cluster_id})
    if row is None or int(row[2]) < _MIN_ACCOUNTS:
        return None
    concentration = None if row[0] is None else round(float(row[0]), 4)
    return _Rhythm(concentration, round(float(row[1]), 4), round(float(row[3]), 4))


def _everybody_else(connection: DuckDBPyConnection) -> str:
    """Return the condition for the background: accounts in no cluster, or all others where those are few."""
    outside = number(connection, "SELECT COUNT(*) FROM account_profile WHERE cluster_id IS NULL")
    enough = max(_FEW_OTHERS, 0.1 * number(connection, "SELECT COUNT(*) FROM account_profile"))
    # the parameter stands in both, because a parameter that is not used is an error
    return "cluster_id IS NULL AND $id <> ''" if outside >= enough else "cluster_id IS DISTINCT FROM $id"


def extraction(
    connection: DuckDBPyConnection, cluster_id: str, counts: Counts, *, by_content: bool
) -> Finding:
    """Grade extraction from templates, the variety of their payloads, and how evenly the work is spread."""
    others = _everybody_else(connection)
    rest_all = _rhythm(connection, others, cluster_id, 1)
    evidence: list[Evidence] = []
    templated = varied = flat = even = False
    if by_content and counts.requests.members_core:
        found, templated, varied = _content(connection, cluster_id, counts, rest_all)
        evidence += found
    own = _rhythm(connection, "cluster_id = $id", cluster_id, _MIN_REQUESTS)
    rest = _rhythm(connection, others, cluster_id, _MIN_REQUESTS)
    if own and rest:
        even = own.spread <= _EVEN_LOAD * rest.spread
        evidence += [*_hours(own.concentration, rest.concentration), _load(own, rest)]
        flat = any(map(has_no_night, evidence))
    points = sum([templated, varied, flat, even])
    return Finding(grade=_grade(points, varied=varied, flat=flat), evidence=evidence)


def _content(
    connection: DuckDBPyConnection, cluster_id: str, counts: Counts, rest: _Rhythm | None
) -> tuple[list[Evidence], bool, bool]:
    """The evidence of the texts, and whether they are templated and their payloads varied."""
    share = counts.requests.matching_core / counts.requests.members_core
    row = one(connection, _VARIETY, {"id": cluster_id})
    distinct, used = (int(row[0]), int(row[1] or 0)) if row else (0, 0)
    variety = distinct / used if used else 0.0
    background = rest.templated if rest else None
    templated = share >= _MIN_TEMPLATED and _odds(share) >= _MIN_ODDS * _odds(background or 0.0)
    # a system prompt in common is a template; it says nothing of what is asked under it
    prompted = used >= _MIN_TEMPLATED * counts.requests.members_core
    varied = variety >= _MIN_VARIETY and templated and prompted
    evidence = [
        Evidence(
            code="templated",
            statement=f"Of the core's requests, {percent(share)} carry the cluster's own templates or inserts"
            + (
                "."
                if background is None
                else f"; elsewhere {percent(background)} of requests follow any shared template."
            ),
            value=round(share, 4),
            background=background,
        ),
        Evidence(
            code="variety",
            statement=f"{distinct:,} distinct prompts in {used:,} templated requests: "
            f"{_payloads(variety, said=prompted)}",
            value=round(variety, 4),
            background=None,
        ),
    ]
    # texts that repeat word by word are an assignment or a benchmark as easily as a harvest
    return evidence, templated, varied


def _payloads(variety: float, *, said: bool) -> str:
    if not said:
        return "too few to say anything of the core's payloads."
    return "nearly every payload is used once." if variety >= 0.9 else f"{percent(variety)} are distinct."


def _odds(share: float) -> float:
    return share / max(1 - share, 1e-9)


def has_no_night(evidence: Evidence) -> bool:
    """Return whether a piece of evidence is that of hours much flatter than those of other accounts."""
    value, background = evidence.value, evidence.background
    return (
        evidence.code == "hours"
        and value is not None
        and background is not None
        and value <= _FLAT_HOURS * background
    )


def _hours(own: float | None, rest: float | None) -> list[Evidence]:
    if own is None or rest is None:
        return []
    return [
        Evidence(
            code="hours",
            statement=f"Hours of the day are concentrated to {own:.2f} in the median account "
            f"(0 is round the clock), elsewhere to {rest:.2f}.",
            value=own,
            background=rest,
        )
    ]


def _load(own: _Rhythm, rest: _Rhythm) -> Evidence:
    return Evidence(
        code="load",
        statement=f"Requests per account vary by {own.spread:.2f} of their mean, elsewhere by "
        f"{rest.spread:.2f}.",
        value=own.spread,
        background=rest.spread,
    )


def _grade(points: int, *, varied: bool, flat: bool) -> Grade:
    """Grade by points: any team may work evenly from one template, a harvest has payloads and no nights."""
    if points == 0:
        return "none"
    if points == 1 or not (varied or flat):
        return "low"
    return "high" if points >= 3 and flat else "medium"

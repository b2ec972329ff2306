"""When a cluster worked, as lines of text that more than one report shows."""

from __future__ import annotations

from datetime import date, timedelta

from distillscan.findings.document import Chronology, Cluster, DailyCount, Event, Findings
from distillscan.reports.wording import counted

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 60


def statements(chronology: Chronology) -> list[str]:
    """All sentences of a chronology: when it could be seen, what it did at which event, at which hours."""
    first = [chronology.detection, chronology.succession]
    parts = [
        *(part for part in first if part is not None),
        *chronology.pool_switches,
        *chronology.releases,
        *chronology.changes,
        chronology.rhythm,
    ]
    return [part.statement for part in parts]


def drawn_days(cluster: Cluster, log: list[DailyCount]) -> list[tuple[str, str, str]]:
    """The days of a cluster as bars of text, and those of the whole log beneath: name, bars, legend.

    A dot is a day without a request. Nothing for a cluster of one day. Beyond sixty days each bar is the mean of several.
    """
    first, last = cluster.first_seen.date(), cluster.last_seen.date()
    if first == last:
        return []
    together = -(-((last - first).days + 1) // _WIDTH)
    lines = [("core", cluster.timeline), *([("log", log)] if log else [])]
    return [(name, *_bars(days, first, last, together)) for name, days in lines]


def _bars(days: list[DailyCount], first: date, last: date, together: int) -> tuple[str, str]:
    by_day = {day.day: day.requests for day in days}
    counts = [by_day.get(first + timedelta(days=n), 0) for n in range((last - first).days + 1)]
    sums = [sum(counts[start : start + together]) for start in range(0, len(counts), together)]
    most = max(sums) or 1
    bars = "".join("·" if not n else _BARS[min(n * len(_BARS) // most, len(_BARS) - 1)] for n in sums)
    busiest = f"busiest {'day' if together == 1 else f'{together} days'} {counted(most, 'request')}"
    return bars, f"{first.isoformat()} to {last.isoformat()}, {busiest}"


def events(findings: Findings) -> list[str]:
    """The events as given, a line each."""
    return [_event(event) for event in findings.events]


def _event(event: Event) -> str:
    return f"{event.day.isoformat()} {event.kind}: {event.name}"


def attribution(findings: Findings) -> list[str]:
    """What the anchors say: a line an entity, then one for each of its anchors."""
    lines = []
    for entity in findings.entities:
        lines.append(entity.statement)
        lines += [
            f"{entity.entity}, by {anchor.signal} {anchor.pseudonym} (source {anchor.source or 'not given'}, "
            f"grade {anchor.grade or 'not given'}): {anchor.statement}"
            for anchor in findings.anchors
            if anchor.entity == entity.entity
        ]
    return lines


ATTRIBUTION = "Attribution, by the anchors given"
"""The heading above :func:`attribution`; similarity alone names nobody."""

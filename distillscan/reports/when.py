"""When a cluster worked, as lines of text that more than one report shows."""

from dataclasses import dataclass
from datetime import date, timedelta

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.when import Chronology, DailyCount
from distillscan.reports.wording import count

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 60


def statements(chronology: Chronology) -> list[str]:
    """All sentences of a chronology, what is said of this cluster alone first, and each event last."""
    first = [chronology.detection, chronology.succession]
    parts = [
        *(part for part in first if part is not None),
        *chronology.pool_switches,
        chronology.rhythm,
        *chronology.releases,
        *chronology.changes,
    ]
    return [part.statement for part in parts]


@dataclass(frozen=True)
class DrawnDays:
    """Lines of equal length, one sign a day or one for several, by their names; and a legend."""

    lines: dict[str, str]
    legend: str


def drawn_days(cluster: Cluster, findings: Findings) -> DrawnDays | None:
    """The days of a cluster as bars of text, those of the whole log beneath, and the days of events.

    None for a cluster of one day. Beyond sixty days each bar stands for several.
    """
    first, last = cluster.first_seen.date(), cluster.last_seen.date()
    if first == last:
        return None
    window = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    together = -(-len(window) // _WIDTH)
    lines, busiest = {}, []
    for name, days in (("core", cluster.timeline), ("log", findings.days)):
        if days:
            lines[name], most = _bars(days, window, together)
            busiest.append(f"{name} {count(most)}")
    happened = {event.day for event in findings.events}
    marks = "".join(
        "^" if happened.intersection(window[start : start + together]) else " "
        for start in range(0, len(window), together)
    )
    if marks.strip():
        lines["event"] = marks.rstrip()
    bar = "day" if together == 1 else f"{together} days"
    legend = f"{first.isoformat()} to {last.isoformat()}, requests on the busiest {bar}: {', '.join(busiest)}"
    return DrawnDays(lines, legend)


def _bars(days: list[DailyCount], window: list[date], together: int) -> tuple[str, int]:
    """The days of a window as bars, and the largest of them."""
    by_day = {day.day: day.requests for day in days}
    counts = [by_day.get(day, 0) for day in window]
    sums = [sum(counts[start : start + together]) for start in range(0, len(counts), together)]
    most = max(sums) or 1
    bars = "".join("·" if not n else _BARS[min(n * len(_BARS) // most, len(_BARS) - 1)] for n in sums)
    return bars, max(sums)

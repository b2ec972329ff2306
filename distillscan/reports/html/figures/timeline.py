"""Requests and active accounts of a cluster's core by day, with the events of the time."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.when import DailyCount, Event
from distillscan.reports.html.figures import svg
from distillscan.reports.html.figures.scales import Days, Linear, short, ticks
from distillscan.reports.wording import count, counted

_LEFT, _RIGHT, _TOP = 54.0, svg.WIDTH - 10.0, 34.0
_REQUESTS, _ACCOUNTS, _GAP = 132.0, 56.0, 30.0


def draw(findings: Findings, cluster: Cluster) -> Markup:
    """The days of the core over the window of the log; the rest of the log as a pale line behind."""
    log = findings.population
    days = Days(log.first_seen.date(), log.last_seen.date(), _LEFT, _RIGHT)
    middle = _TOP + _REQUESTS
    bottom = middle + _GAP + _ACCOUNTS
    parts = [
        _panel(cluster.timeline, days, _TOP, middle, "Requests a day", "requests"),
        _population(findings.days, days, middle),
        _panel(cluster.timeline, days, middle + _GAP, bottom, "Active accounts", "accounts"),
        _axis(days, bottom),
        _events(numbered(findings), days, bottom),
        _found(cluster, days, bottom),
    ]
    return svg.drawing(svg.WIDTH, bottom + 26, _alternative(findings, cluster), *parts, class_="timeline")


def _panel(
    timeline: Sequence[DailyCount], days: Days, top: float, bottom: float, title: str, what: str
) -> Markup:
    values = [day.requests if what == "requests" else day.accounts for day in timeline]
    height = Linear(max(values, default=0) or 1, bottom, top)
    grid = [
        svg.group(
            svg.line(_LEFT, height(tick), _RIGHT, height(tick), "grid"),
            svg.text(_LEFT - 8, height(tick) + 4, count(int(tick)), anchor="end", class_="tick"),
        )
        for tick in ticks(height.largest, 3 if what == "requests" else 2)
    ]
    gap = 1.0 if days.width > 4 else 0.0
    bars = [
        svg.rect(
            days(day.day) + gap / 2,
            height(value),
            days.width - gap,
            bottom - height(value),
            "core" if what == "requests" else "core soft",
            hint=f"{day.day}: {counted(day.requests, 'request')} of {counted(day.accounts, 'account')}",
        )
        for day, value in zip(timeline, values, strict=True)
    ]
    return svg.group(*grid, *bars, svg.text(_LEFT, top - 8, title, class_="name"))


def _population(log: Sequence[DailyCount], days: Days, bottom: float) -> Markup:
    """The shape of the whole log on a scale of its own: whether the core works when everybody does."""
    if not log:
        return Markup("")
    height = Linear(max(day.requests for day in log) or 1, bottom, _TOP)
    points = " ".join(
        f"{svg.number(days(day.day) + days.width / 2)},{svg.number(height(day.requests))}" for day in log
    )
    name = svg.text(_LEFT + 104, _TOP - 8, "line: the whole log, on its own scale", class_="everybody")
    return svg.group(svg.element("polyline", points=points, class_="everybody"), name)


def _axis(days: Days, bottom: float) -> Markup:
    labels = [
        svg.group(
            svg.line(days(day), bottom, days(day), bottom + 5, "axis"),
            svg.text(days(day) + 2, bottom + 18, short(day, year=place == 0), class_="tick"),
        )
        for place, day in enumerate(days.labelled(7))
    ]
    return svg.group(svg.line(_LEFT, bottom, _RIGHT, bottom, "axis"), *labels)


def numbered(findings: Findings) -> list[tuple[int, Event]]:
    """The events inside the window of the log, with the numbers they bear in the figure."""
    first, last = findings.population.first_seen.date(), findings.population.last_seen.date()
    inside = [event for event in findings.events if first <= event.day <= last]
    return list(enumerate(inside, start=1))


def _events(events: Sequence[tuple[int, Event]], days: Days, bottom: float) -> Markup:
    marks = []
    level: dict[date, int] = {}
    for place, event in events:
        x = days(event.day)
        above = level.setdefault(event.day, 0)
        level[event.day] += 1
        marks.append(
            svg.element(
                "g",
                svg.element("title", f"{event.day}: {event.kind.replace('_', ' ')}, {event.name}"),
                svg.line(x, _TOP - 14, x, bottom, "event"),
                svg.element("circle", cx=x + 17 * above, cy=_TOP - 20, r=8, class_="event"),
                svg.text(x + 17 * above, _TOP - 16, str(place), anchor="middle", class_="event"),
            )
        )
    return svg.group(*marks)


def _found(cluster: Cluster, days: Days, bottom: float) -> Markup:
    """The end of the day on which the cluster could first have been found."""
    detection = cluster.chronology.detection if cluster.chronology else None
    if detection is None:
        return Markup("")
    x = days(detection.found_on) + days.width
    beyond = x > (_LEFT + _RIGHT) / 2
    return svg.group(
        svg.line(x, _TOP, x, bottom, "found"),
        svg.text(x + (-5 if beyond else 5), _TOP + 11, "first found", anchor="end" if beyond else "start",
                 class_="found"),
    )  # fmt: skip


def _alternative(findings: Findings, cluster: Cluster) -> str:
    peak = cluster.peak_day
    return (
        f"Bars of the requests and of the active accounts of {cluster.label} on each day of the log, from "
        f"{findings.population.first_seen.date()} to {findings.population.last_seen.date()}. Busiest day: "
        f"{peak.day}, {counted(peak.requests, 'request')} of {counted(peak.accounts, 'account')}."
    )

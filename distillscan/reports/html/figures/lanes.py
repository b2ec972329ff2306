"""All clusters under each other over the window of the log: who worked when, and how much."""

from markupsafe import Markup

from distillscan.findings.document import Cluster, Findings
from distillscan.reports.html.figures import svg
from distillscan.reports.html.figures.scales import Days, Linear, short
from distillscan.reports.wording import count, counted

_LANE, _LEFT, _RIGHT = 38.0, 150.0, svg.WIDTH - 96.0
#: Lanes that a reader still takes in; the table below the figure has all.
_SHOWN = 16


def draw(findings: Findings) -> Markup:
    """One lane a cluster, its requests by day on a scale of its own."""
    log = findings.population
    days = Days(log.first_seen.date(), log.last_seen.date(), _LEFT, _RIGHT)
    shown = findings.clusters[:_SHOWN]
    bottom = len(shown) * _LANE + 8
    labels = [
        svg.text(days(day) + 2, bottom + 16, short(day, year=place == 0), class_="tick")
        for place, day in enumerate(days.labelled(6))
    ]
    grid = [svg.line(days(day), 4, days(day), bottom + 5, "grid") for day in days.labelled(6)]
    lanes = [_lane(cluster, place, days) for place, cluster in enumerate(shown)]
    return svg.drawing(svg.WIDTH, bottom + 24, _alternative(findings), *grid, *lanes, *labels, class_="lanes")


def _lane(cluster: Cluster, place: int, days: Days) -> Markup:
    bottom = (place + 1) * _LANE
    height = Linear(max((day.requests for day in cluster.timeline), default=0) or 1, bottom, bottom - 26)
    bars = [
        svg.rect(
            days(day.day),
            height(day.requests),
            max(days.width - (1 if days.width > 4 else 0), 0.5),
            bottom - height(day.requests),
            "bar",
            hint=f"{cluster.label}, {day.day}: {counted(day.requests, 'request')}",
        )
        for day in cluster.timeline
    ]
    return svg.group(
        svg.text(0, bottom - 12, cluster.label, class_="label strong"),
        svg.text(0, bottom + 2, cluster.verdict, class_="kind"),
        *bars,
        svg.line(_LEFT, bottom, _RIGHT, bottom, "axis"),
        svg.text(
            svg.WIDTH, bottom - 12, counted(cluster.accounts.core, "account"), anchor="end", class_="value"
        ),
        svg.text(svg.WIDTH, bottom + 2, count(cluster.requests.members_core), anchor="end", class_="tick"),
        class_=f"verdict {cluster.verdict}",
    )


def _alternative(findings: Findings) -> str:
    lanes = "; ".join(
        f"{cluster.label}, {cluster.verdict}, from {cluster.first_seen.date()} to {cluster.last_seen.date()}"
        for cluster in findings.clusters[:_SHOWN]
    )
    return f"Requests by day of each cluster, one lane each, every lane by its own busiest day: {lanes}."

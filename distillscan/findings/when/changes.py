"""Requests a day before and after an event, with an interval for their ratio.

Counts of days are taken for Poisson counts that vary more than they should: the variance of the logarithm of
the ratio is phi (1/B + 1/A), with B and A the requests before and after, and phi the variance of the days
over their mean, at least 1 (quasi-Poisson; McCullagh and Nelder 1989, section 4.5).
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from distillscan.arrays import Floats
from distillscan.findings.document.when import Event, EventChange
from distillscan.findings.when.timeline import Timeline, core_and_rest, is_kind

#: Days compared on either side, and the fewest that make a comparison; the day itself belongs to neither.
_DAYS, _FEWEST = 7, 3
_Z = 1.959964


def event_changes(timeline: Timeline, cluster_id: str) -> list[EventChange]:
    """Return the changes of a cluster at every event but releases that fell into its window."""
    core, rest = map(_by_day, core_and_rest(timeline.hours, cluster_id))
    first, last = timeline.days[0].day, timeline.days[-1].day
    found = []
    for event in timeline.events:
        inside = min(core) <= event.day <= max(core) + timedelta(days=1)
        if not inside or is_kind(event, "model_release"):
            continue
        before = [day for n in range(_DAYS, 0, -1) if (day := event.day - timedelta(days=n)) >= first]
        after = [day for n in range(1, _DAYS + 1) if (day := event.day + timedelta(days=n)) <= last]
        if len(before) >= _FEWEST and len(after) >= _FEWEST:
            rest_ratio = _ratio(_on(rest, before), _on(rest, after))
            found.append(_change(event, _on(core, before), _on(core, after), rest_ratio))
    return found


def _by_day(hours: pl.DataFrame) -> dict[date, int]:
    counts = hours.group_by(pl.col("hour").dt.date().alias("day")).agg(pl.col("requests").sum())
    return dict(counts.sort("day").iter_rows())


def _on(by_day: dict[date, int], days: list[date]) -> Floats:
    return np.array([by_day.get(day, 0) for day in days], dtype=np.float64)


def _ratio(before: Floats, after: Floats) -> float | None:
    if not before.any() or not after.any():
        return None
    return round(float(after.mean() / before.mean()), 4)


def _change(event: Event, before: Floats, after: Floats, rest_ratio: float | None) -> EventChange:
    ratio = _ratio(before, after)
    low = high = None
    if ratio is not None:
        spread = _Z * np.sqrt(_dispersion(before, after) * (1 / before.sum() + 1 / after.sum()))
        low, high = round(float(ratio * np.exp(-spread)), 4), round(float(ratio * np.exp(spread)), 4)
    return EventChange(
        event=event,
        days_before=len(before),
        days_after=len(after),
        before=round(float(before.mean()), 2),
        after=round(float(after.mean()), 2),
        ratio=ratio,
        low=low,
        high=high,
        rest_ratio=rest_ratio,
        statement=f"{event.kind.replace('_', ' ').capitalize()} on {event.day.isoformat()} ({event.name}): "
        + _statement(before, after, (ratio, low, high), rest_ratio),
    )


def _dispersion(before: Floats, after: Floats) -> float:
    """Return the variance of the days over their mean, each day against its own side; at least 1."""
    pearson = sum(float(((side - side.mean()) ** 2).sum() / side.mean()) for side in (before, after))
    return max(pearson / (len(before) + len(after) - 2), 1.0)


def _statement(
    before: Floats,
    after: Floats,
    change: tuple[float | None, float | None, float | None],
    rest_ratio: float | None,
) -> str:
    ratio, low, high = change
    counts = (
        f"the core sent {before.mean():,.0f} requests a day in the {len(before)} days before and "
        f"{after.mean():,.0f} a day in the {len(after)} days after"
    )
    times = "" if ratio is None else f", {ratio:.2f} times as many (95 % interval {low:.2f} to {high:.2f})"
    beside = "" if rest_ratio is None else f"; the rest of the log sent {rest_ratio:.2f} times as many"
    return f"{counts}{times}{beside}."

"""The hours of the week in which a cluster works, beside those of the rest of the log."""

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.findings.document.when import Rhythm
from distillscan.findings.when.timeline import core_and_rest
from distillscan.findings.wording import percent

#: Hours in a row that people are taken to sleep, and requests below which hours say nothing.
_NIGHT, FEWEST_REQUESTS = 8, 240
#: Flatness up to which a day has a night, and from which on it has none.
_NIGHTLY, _CLOCK_ROUND = 0.4, 0.8


def rhythm(hours: pl.DataFrame, cluster_id: str) -> Rhythm:
    """Return the rhythm of a cluster's core, from the hours of the timeline."""
    core, rest = map(_of_the_week, core_and_rest(hours, cluster_id))
    flatness, rest_flatness = _flatness(core), _flatness(rest)
    return Rhythm(
        core=core.tolist(),
        rest=rest.tolist(),
        flatness=flatness,
        rest_flatness=rest_flatness,
        statement=_statement(flatness, rest_flatness),
    )


def _of_the_week(hours: pl.DataFrame) -> Int64s:
    """Return requests by hour of the week, from Monday 00:00 UTC on."""
    place = (hours["hour"].dt.weekday() - 1).cast(pl.Int64) * 24 + hours["hour"].dt.hour()
    return np.bincount(place.to_numpy(), weights=hours["requests"].to_numpy(), minlength=168).astype(np.int64)


def _flatness(week: Int64s) -> float | None:
    total = int(week.sum())
    if total < FEWEST_REQUESTS:
        return None
    day = week.reshape(7, 24).sum(axis=0)
    nights = np.convolve(np.concatenate([day, day[: _NIGHT - 1]]), np.ones(_NIGHT), mode="valid")
    return round(float(nights.min()) / total * 24 / _NIGHT, 4)


def _statement(flatness: float | None, rest: float | None) -> str:
    if flatness is None:
        return f"The core sent fewer than {FEWEST_REQUESTS} requests, too few to say at which hours."
    beside = "" if rest is None else f" (the rest of the log, in its own quietest hours, {_pace(rest)})"
    return (
        f"In its quietest eight hours of the day the core sends {_pace(flatness)}{beside}. "
        f"{_read(flatness, rest)}"
    )


def _pace(flatness: float) -> str:
    if flatness in {0.0, 1.0}:
        return "at its mean rate" if flatness else "nothing"
    return f"at {percent(flatness)} of its mean rate"


def _read(flatness: float, rest: float | None) -> str:
    """Return what a flatness says: people sleep, and those of one region at the same time."""
    if flatness <= _NIGHTLY:
        return "That is a night, as among people of one region or one office."
    if flatness < _CLOCK_ROUND:
        return "That is a weak night, as among people of several regions."
    if rest is None:
        return "That is round the clock, as machines work."
    if rest >= _CLOCK_ROUND:
        return (
            "That is round the clock, as machines work. But the users of this log do so too when taken "
            "together, as in many time zones; only the hours of single accounts tell the two apart."
        )
    night = "a night" if rest <= _NIGHTLY else "a weak night, so compare the hours of single accounts"
    return f"That is round the clock, as machines work; the rest of this log has {night}."

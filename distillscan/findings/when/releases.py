"""How much of a cluster's traffic moved to a new model, beside the rest of the log."""

from datetime import datetime, timedelta

import polars as pl

from distillscan.findings.document.when import ReleaseMove
from distillscan.findings.when.timeline import Release, Timeline, core_and_rest
from distillscan.findings.wording import percent

_DAY = timedelta(days=1)


def release_moves(timeline: Timeline, cluster_id: str) -> list[ReleaseMove]:
    """Return what became of a cluster's traffic at each release in whose two days it sent anything."""
    core, rest = core_and_rest(timeline.hours, cluster_id)
    moves = [_move(release, core, rest) for release in timeline.releases]
    return [move for move in moves if move.first_day_requests or move.second_day_requests]


def _move(release: Release, core: pl.DataFrame, rest: pl.DataFrame) -> ReleaseMove:
    start = release.released.replace(minute=0, second=0, microsecond=0)
    first_requests, first_share = _share(core, release.model, start)
    second_requests, second_share = _share(core, release.model, start + _DAY)
    first_rest = _share(rest, release.model, start)[1]
    second_rest = _share(rest, release.model, start + _DAY)[1]
    first_use = core.filter(model=release.model)["hour"].min()
    return ReleaseMove(
        model=release.model,
        source=release.source,
        released=release.released,
        first_use=first_use if isinstance(first_use, datetime) else None,
        first_day_requests=first_requests,
        first_day_share=first_share,
        first_day_rest=first_rest,
        second_day_requests=second_requests,
        second_day_share=second_share,
        second_day_rest=second_rest,
        statement=f"In the first 24 hours after {_named(release)} on {start.date()}, "
        f"{_said(first_share)} of the core's requests went to it (rest of the log: {_said(first_rest)}); in "
        f"the next 24 hours, {_said(second_share)} (rest: {_said(second_rest)}).",
    )


def _share(hours: pl.DataFrame, model: str, start: datetime) -> tuple[int, float | None]:
    """Return the requests of a day that name a model, and the share of them that name this one."""
    inside = hours.filter(
        pl.col("hour") >= start, pl.col("hour") < start + _DAY, pl.col("model").is_not_null()
    )
    total = int(inside["requests"].sum())
    moved = int(inside.filter(model=model)["requests"].sum())
    return total, round(moved / total, 4) if total else None


def _named(release: Release) -> str:
    """Name a release; without an event it is only known when the log first has the model."""
    first = "the release" if release.source == "event" else "the first use in this log"
    return f"{first} of {release.model}"


def _said(share: float | None) -> str:
    return "no request names a model" if share is None else percent(share)

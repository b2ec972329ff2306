"""The requests by hour and day that every figure about time is read from: two passes, then small tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document.when import DailyCount, Event

#: Releases that are looked at, and the share of all requests that makes a model worth it without an event.
_MOST_RELEASES, _MIN_MODEL_SHARE = 5, 0.01
#: A model that is there on the first day of the log was not released in it.
_SETTLING = timedelta(days=1)

#: What providers append to a model's name.
_DATED = re.compile(r"[-@:](\d{4}-?\d\d-?\d\d|latest)$")

_ACTIVE_DAY = """
    CREATE OR REPLACE TEMP TABLE active_day AS
    SELECT account, ts::DATE AS day, COUNT(*) AS requests
    FROM accepted JOIN account USING (account_id)
    GROUP BY account, day
"""

# models that were not released in the log share one name, so that invented names cannot swell the table
_HOURS = """
    SELECT c.cluster_id, date_trunc('hour', r.ts) AS hour,
           CASE WHEN r.model IN (SELECT unnest($models)) THEN r.model
                WHEN r.model IS NOT NULL THEN '' END AS model,
           COUNT(*) AS requests
    FROM accepted r
    LEFT JOIN core_account c USING (account_id)
    GROUP BY ALL
    ORDER BY ALL
"""


@dataclass(frozen=True)
class Release:
    """A model that came out while the log was kept, and when; to the hour where its first use tells."""

    model: str
    source: Literal["event", "first use in the log"]
    released: datetime


@dataclass(frozen=True)
class Timeline:
    """The log by hour: who asked which of the released models, and what happened meanwhile.

    ``hours`` has cluster_id (of the core the account is in, or null), hour (start, UTC), model (one of
    the releases, ``""`` for any other, null for none) and requests, each combination once.
    """

    hours: pl.DataFrame
    days: list[DailyCount]
    events: list[Event]
    releases: list[Release]


def lay_out(connection: DuckDBPyConnection) -> Timeline:
    """Create the temporary table ``active_day`` (account, day, requests) and return the timeline."""
    connection.execute(_ACTIVE_DAY)
    events = [
        Event(day=day, kind=kind, name=name)
        for day, kind, name in connection.execute(
            "SELECT DISTINCT date, kind, name FROM events ORDER BY ALL"
        ).fetchall()
    ]
    releases = _releases(connection, events)
    days = connection.execute(
        "SELECT day, SUM(requests)::BIGINT, COUNT(*) FROM active_day GROUP BY day ORDER BY day"
    ).fetchall()
    return Timeline(
        hours=frame(connection, _HOURS, {"models": [release.model for release in releases]}),
        days=[DailyCount(day=day, requests=requests, accounts=accounts) for day, requests, accounts in days],
        events=events,
        releases=releases,
    )


def core_and_rest(hours: pl.DataFrame, cluster_id: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the hours of a cluster's core, and those of everybody else."""
    own = pl.col("cluster_id").eq_missing(cluster_id)
    return hours.filter(own), hours.filter(~own)


def is_kind(event: Event, kind: str) -> bool:
    """Return whether an event is of a kind, however it is spelt: ban_wave, Ban wave, ban-wave."""
    return re.sub(r"[\s-]+", "_", event.kind.strip().casefold()) == kind


def _releases(connection: DuckDBPyConnection, events: list[Event]) -> list[Release]:
    """Return the models that an event names, then those first used in the log, at most five by their use."""
    models = connection.execute("""
        SELECT model, MIN(ts), COUNT(*) / SUM(COUNT(*)) OVER (), MIN(MIN(ts)) OVER () AS log_start
        FROM accepted WHERE model IS NOT NULL
        GROUP BY model ORDER BY COUNT(*) DESC, model LIMIT 1000
    """).fetchall()
    found: dict[str, Release] = {}
    for event in events:
        named = [(model, first) for model, first, _, _ in models if _names(event.name, model)]
        if is_kind(event, "model_release") and named and named[0][0] not in found:
            model, first = named[0]
            midnight = datetime(event.day.year, event.day.month, event.day.day)
            # the event gives a day; the first use on it gives the hour
            released = first if first.date() == event.day else midnight
            found[model] = Release(model, "event", released)
    for model, first, share, log_start in models:
        if model not in found and share >= _MIN_MODEL_SHARE and first >= log_start + _SETTLING:
            found[model] = Release(model, "first use in the log", first)
    chosen = list(found.values())[:_MOST_RELEASES]
    return sorted(chosen, key=lambda release: (release.released, release.model))


def _names(event: str, model: str) -> bool:
    """Return whether one holds the other as a whole name: atlas-3 is in acme/atlas-3, not in atlas-3.5."""
    names = event.strip().casefold(), _DATED.sub("", model.strip().casefold())
    shorter, longer = sorted(names, key=len)
    return bool(shorter) and re.search(rf"(?<![\w.-]){re.escape(shorter)}(?![\w.-])", longer) is not None

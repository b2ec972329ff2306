"""When people work: sessions by day, weekday and hour in their own time zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from distillscan.arrays import Bools, Floats, Int64s
from distillscan.synthetic.draws import Draws

DAYS = 45
FIRST_WEEKDAY = 2
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class Visits:
    """One element per request: whose it is, in which of the sessions, when, and whether away from home.

    ``time_ms`` counts milliseconds from the start of the window, in UTC.
    """

    person: Int64s
    session: Int64s
    time_ms: Int64s
    away: Bools

    @classmethod
    def at_home(cls, person: Int64s, time_ms: Int64s, session: Int64s | None = None) -> Visits:
        """Return visits none of which is away, each a session of its own unless others are given."""
        own = np.arange(len(person), dtype=np.int64)
        return cls(person, own if session is None else session, time_ms, np.zeros(len(person), np.bool_))


@dataclass(frozen=True)
class Rhythm:
    """Relative activity by local hour (24 weights) and by weekday from Monday (7 weights).

    ``away`` is the share of sessions from the second address, ``habit`` the share around a person's own hour.
    """

    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    away: float = 0.25
    habit: float = 0.6
    requests_a_session: float = 2.5


PEOPLE = Rhythm(
    hours=(3, 2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 8, 9, 10, 10, 9, 9, 8, 9, 10, 9, 7, 5),
    weekdays=(1.0, 1.05, 1.05, 1.0, 0.9, 0.6, 0.6),
)
OFFICE = Rhythm(
    hours=(0, 0, 0, 0, 0, 0, 0, 2, 8, 10, 10, 9, 4, 9, 10, 10, 7, 2, 0, 0, 0, 0, 0, 0),
    weekdays=(1.0, 1.0, 1.0, 1.0, 0.8, 0.0, 0.0),
    away=0.0,
    habit=0.0,
    requests_a_session=4.0,
)
STUDENTS = Rhythm(
    hours=(1, 0, 0, 0, 0, 0, 0, 1, 4, 8, 9, 9, 7, 8, 9, 9, 8, 7, 6, 7, 8, 8, 5, 3),
    weekdays=(1.2, 1.0, 1.0, 1.2, 0.7, 0.3, 0.9),
    away=0.12,
    habit=0.3,
    requests_a_session=3.0,
)


def human_visits(
    people: pl.DataFrame, counts: Int64s, rhythm: Rhythm, draws: Draws, busy_day: int | None = None
) -> Visits:
    """Return ``counts[p]`` requests of each person p between their first day and the end of the window.

    Of ``people`` the columns first_day and utc_offset (hours) are used. Requests come in sessions, some
    minutes apart. On ``busy_day`` and the day after everybody does more.
    """
    person = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    opens = draws.uniform(len(person)) < 1.0 / rhythm.requests_a_session
    opens[np.cumsum(counts) - counts] = True
    session = np.cumsum(opens) - 1
    starts = np.flatnonzero(opens)
    owner = person[starts]
    day = _days(people["first_day"].to_numpy()[owner], rhythm, draws, busy_day)
    hour = _hours(owner, len(counts), rhythm, draws) - people["utc_offset"].to_numpy()[owner]
    begin = day * DAY_MS + (hour * HOUR_MS).astype(np.int64)
    gaps = -150_000.0 * np.log1p(-draws.uniform(len(person)))
    elapsed = np.cumsum(gaps)
    time = begin[session] + (elapsed - elapsed[starts][session]).astype(np.int64)
    away = draws.uniform(len(starts)) < rhythm.away
    return Visits(person, session, _inside(time), away[session])


def _days(first_day: Int64s, rhythm: Rhythm, draws: Draws, busy_day: int | None) -> Int64s:
    weights = np.asarray(rhythm.weekdays)[(np.arange(DAYS) + FIRST_WEEKDAY) % 7]
    if busy_day is not None:
        weights[busy_day : busy_day + 2] *= 1.7
    steps = np.concatenate([[0.0], np.cumsum(weights)])
    point = steps[first_day] + draws.uniform(len(first_day)) * (steps[-1] - steps[first_day])
    day = np.searchsorted(steps, point, side="right") - 1
    return np.asarray(np.clip(day, first_day, DAYS - 1), dtype=np.int64)


def _hours(owner: Int64s, people: int, rhythm: Rhythm, draws: Draws) -> Floats:
    """Return the local hour of each session; part of a person's sessions lie around an hour of their own."""
    own = draws.pick(rhythm.hours, people) + draws.uniform(people)
    n = len(owner)
    usual = draws.pick(rhythm.hours, n) + draws.uniform(n)
    around = (own[owner] + 1.5 * draws.normal(n)) % 24
    return np.where(draws.uniform(n) < rhythm.habit, around, usual)


def _inside(time_ms: Int64s) -> Int64s:
    """Move what a time zone pushed over an edge of the window to the same hour of the day inside it."""
    time_ms = np.where(time_ms < 0, time_ms + DAY_MS, time_ms)
    return np.where(time_ms >= DAYS * DAY_MS, time_ms - DAY_MS, time_ms)

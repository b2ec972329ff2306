"""When a cluster worked. The rest of the log is every account outside its core."""

from datetime import date, datetime
from typing import Literal

from distillscan.findings.document.model import Model


class DailyCount(Model):
    """One day: of a cluster's core accounts, or of the whole log."""

    day: date
    requests: int
    accounts: int


class Event(Model):
    """Something that happened on a day, as the analyst gave it."""

    day: date
    kind: str
    name: str


class Rhythm(Model):
    """Requests by hour of the week, 168 from Monday 00:00 UTC on, of the core and of the rest of the log.

    Flatness is the rate of requests in the quietest eight hours in a row of the day, over the mean rate: 1 is
    round the clock, 0 is eight hours of silence. It is null for fewer than 240 requests.
    """

    core: list[int]
    rest: list[int]
    flatness: float | None
    rest_flatness: float | None
    statement: str


class ReleaseMove(Model):
    """How much of the traffic went to a new model in the first and in the second 24 hours of its release.

    Shares are of the requests that name a model; null where there are none.
    """

    model: str
    source: Literal["event", "first use in the log"]
    released: datetime
    first_use: datetime | None
    first_day_requests: int
    first_day_share: float | None
    first_day_rest: float | None
    second_day_requests: int
    second_day_share: float | None
    second_day_rest: float | None
    statement: str


class EventChange(Model):
    """Requests a day of the core before and after an event, and their ratio with a 95 % interval.

    The interval is that of two Poisson rates, widened by how much more the days vary than that. Ratios are
    null where the cluster, or the rest of the log, has no request on either side.
    """

    event: Event
    days_before: int
    days_after: int
    before: float
    after: float
    ratio: float | None
    low: float | None
    high: float | None
    rest_ratio: float | None
    statement: str


class SuccessorPair(Model):
    """A banned account and one that appeared in the days after with the same values, under pseudonyms."""

    banned: str
    banned_at: datetime
    successor: str
    appeared: datetime
    signals: list[str]


class Succession(Model):
    """Banned core accounts and the accounts that took their place, each successor counted once.

    ``expected`` is the mean of the same count with all ban dates moved by a week or more, and ``p_value`` the
    share of these moves, the true dates counted, that give as many; null where the log is too short to move.
    """

    banned: int
    succeeded: int
    within_days: int
    expected: float | None
    p_value: float | None
    moves: int
    median_lag_days: float | None
    pairs: list[SuccessorPair]
    statement: str


class PoolSwitch(Model):
    """A day on which a cluster changed its cards or addresses.

    ``ended`` values were used for the last time before that day, ``begun`` for the first time from it on;
    ``kept`` on both sides. ``usual`` is the share of values in use on both sides of the median day.
    """

    family: str
    day: date
    ended: int
    begun: int
    kept: int
    usual: float
    statement: str


class DetectionGap(Model):
    """When the cluster would first have been found, had the log been analysed at the end of every day.

    At the end of ``found_on`` a cluster of ``core_accounts`` was found that is mostly of this one; at the end
    of ``not_found_on`` there was none. The day before ``found_on`` is that day unless the replays ran out,
    which ``exact`` says. ``requests`` and ``share`` are what the core had sent by the end of ``found_on``.
    """

    found_on: date
    not_found_on: date
    exact: bool
    days: int
    core_accounts: int
    requests: int
    share: float
    replays: int
    statement: str


class Chronology(Model):
    """All that is known of when a cluster worked; lists are empty where there was nothing to compare."""

    rhythm: Rhythm
    releases: list[ReleaseMove]
    changes: list[EventChange]
    succession: Succession | None
    pool_switches: list[PoolSwitch]
    detection: DetectionGap | None

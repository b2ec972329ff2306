"""When each campaign would first have been found, from replays of the log day by day.

A cluster grows, so what is found on one day is found on later ones too, as a rule: the days are searched with
doubling steps from the first on which it was large enough, then by halving. Every answer is a day on which it
was found and an earlier one on which it was not, both replayed; the days between are known only if there are
none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from distillscan.arrays import Int32s, Int64s
from distillscan.findings.document.when import DailyCount, DetectionGap
from distillscan.findings.wording import counted, percent

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Wanted:
    """A cluster to look for: its core accounts, the days they were first seen, and its own timeline."""

    core: Int64s
    first_days: Int64s
    timeline: list[DailyCount]


@dataclass
class _Search:
    """Days between which the answer lies: not found at the end of ``low``, found at the end of ``high``."""

    low: int
    high: int
    found: int
    step: int = 1

    def next_day(self) -> int:
        return self.low + min(self.step, (self.high - self.low + 1) // 2)

    def note(self, day: int, found: int) -> None:
        if found and self.low < day <= self.high:
            self.high, self.found = day, found
            self.step = max(self.high - self.low, 1)
        elif not found and self.low < day < self.high:
            self.low = day
            self.step *= 2


def search(
    wanted: dict[str, Wanted],
    core_at: Callable[[int], Int32s],
    last_day: int,
    *,
    min_accounts: int,
    most: int,
) -> dict[str, DetectionGap]:
    """Return the detection gap of each cluster by its id.

    ``core_at`` gives the cluster of every account at the end of a day, -1 for none; days count from
    1970-01-01. On ``last_day`` every cluster is found: that is the scan itself. Before ``min_accounts`` of
    its core were there it is not. ``most`` bounds the replays, whatever the number of clusters.
    """
    searches = {
        cluster_id: _Search(_too_few(one, min_accounts), last_day, len(one.core))
        for cluster_id, one in wanted.items()
    }
    replays = 0
    while replays < most:
        open_ones = [one for one in searches.values() if one.high - one.low > 1]
        if not open_ones:
            break
        day = max(open_ones, key=lambda one: one.high - one.low).next_day()
        at_day = core_at(day)
        replays += 1
        for cluster_id, one in searches.items():
            one.note(day, _found(at_day, wanted[cluster_id].core, min_accounts))
    return {
        cluster_id: _gap(one, wanted[cluster_id].timeline, replays) for cluster_id, one in searches.items()
    }


def _too_few(one: Wanted, min_accounts: int) -> int:
    """Return the last day on which fewer than ``min_accounts`` of the core had been seen."""
    return int(np.sort(one.first_days)[min(min_accounts, len(one.first_days)) - 1]) - 1


def _found(at_day: Int32s, core: Int64s, min_accounts: int) -> int:
    """Return the size of the cluster that holds most of the core, 0 unless it is mostly of the core."""
    inside = at_day[core]
    inside = inside[inside >= 0]
    if len(inside) == 0:
        return 0
    held = np.bincount(inside)
    largest = int(held.argmax())
    size = int(np.count_nonzero(at_day == largest))
    return size if int(held[largest]) >= min_accounts and 2 * int(held[largest]) > size else 0


def _gap(one: _Search, timeline: list[DailyCount], replays: int) -> DetectionGap:
    found_on, not_found_on = (_EPOCH + timedelta(days=day) for day in (one.high, one.low))
    total = sum(day.requests for day in timeline)
    gone = sum(day.requests for day in timeline if day.day <= found_on)
    days = (found_on - timeline[0].day).days + 1
    exact = one.high - one.low == 1
    reservation = "" if exact else f", or on a day after {not_found_on.isoformat()}"
    return DetectionGap(
        found_on=found_on,
        not_found_on=not_found_on,
        exact=exact,
        days=days,
        core_accounts=one.found,
        requests=gone,
        share=round(gone / total, 4),
        replays=replays,
        statement=f"Analysed at the end of every day, the log would first have shown this cluster on "
        f"{found_on.isoformat()}{reservation}, with {counted(one.found, 'core account')}, on the "
        f"{_ordinal(days)} day of its work. By then its core had sent {counted(gone, 'request')}, "
        f"{percent(gone / total)} of them all.",
    )


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"

"""How a core works: day and night or not, and how much its accounts differ in how much they ask.

People sleep, and they differ in how much they ask by far more than chance does: requests are overdispersed,
because each person has a rate of their own (Greenwood and Yule 1920). Accounts among which a scheduler deals
requests differ by no more than chance, the standard deviation of a Poisson count of mean n being 1 / sqrt(n)
of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame

#: Requests an account must have for its hours to say anything, and accounts for a median over them.
_MIN_REQUESTS, _MIN_ACCOUNTS = 20, 5
#: Days on which it must have been active: people work through a night, at a hackathon or before a deadline.
_MIN_DAYS = 4
#: Accounts in no core that make a background, and share of all; where they are fewer, all others do.
_FEW_OTHERS, _SMALL_SHARE = 50, 0.1
#: Parts of what they are elsewhere at which hours are flat, loads even, and the rates of all accounts even.
_FLAT_HOURS, _EVEN_LOAD, _EVEN_RATES = 0.6, 0.6, 0.5
#: Concentration of the hours of other accounts below which they have no night either: eighteen hours of
#: the day, used alike, have 0.3. Then the log's times tell nothing: few requests look concentrated by chance.
_NIGHT = 0.3
#: Deviation of loads, in parts of their mean, up to which chance alone may make it: a little above the 0.22
#: of accounts of 20 requests, the least that are compared.
_BY_CHANCE = 0.25

# of the core, and of the background. The variance of a Poisson count is its mean: the rest is that of rates
_MEASURED = f"""
    WITH side AS (
        SELECT *, COALESCE(cluster_id = $id, false) AS own, requests >= {_MIN_REQUESTS} AS busy,
               busy AND active_days >= {_MIN_DAYS} AS steady
        FROM account_profile
        WHERE own OR cluster_id IS NULL
              OR (SELECT COUNT(*) FILTER (cluster_id IS NULL)
                         < greatest({_FEW_OTHERS}, {_SMALL_SHARE} * COUNT(*)) FROM account_profile)
    )
    SELECT own,
           CASE WHEN COUNT(*) FILTER (steady) >= {_MIN_ACCOUNTS}
                THEN median(concentration) FILTER (steady) END AS hours,
           CASE WHEN COUNT(*) FILTER (busy) >= {_MIN_ACCOUNTS}
                THEN stddev_pop(requests) FILTER (busy) / avg(requests) FILTER (busy) END AS load,
           sqrt(greatest(var_pop(requests) - avg(requests), 0)) / avg(requests) AS rates,
           CASE WHEN COUNT(*) >= {_MIN_ACCOUNTS} THEN SUM(templated) / SUM(requests) END AS templated
    FROM side GROUP BY own ORDER BY own
"""


class Beside(NamedTuple):
    """A figure of the core beside that of the background."""

    own: float
    others: float

    def at_most(self, part: float) -> bool:
        """Return whether the core's is at most this part of the background's."""
        return self.own <= part * self.others


@dataclass(frozen=True)
class Work:
    """What the core's figures are beside the background's; None where too few accounts on a side tell.

    ``hours`` is how concentrated those of the median account are (0 is round the clock, 1 is one moment);
    ``load`` the standard deviation of requests per busy account over their mean, and ``rates`` that of the
    rates of all accounts. Of the background, ``templated`` is the share of requests that follow a template.
    """

    hours: Beside | None = None
    load: Beside | None = None
    rates: Beside | None = None
    templated: float | None = None

    @property
    def has_no_night(self) -> bool:
        """Whether hours are much flatter than those of others, who sleep."""
        return self._told is not None and self._told.at_most(_FLAT_HOURS)

    @property
    def has_night(self) -> bool:
        """Whether hours can be told, and are like those of others, who sleep."""
        return self._told is not None and not self._told.at_most(_FLAT_HOURS)

    @property
    def is_even(self) -> bool:
        """Whether loads are much more even than those of other accounts."""
        return self.load is not None and self.load.at_most(_EVEN_LOAD)

    @property
    def exceeds_chance(self) -> bool:
        """Whether loads differ by more than chance would, as people's do, also of those in one job."""
        return self.load is not None and self.load.own > _BY_CHANCE

    @property
    def is_uneven(self) -> bool:
        """Whether loads differ as those of other accounts do, and by more than chance would."""
        return self.exceeds_chance and not self.is_even

    @property
    def is_dispatched(self) -> bool:
        """Whether the work has no night, and is dealt out as evenly as chance would: by one machine."""
        return self.has_no_night and self.is_even and not self.exceeds_chance

    def differs_as_customers(self, *, together: bool) -> bool:
        """Return whether accounts, busy or not, differ in their rates as those of customers do.

        In a log whose accounts mostly send a few requests the busy ones differ less than all do. They must be
        even too, unless all began ``together``: who comes by himself to a product may share his pace with a
        few others.
        """
        alike = self.rates is not None and self.rates.at_most(_EVEN_RATES)
        return not (alike and (together or self.is_even))

    @property
    def _told(self) -> Beside | None:
        return self.hours if self.hours is not None and self.hours.others >= _NIGHT else None


def work_of(connection: DuckDBPyConnection, cluster_id: str) -> Work:
    """Return the work of a cluster's core, by table ``account_profile``."""
    measured = {row["own"]: row for row in frame(connection, _MEASURED, {"id": cluster_id}).to_dicts()}
    own, others = measured[True], measured.get(False, {})

    def beside(name: str) -> Beside | None:
        mine, theirs = own[name], others.get(name)
        return None if mine is None or theirs is None else Beside(round(mine, 4), round(theirs, 4))

    load, templated = beside("load"), others.get("templated")
    return Work(
        hours=beside("hours") if load else None,
        load=load,
        rates=beside("rates"),
        templated=None if templated is None else round(templated, 4),
    )

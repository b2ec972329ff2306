"""How many accounts and requests a cluster has, by tier, by day, by members and by matching requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document.counts import RequestCounts, TierCounts
from distillscan.findings.document.when import DailyCount

_MEMBERS = """
    SELECT COUNT(*) FILTER (tier = 'core') AS core, COUNT(*) FILTER (tier = 'probable') AS probable,
           COUNT(*) FILTER (tier = 'lead') AS lead,
           COALESCE(SUM(requests) FILTER (tier = 'core'), 0)::BIGINT AS members_core,
           COALESCE(SUM(requests) FILTER (tier <> 'lead'), 0)::BIGINT AS members_upper,
           COALESCE(SUM(matching_requests) FILTER (tier = 'core'), 0)::BIGINT AS matching_core,
           COALESCE(SUM(matching_requests) FILTER (tier <> 'lead'), 0)::BIGINT AS matching_upper
    FROM membership WHERE cluster_id = ?
"""


@dataclass(frozen=True)
class Counts:
    """The counts of one cluster, named as in its document; window, days and rates are the core's requests'.

    The matching days are None where no request of the core matches; ``matching_accounts`` counts the core
    accounts of which one does.
    """

    accounts: TierCounts
    requests: RequestCounts
    input_tokens: int | None
    output_tokens: int | None
    first_seen: datetime
    last_seen: datetime
    first_matching_day: date | None
    last_matching_day: date | None
    matching_accounts: int
    timeline: list[DailyCount]

    @property
    def days(self) -> int:
        """Calendar days of the window, both ends counted."""
        return (self.last_seen.date() - self.first_seen.date()).days + 1

    @property
    def peak(self) -> DailyCount:
        """The day with the most requests, the first of them if several."""
        return max(self.timeline, key=lambda day: day.requests)


def tiers_and_requests(connection: DuckDBPyConnection, cluster_id: str) -> tuple[TierCounts, RequestCounts]:
    """Return how many accounts a cluster has and what they sent, from table ``membership``."""
    counts = frame(connection, _MEMBERS, [cluster_id]).row(0, named=True)
    tiers, requests = (
        {name: counts[name] for name in part.model_fields} for part in (TierCounts, RequestCounts)
    )
    return TierCounts(**tiers), RequestCounts(**requests)


def _total(column: pl.Series) -> int | None:
    return None if column.null_count() == len(column) else int(column.sum())


def count_cluster(connection: DuckDBPyConnection, cluster_id: str) -> Counts:
    """Return the counts of one cluster from the tables of members and of member days."""
    core = frame(connection, "SELECT * FROM member_day WHERE cluster_id = ? AND tier = 'core'", [cluster_id])
    by_day = core.group_by("day").agg(pl.col("requests").sum(), pl.col("account_id").n_unique()).sort("day")
    matching = core.filter(pl.col("matching") > 0)
    first, last = core["first_seen"].min(), core["last_seen"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    accounts, requests = tiers_and_requests(connection, cluster_id)
    return Counts(
        accounts=accounts,
        requests=requests,
        input_tokens=_total(core["input_tokens"]),
        output_tokens=_total(core["output_tokens"]),
        first_seen=first,
        last_seen=last,
        first_matching_day=cast("date | None", matching["day"].min()),
        last_matching_day=cast("date | None", matching["day"].max()),
        matching_accounts=matching["account_id"].n_unique(),
        timeline=[
            DailyCount(day=day, requests=int(sent), accounts=int(active))
            for day, sent, active in by_day.iter_rows()
        ],
    )

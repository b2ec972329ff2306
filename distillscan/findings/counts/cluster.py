"""How many accounts and requests a cluster has, by tier, by day, by members and by matching requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document import DailyCount, RequestCounts, TierCounts


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


def _tiers(connection: DuckDBPyConnection, cluster_id: str) -> TierCounts:
    rows = connection.execute(
        "SELECT tier, COUNT(*) FROM membership WHERE cluster_id = ? GROUP BY tier", [cluster_id]
    ).fetchall()
    found = {str(tier): int(number) for tier, number in rows}
    return TierCounts(core=found.get("core", 0), probable=found.get("probable", 0), lead=found.get("lead", 0))


def _requests(days: pl.DataFrame) -> RequestCounts:
    core = days.filter(pl.col("tier") == "core")
    return RequestCounts(
        members_core=int(core["requests"].sum()),
        members_upper=int(days["requests"].sum()),
        matching_core=int(core["matching"].sum()),
        matching_upper=int(days["matching"].sum()),
    )


def _total(column: pl.Series) -> int | None:
    return None if column.null_count() == len(column) else int(column.sum())


def count_cluster(connection: DuckDBPyConnection, cluster_id: str) -> Counts:
    """Return the counts of one cluster from the table of member days."""
    days = frame(connection, "SELECT * FROM member_day WHERE cluster_id = ? AND tier <> 'lead'", [cluster_id])
    core = days.filter(pl.col("tier") == "core")
    by_day = core.group_by("day").agg(pl.col("requests").sum(), pl.col("account_id").n_unique()).sort("day")
    matching = core.filter(pl.col("matching") > 0)
    first, last = core["first_seen"].min(), core["last_seen"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    return Counts(
        accounts=_tiers(connection, cluster_id),
        requests=_requests(days),
        input_tokens=_total(core["input_tokens"]),
        output_tokens=_total(core["output_tokens"]),
        first_seen=first,
        last_seen=last,
        first_matching_day=cast("date | None", matching["day"].min()),
        last_matching_day=cast("date | None", matching["day"].max()),
        matching_accounts=matching["account_id"].n_unique(),
        timeline=[
            DailyCount(day=day, requests=int(requests), accounts=int(accounts))
            for day, requests, accounts in by_day.iter_rows()
        ],
    )

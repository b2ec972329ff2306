"""The truth of an invented log, gathered while its parts go by."""

import polars as pl

from distillscan.synthetic.records import Part

TRUTH = pl.Schema(
    {
        "account_id": pl.String(),
        "campaign": pl.String(),
        "requests": pl.Int64(),
        "campaign_requests": pl.Int64(),
    }
)


class Truth:
    """Who is in which campaign, and which requests serve one."""

    def __init__(self) -> None:
        self._members: list[pl.DataFrame] = [TRUTH.to_frame()]
        self._requests: list[pl.DataFrame] = [
            pl.DataFrame(schema={"request_id": pl.String, "campaign": pl.String})
        ]

    def add(self, part: Part) -> None:
        """Note a part; all requests of an account come in one part."""
        serving = part.requests.select("request_id", "campaign").drop_nulls()
        if serving.is_empty():
            return
        self._requests.append(serving)
        self._members.append(
            part.requests.group_by("account_id")
            .agg(
                pl.col("campaign").max(),
                requests=pl.len().cast(pl.Int64),
                campaign_requests=pl.col("campaign").count().cast(pl.Int64),
            )
            .drop_nulls("campaign")
            .select(TRUTH.names())
        )

    @property
    def accounts(self) -> pl.DataFrame:
        """One row for each account of a campaign: account_id, campaign, requests, campaign_requests."""
        return pl.concat(self._members).sort("account_id")

    @property
    def requests(self) -> pl.DataFrame:
        """One row for each request that serves a campaign: request_id, campaign."""
        return pl.concat(self._requests).sort("request_id")

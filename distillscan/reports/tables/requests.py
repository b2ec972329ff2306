"""Each request of each member, and the row of the input that it was read from: in parts, being many."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import registered
from distillscan.findings.counts.matching import MEMBER_REQUESTS, lay_out_stored
from distillscan.findings.document import Findings
from distillscan.findings.explain.rows import INPUTS
from distillscan.reports.tables.members import BY_TIER

_ROWS = 1 << 17
_REQUESTS = f"""
    SELECT account_id, cluster_id, tier, matching, ts AS timestamp, model, file, sha256, row_number AS row
    FROM ({MEMBER_REQUESTS}) r
    JOIN request_place p USING (cluster_id)
    JOIN ({INPUTS}) USING (file_id)
    ORDER BY place, {BY_TIER}, account, input, row
"""


_PLACES = {"cluster_id": pl.String, "place": pl.Int32}


def member_requests(connection: DuckDBPyConnection, findings: Findings) -> Iterator[pl.DataFrame]:
    """Give all requests of members in frames of up to 131,072, by cluster, tier, account, file and row."""
    lay_out_stored(connection)
    clusters = [cluster.cluster_id for cluster in findings.clusters]
    places = pl.DataFrame({"cluster_id": clusters, "place": range(len(clusters))}, schema_overrides=_PLACES)
    with registered(connection, "request_place", places):
        reader = connection.sql(_REQUESTS).to_arrow_reader(_ROWS)
        yield pl.DataFrame(reader.schema.empty_table())
        for batch in reader:
            yield pl.DataFrame(batch)

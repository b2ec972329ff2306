"""The member list of a case: one row per account and cluster, as `export members` writes it."""

from __future__ import annotations

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, registered
from distillscan.findings.document import Cluster, Findings, Grade

#: The columns of the export, fixed.
COLUMNS = (
    *("account_id", "cluster_id", "tier", "verdict", "coordination", "extraction", "concealment"),
    *("families", "requests", "matching_requests", "first_seen", "last_seen"),
)

_GRADED = ("cluster_id", "verdict", "coordination", "extraction", "concealment")
_MEMBERS = """
    SELECT account_id, m.cluster_id, m.tier, g.verdict, g.coordination, g.extraction, g.concealment,
           m.families, m.requests, m.matching_requests, m.first_seen, m.last_seen
    FROM membership m
    JOIN account USING (account)
    JOIN grade g USING (cluster_id)
    ORDER BY g.place, CASE m.tier WHEN 'core' THEN 0 WHEN 'probable' THEN 1 ELSE 2 END, account_id
"""


def _grades(cluster: Cluster) -> tuple[Grade, Grade, Grade]:
    return cluster.coordination.grade, cluster.extraction.grade, cluster.concealment.grade


def members(connection: DuckDBPyConnection, findings: Findings) -> pl.DataFrame:
    """Return the members of all clusters, in the order of the report and by tier, with :data:`COLUMNS`."""
    grades = pl.DataFrame(
        [(place, one.cluster_id, one.verdict, *_grades(one)) for place, one in enumerate(findings.clusters)],
        schema={"place": pl.Int32} | dict.fromkeys(_GRADED, pl.String),
        orient="row",
    )
    with registered(connection, "grade", grades):
        return frame(connection, _MEMBERS)

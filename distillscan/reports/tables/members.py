"""Tables of accounts and of links between them; their rows are in the case, not in the document."""

from __future__ import annotations

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, registered
from distillscan.findings.document import Findings
from distillscan.reports import sentences
from distillscan.reports.tables.table import Column, Kind, Table

ACCOUNTS = (
    Column("account_id", "Account"),
    Column("cluster_id", "Cluster"),
    Column("tier", "Tier"),
    Column("verdict", "Verdict"),
    Column("coordination", "Coordination"),
    Column("extraction", "Extraction"),
    Column("concealment", "Concealment"),
    Column("families", "Families"),
    Column("requests", "Requests", Kind.COUNT),
    Column("matching_requests", "Matching requests", Kind.COUNT),
    Column("first_seen", "First seen", Kind.TIME),
    Column("last_seen", "Last seen", Kind.TIME),
)
LINKS = (
    Column("account_a", "Account"),
    Column("account_b", "Account linked to it"),
    Column("cluster_id", "Cluster"),
    Column("families", "Families"),
    Column("shared_values", "Shared values", Kind.COUNT),
    Column("bits", "Evidence", Kind.FIGURE, "bits"),
)

_GRADED = ("cluster_id", "verdict", "coordination", "extraction", "concealment")
#: The order of members, as a sort key of a query.
BY_TIER = "CASE tier WHEN 'core' THEN 0 WHEN 'probable' THEN 1 ELSE 2 END"
_MEMBERS = f"""
    SELECT account_id, m.cluster_id, m.tier, g.verdict, g.coordination, g.extraction, g.concealment,
           m.families, m.requests, m.matching_requests, m.first_seen, m.last_seen
    FROM membership m
    JOIN account USING (account)
    JOIN grade g USING (cluster_id)
    ORDER BY g.place, {BY_TIER}, account_id
"""
_TIERS = (
    "Core accounts are tied by values of two or more families and are the lower count; probable ones "
    "have even odds or better and add to the upper count; a lead holds a characteristic value of the cluster "
    "and is not counted."
)
_BITS = (
    "Bits are the sum over families of log2(accounts in the log / holders) of the rarest value shared in "
    "each. Only the strongest links of each core or probable account are listed."
)


def accounts(connection: DuckDBPyConnection, findings: Findings) -> Table:
    """The members of all clusters."""
    return Table("accounts", "Accounts", ACCOUNTS, members(connection, findings), (_TIERS,))


def members(connection: DuckDBPyConnection, findings: Findings) -> pl.DataFrame:
    """One row an account and cluster, columns as in ``ACCOUNTS``, in the order of the report and by tier."""
    graded = [
        (place, one.cluster_id, one.verdict, *(finding.grade for _, finding in sentences.findings(one)))
        for place, one in enumerate(findings.clusters)
    ]
    schema = {"place": pl.Int32} | dict.fromkeys(_GRADED, pl.String)
    with registered(connection, "grade", pl.DataFrame(graded, schema=schema, orient="row")):
        return frame(connection, _MEMBERS)


def links(rows: pl.DataFrame) -> Table:
    """The strongest links as `clusters.projection.account_links` gives them."""
    return Table("links", "Links between accounts", LINKS, rows, (_BITS,))

"""Tables of accounts and of links between them; their rows are in the case, not in the document."""

from __future__ import annotations

import polars as pl

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

_TIERS = (
    "Core accounts are tied by values of two or more families and are the lower count; probable ones "
    "score even or better for belonging and add to the upper count; a lead touches a value of the cluster "
    "and is in no count."
)
_BITS = (
    "Bits are the sum over families of log2(accounts in the log / holders) of the rarest value shared in "
    "each. Only the strongest links of each core or probable account are listed."
)


def accounts(rows: pl.DataFrame) -> Table:
    """The members of all clusters as `findings.members.members` gives them."""
    return Table("accounts", "Accounts", ACCOUNTS, rows, (_TIERS,))


def links(rows: pl.DataFrame) -> Table:
    """The strongest links as `clusters.projection.account_links` gives them."""
    return Table("links", "Links between accounts", LINKS, rows, (_BITS,))

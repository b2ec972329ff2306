"""The row index: from every headline number to the rows of the inputs that it counts.

``accounts`` (account, pseudonym, cluster_id, tier): the members, numbered.
``requests`` (account, input, row, matching): each request of a core or probable account. Sorted by account,
input and row, so that an account's rows lie together and take about three bytes each.
``duplicates`` (input, row) and ``rejects`` (input, row, reason): the records that are counted nowhere.

Inputs are numbered as the findings document lists them, rows from 1. Accounts are numbered by cluster, tier
and first row, which tells nothing that the rows themselves do not tell.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, registered
from distillscan.findings.counts.matching import MEMBER_REQUESTS, lay_out_stored
from distillscan.findings.document import Findings
from distillscan.findings.explain.rows import INPUTS
from distillscan.findings.pseudonyms import Pseudonyms

_INPUT = f"""
    CREATE OR REPLACE TEMP TABLE sealed_input AS
    SELECT input::INTEGER AS input, file_id FROM ({INPUTS})
"""
_ACCOUNT = """
    CREATE OR REPLACE TEMP TABLE sealed_account AS
    SELECT (ROW_NUMBER() OVER (ORDER BY place, tier, first))::INTEGER AS number, account, cluster_id, tier
    FROM (
        SELECT place, m.cluster_id, CAST(m.tier AS ENUM ('core', 'probable', 'lead')) AS tier, m.account,
               MIN({'input': input, 'row': row_number}) AS first
        FROM membership m
        JOIN sealed_cluster USING (cluster_id)
        JOIN account USING (account)
        JOIN accepted USING (account_id)
        JOIN sealed_input USING (file_id)
        GROUP BY ALL
    )
"""
_REQUESTS = f"""
    SELECT number AS account, input, row_number AS row, matching
    FROM ({MEMBER_REQUESTS}) r
    JOIN sealed_account USING (account)
    JOIN sealed_input USING (file_id)
    WHERE sealed_account.tier <> 'lead'
    ORDER BY ALL
"""
_DUPLICATES = """
    SELECT input, row_number AS row FROM duplicates JOIN sealed_input USING (file_id) ORDER BY ALL
"""
# what was found in a rejected field may name a person; it stays in the case
_REJECTS = """
    SELECT input, row_number AS row, reason FROM rejects JOIN sealed_input USING (file_id) ORDER BY ALL
"""


def write_row_index(connection: DuckDBPyConnection, findings: Findings, directory: Path) -> None:
    """Write the parts of the row index as Parquet files; the requests are streamed."""
    lay_out_stored(connection)
    lay_out_numbers(connection, findings)
    directory.mkdir()
    _accounts(connection).write_parquet(directory / "accounts.parquet", compression="zstd")
    for name, query in (("requests", _REQUESTS), ("duplicates", _DUPLICATES), ("rejects", _REJECTS)):
        # a path is no parameter of COPY; a quote in it is doubled
        target = str(directory / f"{name}.parquet").replace("'", "''")
        connection.execute(
            f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
        )


def lay_out_numbers(connection: DuckDBPyConnection, findings: Findings) -> None:
    """Create the temporary tables that number inputs and members: sealed_input, sealed_account."""
    order = [cluster.cluster_id for cluster in findings.clusters]
    order += [group.cluster_id for group in findings.explained_groups]
    places = pl.DataFrame(
        {"cluster_id": order, "place": range(len(order))}, schema={"cluster_id": pl.String, "place": pl.Int32}
    )
    with registered(connection, "cluster_place", places):
        connection.execute("CREATE OR REPLACE TEMP TABLE sealed_cluster AS SELECT * FROM cluster_place")
    connection.execute(_INPUT)
    connection.execute(_ACCOUNT)


def _accounts(connection: DuckDBPyConnection) -> pl.DataFrame:
    numbered = frame(
        connection,
        "SELECT number AS account, account_id, cluster_id, tier::VARCHAR AS tier "
        "FROM sealed_account JOIN account USING (account) ORDER BY number",
    )
    return Pseudonyms(connection).of_accounts(numbered).rename({"account_id": "pseudonym"})

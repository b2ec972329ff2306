"""The tables of a result as files for further work."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.choices import ExportFormat, ExportTable, TableName
from distillscan.findings.document import Findings
from distillscan.reports.tables import build
from distillscan.reports.tabular import to_csv, to_jsonl, to_parquet

WRITERS: dict[ExportFormat, Callable[[pl.DataFrame], bytes]] = {
    ExportFormat.CSV: to_csv,
    ExportFormat.JSONL: to_jsonl,
    ExportFormat.PARQUET: to_parquet,
}


def exported(table: ExportTable, connection: DuckDBPyConnection, findings: Findings) -> pl.DataFrame:
    """The rows of a table; the members are those of the table of accounts."""
    name = TableName.ACCOUNTS if table is ExportTable.MEMBERS else TableName(table)
    return build(name, connection, findings).rows

"""The tables of a result that can leave as files. A new one is one function and one line here."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.choices import ExportFormat, ExportTable, TableName
from distillscan.clusters.projection import account_links
from distillscan.findings.document import Findings
from distillscan.findings.members import members
from distillscan.reports.tables import OF_DOCUMENT
from distillscan.reports.tabular import to_csv, to_jsonl, to_parquet


def _rows(name: TableName) -> Callable[[DuckDBPyConnection, Findings], pl.DataFrame]:
    return lambda _, findings: OF_DOCUMENT[name](findings).rows


TABLES: dict[ExportTable, Callable[[DuckDBPyConnection, Findings], pl.DataFrame]] = {
    ExportTable.MEMBERS: members,
    ExportTable.CLUSTERS: _rows(TableName.CLUSTERS),
    ExportTable.LINKS: lambda connection, _: account_links(connection),
    ExportTable.TIMELINE: _rows(TableName.TIMELINE),
    ExportTable.CAPABILITIES: _rows(TableName.CAPABILITIES),
    ExportTable.EXCULPATORY: _rows(TableName.EXCULPATORY),
    ExportTable.SENSITIVITY: _rows(TableName.SENSITIVITY),
}

WRITERS: dict[ExportFormat, Callable[[pl.DataFrame], bytes]] = {
    ExportFormat.CSV: to_csv,
    ExportFormat.JSONL: to_jsonl,
    ExportFormat.PARQUET: to_parquet,
}

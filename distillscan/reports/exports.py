"""The tables of a result that can leave as files. A new one is one function and one line here."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.clusters.projection import account_links
from distillscan.findings.document import Findings
from distillscan.findings.members import members
from distillscan.reports.tables import OF_DOCUMENT, TableName
from distillscan.reports.tabular import to_csv, to_jsonl, to_parquet


class Table(StrEnum):
    """Names of the tables, as the command line takes them."""

    MEMBERS = "members"
    CLUSTERS = "clusters"
    LINKS = "links"
    TIMELINE = "timeline"
    CAPABILITIES = "capabilities"
    EXCULPATORY = "exculpatory"
    SENSITIVITY = "sensitivity"


class TableFormat(StrEnum):
    """The forms of a table; GraphML is for links only."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    GRAPHML = "graphml"


def _rows(name: TableName) -> Callable[[DuckDBPyConnection, Findings], pl.DataFrame]:
    return lambda _, findings: OF_DOCUMENT[name](findings).rows


TABLES: dict[Table, Callable[[DuckDBPyConnection, Findings], pl.DataFrame]] = {
    Table.MEMBERS: members,
    Table.CLUSTERS: _rows(TableName.CLUSTERS),
    Table.LINKS: lambda connection, _: account_links(connection),
    Table.TIMELINE: _rows(TableName.TIMELINE),
    Table.CAPABILITIES: _rows(TableName.CAPABILITIES),
    Table.EXCULPATORY: _rows(TableName.EXCULPATORY),
    Table.SENSITIVITY: _rows(TableName.SENSITIVITY),
}

WRITERS: dict[TableFormat, Callable[[pl.DataFrame], bytes]] = {
    TableFormat.CSV: to_csv,
    TableFormat.JSONL: to_jsonl,
    TableFormat.PARQUET: to_parquet,
}

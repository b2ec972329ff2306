"""The rows behind an explanation as a file, written part by part: there may be as many as the log has."""

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl
import pyarrow.parquet as pq

from distillscan.findings.explain.row_table import RowTable
from distillscan.reports.escape import csv_cell

_COLUMNS = (
    *("account", "cluster", "tier", "family", "signal", "value", "part_signal", "part"),
    *("file", "kind", "sha256", "row"),
)


def write_csv(table: RowTable, file: BinaryIO) -> None:
    """Write CSV with a header; no text cell is a formula."""
    safe = RowTable(_safe(table.accounts), _safe(table.values), _safe(table.files), table.rows)
    file.write((",".join(_COLUMNS) + "\n").encode())
    for part in _named(safe):
        file.write(part.write_csv(include_header=False, line_terminator="\n").encode())


def write_parquet(table: RowTable, file: BinaryIO) -> None:
    """Write Parquet with the names as they are."""
    nothing = pl.DataFrame(schema=dict.fromkeys(("account", "value", "part"), pl.Int32)).with_columns(
        input=pl.lit(None, pl.Int64), row=pl.lit(None, pl.Int64)
    )
    schema = _with_names(table, nothing).to_arrow().schema
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for part in _named(table):
            writer.write_table(part.to_arrow().cast(schema))


def _named(table: RowTable) -> Iterator[pl.DataFrame]:
    return (_with_names(table, part) for part in table.rows)


def _with_names(table: RowTable, rows: pl.DataFrame) -> pl.DataFrame:
    accounts = table.accounts.rename({"name": "account_name"})
    values = table.values.rename({"name": "value_name"})
    parts = table.values.select(part="value", part_signal="signal", part_name="name")
    for key, names in (("account", accounts), ("value", values), ("part", parts), ("input", table.files)):
        rows = rows.join(names, on=key, how="left", maintain_order="left")
    return rows.with_columns(account="account_name", value="value_name", part="part_name").select(_COLUMNS)


def _safe(names: pl.DataFrame) -> pl.DataFrame:
    """The names as cells that no spreadsheet takes for a formula."""
    return names.with_columns(pl.col(pl.String).map_elements(csv_cell, return_dtype=pl.String))

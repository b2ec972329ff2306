"""Invented tables as the bytes of files: equal rows give equal bytes."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

_INSTANT = "%Y-%m-%dT%H:%M:%S%.3fZ"


def json_lines(rows: pl.DataFrame) -> memoryview:
    """Return rows with column timestamp as JSON, one object a line."""
    lines = io.BytesIO()
    rows.with_columns(pl.col("timestamp").dt.strftime(_INSTANT)).write_ndjson(lines)
    return lines.getbuffer()


def write_parquet(rows: pl.DataFrame, path: Path, level: int) -> None:
    """Write rows as Parquet, with times in UTC, compressed at this level of Zstandard."""
    table = rows.with_columns(pl.col(pl.Datetime).dt.replace_time_zone("UTC")).to_arrow()
    pq.write_table(table, path, compression="zstd", compression_level=level, store_schema=False)


def write_csv(rows: pl.DataFrame, path: Path) -> None:
    """Write rows as CSV, with times to the second."""
    rows.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%SZ")).write_csv(path)

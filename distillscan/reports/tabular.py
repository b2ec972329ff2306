"""Tables of the case as files: CSV and JSONL made safe to open and to show, Parquet exactly as it is."""

from __future__ import annotations

import io

import polars as pl

from distillscan.reports.escape import csv_cell, json_text


def to_csv(frame: pl.DataFrame) -> bytes:
    """CSV with a header; no text cell is a formula, and times are ISO 8601 in UTC."""
    return _iso_times(_text_cells(frame)).write_csv(line_terminator="\n").encode()


def to_jsonl(frame: pl.DataFrame) -> bytes:
    """One JSON object a line; times are ISO 8601 in UTC."""
    return json_text(_iso_times(frame).write_ndjson()).encode()


def to_parquet(frame: pl.DataFrame) -> bytes:
    """Parquet with the values as they are in the case: the exact form for further work."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd")
    return out.getvalue()


def _text_cells(frame: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(pl.col(texts).map_elements(csv_cell, return_dtype=pl.String))


def _iso_times(frame: pl.DataFrame) -> pl.DataFrame:
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    return frame.with_columns(pl.col(times).dt.strftime("%Y-%m-%dT%H:%M:%SZ"))

"""Tables of the case as files: CSV and JSONL made safe to open and to show, Parquet exactly as it is."""

import io
import json
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl
import pyarrow.parquet as pq

from distillscan.case.frame import mapped
from distillscan.choices import ExportFormat
from distillscan.reports.escape import csv_cell, json_text


def to_csv(frame: pl.DataFrame, *, header: bool = True) -> bytes:
    """CSV; no text cell is a formula, and times are ISO 8601 in UTC."""
    return iso_times(_text_cells(frame)).write_csv(line_terminator="\n", include_header=header).encode()


def to_jsonl(frame: pl.DataFrame) -> bytes:
    """One JSON object a line; times are ISO 8601 in UTC."""
    return json_text(iso_times(_hex_bytes(frame)).write_ndjson()).encode()


def to_parquet(frame: pl.DataFrame) -> bytes:
    """Parquet with the values as they are in the case: the exact form for further work."""
    out = io.BytesIO()
    _write_parquet(iter([frame]), out)
    return out.getvalue()


def write(form: ExportFormat, parts: Iterator[pl.DataFrame], file: BinaryIO) -> None:
    """Write a table that comes in parts, one or more, none of which stays in memory; a graph is no table."""
    if form is ExportFormat.PARQUET:
        _write_parquet(parts, file)
        return
    for number, part in enumerate(parts):
        file.write(to_jsonl(part) if form is ExportFormat.JSONL else to_csv(part, header=number == 0))


def _write_parquet(parts: Iterator[pl.DataFrame], file: BinaryIO) -> None:
    first = next(parts).to_arrow()
    with pq.ParquetWriter(file, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for part in parts:
            writer.write_table(part.to_arrow())


def _text_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Text made safe cell by cell; lists and structures, for which CSV has no form, become JSON."""
    nested = [frame[name] for name, kind in frame.schema.items() if kind.is_nested()]
    flat = _hex_bytes(frame).with_columns(_nested_as_json(column) for column in nested)
    texts = [
        name for name, kind in flat.schema.items() if isinstance(kind, pl.String | pl.Categorical | pl.Enum)
    ]
    return flat.with_columns(mapped(flat[name].cast(pl.String), csv_cell) for name in texts)


def _hex_bytes(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Binary).bin.encode("hex"))


def _nested_as_json(column: pl.Series) -> pl.Series:
    cells = [
        None if cell is None else json.dumps(cell, ensure_ascii=False, default=str)
        for cell in column.to_list()
    ]
    return pl.Series(column.name, cells, dtype=pl.String)


def iso_times(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its times as ISO 8601 text in UTC."""
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    return frame.with_columns(pl.col(times).dt.strftime("%Y-%m-%dT%H:%M:%SZ"))

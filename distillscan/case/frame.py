"""Frames in and out of the database: what queries see, and their results as frames, rows and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import pyarrow as pa
from duckdb import DuckDBPyConnection


def frame(
    connection: DuckDBPyConnection, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> pl.DataFrame:
    """Return the rows of a query as a frame, in the query's own order."""
    table = connection.sql(query, params=parameters).to_arrow_table()
    result = pl.from_arrow(table)
    assert isinstance(result, pl.DataFrame)
    return result


def mapped(texts: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """Return what a function makes of each text; it is called once for each different one, never for null."""
    different = texts.drop_nulls().unique()
    return texts.replace_strict(different, [function(text) for text in different], return_dtype=pl.String)


def one(
    connection: DuckDBPyConnection, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> tuple[Any, ...] | None:
    """Return the first row of a query, or None; the result is read to its end, as DuckDB wants it."""
    rows = connection.execute(query, parameters).fetchall()
    return rows[0] if rows else None


@contextmanager
def registered(connection: DuckDBPyConnection, name: str, rows: pl.DataFrame | pa.Table) -> Iterator[None]:
    """Inside, queries can read these rows as a table of this name."""
    connection.register(name, rows.to_arrow() if isinstance(rows, pl.DataFrame) else rows)
    try:
        yield
    finally:
        connection.unregister(name)


@contextmanager
def in_order(connection: DuckDBPyConnection) -> Iterator[None]:
    """Inside, rows are entered in the order they are given in, and read in the order they lie in.

    By this connection alone, and not by others to the same database.
    """
    connection.execute("SET SESSION preserve_insertion_order = true")
    try:
        yield
    finally:
        connection.execute("RESET SESSION preserve_insertion_order")


def number(
    connection: DuckDBPyConnection, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> int:
    """Return the single whole number of a query, 0 where it gives none."""
    row = one(connection, query, parameters)
    return int(row[0]) if row and row[0] is not None else 0

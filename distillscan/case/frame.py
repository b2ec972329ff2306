"""Query results as polars frames."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from duckdb import DuckDBPyConnection


def frame(connection: DuckDBPyConnection, query: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
    """Return the rows of a query as a frame, in the query's own order."""
    table = connection.execute(query, list(parameters)).to_arrow_table()
    result = pl.from_arrow(table)
    assert isinstance(result, pl.DataFrame)
    return result

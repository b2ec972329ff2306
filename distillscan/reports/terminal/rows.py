"""Any table as the terminal shows it, for answers to an analyst's own questions."""

from __future__ import annotations

import polars as pl
from rich.table import Table

from distillscan.reports.terminal.style import plain, table


def rows(frame: pl.DataFrame) -> Table:
    """The frame with all its rows; numbers to the right, null as an empty cell."""
    drawn = table()
    for name, kind in frame.schema.items():
        drawn.add_column(plain(name), justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        drawn.add_row(*(plain("" if cell is None else str(cell)) for cell in row))
    return drawn

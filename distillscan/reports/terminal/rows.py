"""Any table as the terminal shows it: a result's own, and answers to an analyst's questions."""

from __future__ import annotations

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from distillscan.reports.tables import table as tables
from distillscan.reports.terminal.style import item, plain, table, title


def rows(frame: pl.DataFrame) -> Table:
    """The frame with all its rows; numbers to the right, null as an empty cell."""
    drawn = table()
    for name, kind in frame.schema.items():
        drawn.add_column(plain(name), justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        drawn.add_row(*(plain("" if cell is None else str(cell)) for cell in row))
    return drawn


def sheet(result: tables.Table) -> RenderableType:
    """A table of a result under its title, and its footnotes below it."""
    parts: list[RenderableType] = [title(plain(result.title))]
    for part in tables.drawn(result):
        drawn = table()
        for name, right in zip(part.header, part.right, strict=True):
            drawn.add_column(plain(name), justify="right" if right else "left", overflow="fold")
        for row in part.rows:
            drawn.add_row(*(plain(cell) for cell in row))
        parts += [Text(), drawn]
    parts += [Text(), *(item(plain(note)) for note in result.footnotes)]
    return Group(*parts)

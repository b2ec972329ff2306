"""Any table as the terminal shows it: a result's own, and answers to an analyst's questions."""

from __future__ import annotations

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.reports.tables import table as tables
from distillscan.reports.terminal.grid import Grid
from distillscan.reports.terminal.style import item, plain, title


def rows(frame: pl.DataFrame) -> Grid:
    """The frame with all its rows; numbers to the right, null as an empty cell."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in frame.iter_rows()]
    return Grid(frame.columns, cells, [kind.is_numeric() for kind in frame.dtypes])


def sheet(result: tables.Table) -> RenderableType:
    """A table of a result under its title, and its footnotes below it."""
    parts: list[RenderableType] = [title(plain(result.title))]
    for part in tables.drawn(result):
        parts += [Text(), Grid(part.header, part.rows, part.right)]
    parts += [Text(), *(item(plain(note)) for note in result.footnotes)]
    return Group(*parts)

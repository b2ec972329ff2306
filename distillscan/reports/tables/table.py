"""A table that belongs to no form: what its columns are called and count, its exact values, its footnotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import polars as pl

from distillscan.reports import wording

Value = str | int | float | date | datetime | None


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"
    SHARE = "share"
    P_VALUE = "p-value"
    FIGURE = "figure"
    TIME = "time"
    DAY = "day"


TYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.COUNT: pl.Int64(),
    Kind.RATE: pl.Float64(),
    Kind.SHARE: pl.Float64(),
    Kind.P_VALUE: pl.Float64(),
    Kind.FIGURE: pl.Float64(),
    Kind.TIME: pl.Datetime("us"),
    Kind.DAY: pl.Date(),
}
"""The type of a column's exact values. Times are UTC, without a zone in the type."""

EMPTY = "There is nothing in this table."
"""What a reader sees in place of a table without rows."""

#: Columns that fit a page upright.
_MOST_ACROSS = 8
#: Characters across a page: upright, and turned in small type.
_ACROSS = (125, 220)
#: Characters below and beyond which a word counts as so long, those beyond which a cell does, and what a
#: column has beside its longest word.
_SHORT_WORD, _LONG_WORD, _LONG_CELL, _MARGIN = 5, 24, 90, 2

_WRITTEN: dict[Kind, Callable[..., str]] = {
    Kind.TEXT: str,
    Kind.COUNT: wording.count,
    Kind.RATE: wording.rate,
    Kind.SHARE: wording.percent,
    Kind.P_VALUE: wording.p_value,
    Kind.FIGURE: wording.figure,
    Kind.TIME: wording.moment,
    Kind.DAY: date.isoformat,
}


@dataclass(frozen=True)
class Column:
    """A column: its name in a file, its title for a reader, what it holds and in which unit.

    ``absent`` is what a reader sees where there is no value; a file has an empty cell there.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    absent: str = "-"

    @property
    def right(self) -> bool:
        """Whether figures of this column stand to the right."""
        return self.kind not in {Kind.TEXT, Kind.TIME, Kind.DAY}

    def shown(self, value: Value) -> str:
        """A value as a reader sees it; raw text, to be escaped for its place."""
        return self.absent if value is None else _WRITTEN[self.kind](value)


@dataclass(frozen=True)
class Table:
    """Rows under columns. ``upright`` tables are drawn with their rows side by side, as they have few."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: pl.DataFrame
    footnotes: tuple[str, ...] = ()
    upright: bool = False

    @property
    def wide(self) -> bool:
        """Whether a page must be turned for it."""
        return not self.upright and len(self.columns) > _MOST_ACROSS

    @classmethod
    def of(
        cls,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Value]],
        footnotes: Sequence[str] = (),
        *,
        upright: bool = False,
    ) -> Table:
        """A table of a few rows; each row has a value for each column."""
        frame = pl.DataFrame(
            [[_without_zone(value) for value in row] for row in rows],
            schema={column.name: TYPES[column.kind] for column in columns},
            orient="row",
        )
        return cls(name, title, tuple(columns), frame, tuple(footnotes), upright)


@dataclass(frozen=True)
class Drawn:
    """A table as a reader sees it: cells are raw text, to be escaped for their place."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]

    def widths(self) -> list[float]:
        """Shares of the width for the columns: room for the longest words, the rest by the longest cells."""
        columns = list(zip(self.header, *self.rows, strict=True))
        least = [_longest_word(cells) + _MARGIN for cells in columns]
        more = [max(0, min(max(map(len, cells)), _LONG_CELL) - _longest_word(cells)) for cells in columns]
        left = max(0, _ACROSS[len(columns) > _MOST_ACROSS] - sum(least))
        widths = [
            need + left * further / max(1, sum(more)) for need, further in zip(least, more, strict=True)
        ]
        return [width / sum(widths) for width in widths]


def _longest_word(cells: tuple[str, ...]) -> int:
    longest = max(len(word) for cell in cells for word in (cell.split() or [""]))
    return min(_LONG_WORD, max(_SHORT_WORD, longest))


def drawn(table: Table, across: int = 4) -> list[Drawn]:
    """The table for a reader; an upright one turned, in parts of at most ``across`` of its rows."""
    rows = [
        tuple(column.shown(value) for column, value in zip(table.columns, row, strict=True))
        for row in table.rows.iter_rows()
    ]
    header = tuple(_title(column) for column in table.columns)
    if not table.upright:
        return [Drawn(header, tuple(rows), tuple(column.right for column in table.columns))]
    return [_turned(header, rows[start : start + across]) for start in range(0, len(rows), across)]


def _title(column: Column) -> str:
    return f"{column.title} ({column.unit})" if column.unit else column.title


def _turned(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Drawn:
    """The titles down the side; the first column, which names the rows, becomes the header."""
    names, *figures = zip(header, *rows, strict=True)
    return Drawn(names, tuple(figures), (False, *[True] * len(rows)))


def _without_zone(value: Value) -> Value:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value

"""A table of many rows for the terminal, of which rich takes a tenth of a millisecond for each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import TextWrapper

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from distillscan.reports.escape import terminal

_GAP = "  "


@dataclass(frozen=True)
class Grid:
    """Rows of raw texts under a header, drawn as the light tables of the report are.

    Where the screen is too narrow the widest columns give way first, and their cells break into lines.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[bool]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the header, a rule, and the lines of every row."""
        header, *rows = ([terminal(cell) for cell in row] for row in (self.header, *self.rows))
        longest = [max(map(_length, column)) for column in zip(header, *rows, strict=True)]
        widths = _fitted(longest, options.max_width - len(_GAP) * (len(longest) - 1))
        wrappers = [TextWrapper(width, break_on_hyphens=False) for width in widths]
        for line in self._lines(header, wrappers, console):
            yield from (Segment(line, Style(bold=True)), Segment.line())
        yield from (Segment("─" * (sum(widths) + len(_GAP) * (len(widths) - 1))), Segment.line())
        for row in rows:
            for line in self._lines(row, wrappers, console):
                yield from (Segment(line), Segment.line())

    def _lines(self, row: Sequence[str], wrappers: Sequence[TextWrapper], console: Console) -> Iterator[str]:
        cells = [_wrapped(cell, wrapper, console) for cell, wrapper in zip(row, wrappers, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            yield _GAP.join(
                _padded(part, wrapper.width, right=right)
                for part, wrapper, right in zip(parts, wrappers, self.right, strict=True)
            )


def _length(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _fitted(longest: Sequence[int], room: int) -> list[int]:
    """Widths of at least one that take no more than the room if that can be: the widest give way."""
    widths = [max(width, 1) for width in longest]
    while (over := sum(widths) - room) > 0 and max(widths) > 1:
        widest = max(widths)
        places = [place for place, width in enumerate(widths) if width == widest]
        next_widest = max((width for width in widths if width < widest), default=1)
        cut = min(widest - next_widest, max(over // len(places), 1))
        for place in places[-over:]:
            widths[place] -= cut
    return widths


def _wrapped(cell: str, wrapper: TextWrapper, console: Console) -> list[str]:
    if _length(cell) <= wrapper.width:
        return [cell]
    if cell.isascii():
        return wrapper.wrap(cell)
    # letters of two columns, and marks of none
    lines = Text(cell, overflow="fold").wrap(console, wrapper.width)
    return [line.plain.rstrip() for line in lines]


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _length(text))
    return space + text if right else text + space

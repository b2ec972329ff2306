"""Tables of any number of rows for the terminal, of which rich takes a tenth of a millisecond a cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import TextWrapper

import polars as pl
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from distillscan.reports.escape import terminal
from distillscan.reports.tables import table as tables
from distillscan.reports.terminal.style import item, plain, title

_GAP = "  "
_BREAKS = re.compile(r"(\s+|(?<=\+)(?=[A-Z]))")
#: Longer ones may break: addresses of pages, keys, texts without spaces.
_LONGEST_WORD = 24


@dataclass(frozen=True)
class Grid:
    """Rows of raw texts under a header, drawn as the light tables of the report are.

    Where the screen is too narrow the widest columns give way first, and their cells break into lines. Where
    words would have to break, a row goes on in the lines below it, and so does the header.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[bool]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines of the header, a rule, and the lines of every row."""
        table = [[terminal(cell) for cell in row] for row in (self.header, *self.rows)]
        longest = [max(map(_length, column)) for column in zip(*table, strict=True)]
        least = [max(map(_longest_word, column)) for column in zip(*table, strict=True)]
        lines = _in_lines(least, options.max_width)
        widths: list[int] = []
        for line in lines:
            room = options.max_width - len(_GAP) * (len(line) - 1)
            widths += _fitted([longest[place] for place in line], [least[place] for place in line], room)
        wrappers = [_Wrapper(width, break_on_hyphens=False) for width in widths]
        drawn = max(sum(widths[place] for place in line) + len(_GAP) * (len(line) - 1) for line in lines)
        for number, row in enumerate(table):
            style = None if number else Style(bold=True)
            for line in lines:
                for text in self._lines(row, line, wrappers, console):
                    yield from (Segment(text, style), Segment.line())
            if number == 0:
                yield from (Segment("─" * drawn), Segment.line())
            elif len(lines) > 1:
                yield Segment.line()

    def _lines(
        self, row: Sequence[str], places: range, wrappers: Sequence[TextWrapper], console: Console
    ) -> Iterator[str]:
        cells = [_wrapped(row[place], wrappers[place], console) for place in places]
        for parts in zip_longest(*cells, fillvalue=""):
            yield _GAP.join(
                _padded(part, wrappers[place].width, right=self.right[place])
                for place, part in zip(places, parts, strict=True)
            )


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


class _Wrapper(TextWrapper):
    """Breaks between words, and behind a plus sign, which joins the names of families."""

    wordsep_simple_re = _BREAKS


def _length(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _longest_word(text: str) -> int:
    return min(_LONGEST_WORD, max(map(_length, _BREAKS.split(text))))


def _in_lines(least: Sequence[int], room: int) -> list[range]:
    """The columns, by their places, that stand beside each other: as many as have room for their words."""
    lines: list[range] = []
    begin = taken = 0
    for place, width in enumerate(least):
        if place > begin and taken + len(_GAP) + width > room:
            lines.append(range(begin, place))
            begin, taken = place, width
        else:
            taken += width + (len(_GAP) if place > begin else 0)
    return [*lines, range(begin, len(least))]


def _fitted(longest: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths that take no more than the room, if the least do not: the widest give way, to the least."""
    widths = [max(width, 1) for width in longest]
    while (over := sum(widths) - room) > 0:
        yielding = [place for place, width in enumerate(widths) if width > max(least[place], 1)]
        if not yielding:
            return [min(width, max(room, 1)) for width in widths]
        widest = max(widths[place] for place in yielding)
        places = [place for place in yielding if widths[place] == widest]
        next_widest = max((width for width in widths if width < widest), default=1)
        for place in places[-over:]:
            cut = min(widest - next_widest, max(over // len(places), 1), widest - max(least[place], 1))
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

"""Colours and shapes of the terminal report. Colour only repeats what a word already says."""

from rich import box
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Column, Table
from rich.text import Text

from distillscan.findings.document.verdict import Grade, Verdict
from distillscan.reports.escape import terminal

VERDICTS: dict[Verdict, str] = {
    "campaign": "bold red",
    "organisation": "cyan",
    "infrastructure": "yellow",
    "lead": "magenta",
}
GRADES: dict[Grade, str] = {"high": "bold red", "medium": "yellow", "low": "green", "none": "dim"}


def plain(text: str, style: str = "") -> Text:
    """Text that may come from the log: escaped, never markup; it may break within a long word."""
    return Text(terminal(text), style=style, overflow="fold")


def verdict(name: Verdict) -> Text:
    """A verdict in its colour."""
    return Text(name, style=VERDICTS[name])


def grade(name: Grade) -> Text:
    """A grade in its colour."""
    return Text(name, style=GRADES[name])


def title(*parts: Text | str) -> Rule:
    """A line that begins a section."""
    return Rule(Text.assemble(*parts, style="bold"), align="left", style="dim", characters="─")


def item(text: Text) -> Padding:
    """A bulleted line whose further lines hang below its first word."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("-", text)
    return Padding(grid, (0, 0, 0, 2))


def table(*columns: Column | str, lines: bool = False) -> Table:
    """A light table that keeps its shape in 80 columns and in ASCII."""
    gaps = (0, 1, 0, 0)
    return Table(
        *columns, box=box.SIMPLE_HEAD, show_edge=False, show_lines=lines, padding=gaps, header_style="bold"
    )


def label(head: str) -> Column:
    """A column of names that stay in one line."""
    return Column(head, no_wrap=True)


def figures(*heads: str) -> list[Column]:
    """Columns of numbers."""
    return [Column(head, justify="right", no_wrap=True) for head in heads]


def words(head: str, *, least: int | None = None) -> Column:
    """A column of texts, which may break anywhere, of so many characters at least."""
    return Column(head, overflow="fold", min_width=least)

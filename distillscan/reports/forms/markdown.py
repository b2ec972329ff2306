"""A table as Markdown."""

from collections.abc import Iterable

from distillscan.reports.escape import markdown, markdown_cell
from distillscan.reports.tables.table import EMPTY, Table, drawn


def render(table: Table) -> str:
    """The table under its title, and its footnotes numbered below it; ends with a newline."""
    notes = numbered(table.footnotes)
    return "\n\n".join(part for part in (f"## {markdown(table.title)}", body(table), notes) if part) + "\n"


def body(table: Table) -> str:
    """The table alone; one that is turned may come in several parts."""
    if table.rows.is_empty():
        return EMPTY
    return "\n\n".join(
        grid(map(markdown_cell, part.header), (map(markdown_cell, row) for row in part.rows))
        for part in drawn(table)
    )


def grid(header: Iterable[str], cells: Iterable[Iterable[str]]) -> str:
    """A Markdown table of cells that are escaped already."""
    columns = list(header)
    lines = [columns, ["---"] * len(columns), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def numbered(notes: Iterable[str]) -> str:
    """A numbered list, one line each."""
    return "\n".join(f"{number}. {markdown(note)}" for number, note in enumerate(notes, 1))

"""A document as a few kinds of blocks, which every form for print draws in its own way."""

from __future__ import annotations

from dataclasses import dataclass

from distillscan.errors import ReportError
from distillscan.reports.tables.table import Table

#: Beyond it a document has hundreds of pages, and takes minutes and gigabytes to set.
MOST_ROWS = 10_000


@dataclass(frozen=True)
class Heading:
    """The title of a section; level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, begun by a lead in bold if there is one."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Items:
    """A list; numbered for footnotes."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Figures:
    """A table in its place, with its footnotes below it unless the document has them elsewhere."""

    table: Table
    with_footnotes: bool = True


Block = Heading | Paragraph | Items | Figures


@dataclass(frozen=True)
class Document:
    """A title and what follows. All texts are raw, to be escaped for their place."""

    title: str
    blocks: tuple[Block, ...]


def of_table(table: Table) -> Document:
    """A document that holds one table and its footnotes.

    Raises:
        ReportError: the table is longer than anybody reads on pages.
    """
    if len(table.rows) > MOST_ROWS:
        raise ReportError(
            f"{table.name} has {len(table.rows):,} rows, and a document holds {MOST_ROWS:,}: "
            "use -t xlsx or csv instead."
        )
    return Document(table.title, (Figures(table),))

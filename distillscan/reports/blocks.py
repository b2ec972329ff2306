"""A document as a few kinds of blocks, which every form for print draws in its own way."""

from dataclasses import dataclass, replace

from distillscan.reports.tables.table import Table
from distillscan.reports.wording import count

#: Rows of a table on pages: enough for the accounts of the largest public case. More take minutes to set.
MOST_ROWS = 30_000


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
    """A document that holds one table and its footnotes; of a very long one the first rows, which it says."""
    rows = len(table.rows)
    if rows <= MOST_ROWS:
        return Document(table.title, (Figures(table),))
    left_out = Paragraph(
        f"These are the first {count(MOST_ROWS)} of {count(rows)} rows; {count(rows - MOST_ROWS)} are left "
        f"out. The whole table: distillscan report --table {table.name} -t csv.",
        lead="Not complete.",
    )
    return Document(table.title, (left_out, Figures(replace(table, rows=table.rows.head(MOST_ROWS)))))

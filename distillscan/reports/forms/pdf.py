"""Documents and tables as PDF, set by typst (the extra ``pdf``).

The text goes to typst as data, in one JSON string; the source of the document is `letter.typ` and no more.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from importlib.resources import files
from typing import Any

import typst

from distillscan.reports.blocks import Block, Document, Figures, Heading, Items, Paragraph
from distillscan.reports.escape import terminal
from distillscan.reports.forms.archive import DATE
from distillscan.reports.tables.table import Drawn, drawn


def render(document: Document) -> bytes:
    """The document as the bytes of a PDF, the same for the same document and version of typst.

    Only the fonts that typst brings are used: those of the machine would make another file on each.
    """
    blocks = [part for block in document.blocks for part in _parts(block)]
    wide = any(isinstance(block, Figures) and block.table.wide for block in document.blocks)
    data = {"title": terminal(document.title), "wide": wide, "blocks": blocks}
    drawing = typst.compile(
        files(__package__).joinpath("letter.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(data)},
        timestamp=int(DATE.replace(tzinfo=UTC).timestamp()),
    )
    return bytes(drawing)


def _parts(block: Block) -> list[dict[str, Any]]:
    match block:
        case Heading(text, level):
            return [{"kind": "heading", "text": terminal(text), "level": level}]
        case Paragraph(text, lead):
            return [{"kind": "paragraph", "text": terminal(text), "lead": terminal(lead)}]
        case Items(texts, numbered):
            return [_items(texts, numbered=numbered)]
        case Figures(table, with_footnotes):
            if table.rows.is_empty():
                parts = [{"kind": "paragraph", "text": "There is nothing in this table.", "lead": ""}]
            else:
                parts = [_table(part) for part in drawn(table)]
            return [*parts, _items(table.footnotes, numbered=True)] if with_footnotes else parts


def _items(texts: tuple[str, ...], *, numbered: bool) -> dict[str, Any]:
    return {
        "kind": "items",
        "texts": [_breakable(terminal(text), 70) for text in texts],
        "numbered": numbered,
    }


def _table(part: Drawn) -> dict[str, Any]:
    return {
        "kind": "table",
        "header": [terminal(cell) for cell in part.header],
        "rows": [[_breakable(terminal(cell), 20) for cell in row] for row in part.rows],
        "right": part.right,
        "widths": part.widths(),
    }


def _breakable(text: str, least: int) -> str:
    """Text whose words of so many characters may break anywhere: they would leave their cell."""
    return re.sub(rf"\S{{{least},}}", lambda word: "\u200b".join(word[0]), text)

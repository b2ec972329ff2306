"""Documents and tables as PDF, set by typst (the extra ``pdf``).

The text goes to typst as data, in one JSON string; the source of the document is `letter.typ` and no more.
"""

import json
import re
from datetime import UTC
from importlib.resources import files
from itertools import pairwise
from typing import Any, cast
from unicodedata import category, combining

import typst

from distillscan.reports.blocks import Block, Document, Figures, Heading, Items, Paragraph
from distillscan.reports.escape import terminal, unbroken
from distillscan.reports.forms.archive import DATE
from distillscan.reports.forms.fonts import FAMILIES, LACKING, described, fonts, lacking
from distillscan.reports.tables.table import EMPTY, Drawn, drawn

#: The combining class of signs that join two consonants of an Indian script into one.
_VIRAMA = 9
#: Where names and addresses break best, and how much longer a part may be that has no such place.
_JOINTS, _PARTS = "-_/.:,@=&?", 2
#: Characters of a cell up to which its row is kept on one page, however narrow it is.
_WHOLE = 400


def render(document: Document) -> bytes:
    """The document as the bytes of a PDF, the same for the same document and versions of typst and fonts."""
    blocks = [part for block in document.blocks for part in _parts(block)]
    wide = any(isinstance(block, Figures) and block.table.wide for block in document.blocks)
    data = {"title": _line(document.title), "wide": wide, "families": FAMILIES, "blocks": blocks}
    absent = lacking(json.dumps(data, ensure_ascii=False))
    if absent:
        # said where a reader first meets one
        first = next(
            (
                place
                for place, block in enumerate(blocks)
                if absent & set(json.dumps(block, ensure_ascii=False))
            ),
            -1,
        )
        blocks.insert(first + 1, {"kind": "paragraph", "text": LACKING, "lead": ""})
    shown = described(json.dumps(data, ensure_ascii=False), absent)
    compiler = typst.Compiler(
        files(__package__).joinpath("letter.typ").read_bytes(),
        font_paths=fonts(),
        sys_inputs={"document": shown},
    )
    moment = int(DATE.replace(tzinfo=UTC).timestamp())
    return cast("bytes", compiler.compile(format="pdf", timestamp=moment))


def _parts(block: Block) -> list[dict[str, Any]]:
    match block:
        case Heading(text, level):
            return [{"kind": "heading", "text": _line(text), "level": level}]
        case Paragraph(text, lead):
            return [{"kind": "paragraph", "text": _line(text), "lead": _line(lead)}]
        case Items(texts, numbered):
            return [_items(texts, numbered=numbered)]
        case Figures(table, with_footnotes):
            if table.rows.is_empty():
                parts = [{"kind": "paragraph", "text": EMPTY, "lead": ""}]
            else:
                parts = [_table(part) for part in drawn(table)]
            return [*parts, _items(table.footnotes, numbered=True)] if with_footnotes else parts


def _items(texts: tuple[str, ...], *, numbered: bool) -> dict[str, Any]:
    return {"kind": "items", "texts": [_line(text) for text in texts], "numbered": numbered}


def _table(part: Drawn) -> dict[str, Any]:
    return {
        "kind": "table",
        "header": [terminal(cell) for cell in part.header],
        "rows": [[_breakable(unbroken(terminal(cell)), 20) for cell in row] for row in part.rows],
        # of a row higher than a page the end would be lost
        "whole": all(len(cell) <= _WHOLE for row in part.rows for cell in row),
        "right": part.right,
        "widths": part.widths(),
    }


def _line(text: str) -> str:
    """A text as wide as the page."""
    return _breakable(unbroken(terminal(text)), 70)


def _breakable(text: str, least: int) -> str:
    """Text whose words of so many characters may break within: they would leave their cell.

    Each place costs time, and letters of most scripts but the Latin join or stand over their neighbours, so
    few are offered; Chinese, Japanese and Korean text breaks by itself.
    """
    text = re.sub(rf"[!-\u02ff]{{{least},}}", lambda word: _in_parts(word[0], 6), text)
    return re.sub(rf"[\u0300-\u1fff]{{{least},}}", lambda word: _in_parts(word[0], 12), text)


def _in_parts(word: str, length: int) -> str:
    letters, since = [word[0]], 0
    for before, letter in pairwise(word):
        since += 1
        # a mark stands over the letter before it, and a virama binds the letter after it
        bound = category(letter).startswith("M") or combining(before) == _VIRAMA
        # behind a hyphen and the like a break is least in the way; a part without one is broken all the same
        if not bound and ((before in _JOINTS and since > 2) or since >= _PARTS * length):
            letters.append("\u200b")
            since = 0
        letters.append(letter)
    return "".join(letters)

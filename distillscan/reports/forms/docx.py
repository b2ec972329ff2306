"""Documents and tables as Word files, by python-docx (the extra ``docx``)."""

from __future__ import annotations

import io

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from docx.table import _Cell, _Row

from distillscan.reports.blocks import Block, Document, Figures, Heading, Items, Paragraph
from distillscan.reports.escape import terminal, xml
from distillscan.reports.forms.archive import DATE, with_fixed_times
from distillscan.reports.tables.table import Drawn, Table, drawn

_WIDE = 7


def render(document: Document) -> bytes:
    """The document as the bytes of a .docx file, the same for the same document."""
    word = docx.Document()
    _set_up(word, document)
    word.add_heading(_text(document.title), level=0)
    for block in document.blocks:
        _add(word, block)
    out = io.BytesIO()
    word.save(out)
    return with_fixed_times(out.getvalue())


def _text(raw: str) -> str:
    return xml(terminal(raw))


def _set_up(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    properties.title, properties.author, properties.comments = _text(document.title), "distillscan", ""
    properties.created = properties.modified = DATE
    word.styles["Normal"].font.size = Pt(10)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if any(isinstance(block, Figures) and _wide(block.table) for block in document.blocks):
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)


def _wide(table: Table) -> bool:
    return not table.upright and len(table.columns) > _WIDE


def _add(word: WordDocument, block: Block) -> None:
    match block:
        case Heading(text, level):
            word.add_heading(_text(text), level=level)
        case Paragraph(text, lead):
            paragraph = word.add_paragraph()
            if lead:
                paragraph.add_run(_text(lead)).bold = True
            paragraph.add_run(f" {_text(text)}" if lead and text else _text(text))
        case Items(texts, numbered):
            _add_items(word, texts, numbered=numbered)
        case Figures(table, with_footnotes):
            _add_table(word, table)
            if with_footnotes:
                _add_items(word, table.footnotes, numbered=True)


def _add_items(word: WordDocument, texts: tuple[str, ...], *, numbered: bool) -> None:
    """A list; its numbers are written out, because Word's own go on from one list to the next."""
    for number, text in enumerate(texts, start=1):
        if numbered:
            paragraph = word.add_paragraph(f"{number}. {_text(text)}")
            paragraph.paragraph_format.left_indent = Mm(6)
            paragraph.paragraph_format.first_line_indent = Mm(-6)
        else:
            paragraph = word.add_paragraph(_text(text), style="List Bullet")
        paragraph.paragraph_format.space_after = Pt(2)


def _add_table(word: WordDocument, table: Table) -> None:
    if table.rows.is_empty():
        word.add_paragraph("There is nothing in this table.")
        return
    for part in drawn(table):
        _add_drawn(word, part)
        word.add_paragraph()


def _add_drawn(word: WordDocument, part: Drawn) -> None:
    section = word.sections[0]
    across = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    grid = word.add_table(rows=1 + len(part.rows), cols=len(part.header), style="Table Grid")
    grid.autofit = False
    widths = [round(width * across) for width in part.widths()]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for number, (row, cells) in enumerate(zip(grid.rows, (part.header, *part.rows), strict=True)):
        for cell, text, right, width in zip(row.cells, cells, part.right, widths, strict=True):
            _fill(cell, text, right=right, bold=number == 0)
            cell.width = width
    _repeat(grid.rows[0])


def _fill(cell: _Cell, text: str, *, right: bool, bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(_text(text))
    run.font.size, run.bold = Pt(8), bold
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat(row: _Row) -> None:
    """Make the first row the head of the table on every page; python-docx has no name for it."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

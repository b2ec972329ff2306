"""Documents and tables as Word files, by python-docx (the extra ``docx``)."""

import io
from collections.abc import Sequence

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, Pt

from distillscan.reports.blocks import Block, Document, Figures, Heading, Items, Paragraph
from distillscan.reports.escape import xml_line
from distillscan.reports.forms.archive import DATE, with_fixed_times
from distillscan.reports.tables.table import EMPTY, Drawn, Table, drawn

_HEAD, _CELL, _FIGURE = "Table Head", "Table Cell", "Table Figure"


def render(document: Document) -> bytes:
    """The document as the bytes of a .docx file, the same for the same document."""
    word = docx.Document()
    _set_up(word, document)
    word.add_heading(xml_line(document.title), level=0)
    for block in document.blocks:
        _add(word, block)
    out = io.BytesIO()
    word.save(out)
    return with_fixed_times(out.getvalue())


def _set_up(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    properties.title, properties.author, properties.comments = xml_line(document.title), "distillscan", ""
    properties.created = properties.modified = DATE
    word.styles["Normal"].font.size = Pt(10)
    _add_styles(word)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if any(isinstance(block, Figures) and block.table.wide for block in document.blocks):
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)


def _add_styles(word: WordDocument) -> None:
    """Styles of the cells of a table: one each, so that an analyst changes them all at once."""
    for name in (_HEAD, _CELL, _FIGURE):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["Normal"]
        style.font.size, style.font.bold = Pt(8), name == _HEAD
        style.paragraph_format.space_after = Pt(0)
        if name == _FIGURE:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _add(word: WordDocument, block: Block) -> None:
    match block:
        case Heading(text, level):
            word.add_heading(xml_line(text), level=level)
        case Paragraph(text, lead):
            paragraph = word.add_paragraph()
            paragraph.paragraph_format.keep_with_next = not text or None
            if lead:
                paragraph.add_run(xml_line(lead)).bold = True
            paragraph.add_run(f" {xml_line(text)}" if lead and text else xml_line(text))
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
            paragraph = word.add_paragraph(f"{number}. {xml_line(text)}")
            paragraph.paragraph_format.left_indent = Mm(6)
            paragraph.paragraph_format.first_line_indent = Mm(-6)
        else:
            paragraph = word.add_paragraph(xml_line(text), style="List Bullet")
        paragraph.paragraph_format.space_after = Pt(2)


def _add_table(word: WordDocument, table: Table) -> None:
    if table.rows.is_empty():
        word.add_paragraph(EMPTY)
        return
    for part in drawn(table):
        _add_drawn(word, part)
        word.add_paragraph()


def _add_drawn(word: WordDocument, part: Drawn) -> None:
    section = word.sections[0]
    across = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    widths = [Emu(round(width * across)) for width in part.widths()]
    grid = word.add_table(rows=0, cols=len(part.header), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    head = _row(part.header, [_style(word, _HEAD)] * len(widths), widths)
    head.insert(0, _element("w:trPr", _element("w:tblHeader")))  # on every page
    body = [_style(word, _FIGURE if right else _CELL) for right in part.right]
    grid._tbl.extend([head, *(_row(cells, body, widths) for cells in part.rows)])


def _style(word: WordDocument, name: str) -> str:
    return str(word.styles[name].style_id)


def _row(texts: Sequence[str], styles: Sequence[str], widths: Sequence[Emu]) -> BaseOxmlElement:
    """A row made of elements, because python-docx takes a millisecond for each cell."""
    cells = []
    for text, style, width in zip(texts, styles, widths, strict=True):
        run = _element("w:t")
        run.text = xml_line(text)
        paragraph = _element("w:p", _element("w:pPr", _element("w:pStyle", val=style)), _element("w:r", run))
        size = _element("w:tcW", w=str(int(width.twips)), type="dxa")
        cells.append(_element("w:tc", _element("w:tcPr", size), paragraph))
    return _element("w:tr", *cells)


def _element(name: str, *children: BaseOxmlElement, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name, {qn(f"w:{key}"): value for key, value in attributes.items()})
    element.extend(children)
    return element

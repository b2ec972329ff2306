"""Reads each form back as another program would, as cells or as plain words."""

import html
import io
import re

import docx
import openpyxl
import pypdf


def docx_cells(data: bytes) -> list[list[str]]:
    document = docx.Document(io.BytesIO(data))
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def docx_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    return "\n".join([*paragraphs, *(" ".join(row) for row in docx_cells(data))])


def xlsx_cells(data: bytes, sheet: str) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def pdf_text(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages)).replace("\u200b", "")


def latex_text(source: str) -> str:
    """The text of a LaTeX document that uses the escapes of this package only."""
    named = {"textbackslash": "\\", "textasciicircum": "^", "textasciitilde": "~", "textasciigrave": "`"}
    named |= {"textquotedbl": '"', "textbar": "|"}
    source = re.sub(r"\\(text\w+)\{\}", lambda match: named[match[1]], source)
    source = re.sub(r"\{([\[\]*\-,<>!?'])\}", r"\1", source)
    source = re.sub(r"\\textbf\{((?:[^{}\\]|\\.)*)\}", r"\1", source)
    return re.sub(r"\\([{}$&#_%])", r"\1", source)


def html_text(page: str) -> str:
    """The text of a page, without its style and script."""
    body = re.sub(r"<(style|script)>.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", body))


def words(form: str, data: str | bytes) -> str:
    """What a person reads, in one line, thousands separators taken out."""
    if form == "pdf":
        text = pdf_text(bytes(data))
    elif form == "docx":
        text = docx_text(bytes(data))
    elif form == "html":
        text = html_text(str(data))
    else:
        text = latex_text(str(data)) if form == "latex" else str(data)
    return re.sub(r"\s+", " ", text).replace(",", "")

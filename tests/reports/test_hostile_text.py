"""The corpus of payloads at every place a text of the log is shown: nothing acts, and no table breaks."""

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pypdf
import pytest
from markdown_it import MarkdownIt
from payloads import PAYLOADS
from readers import docx_cells, latex_text, pdf_text, xlsx_cells

from distillscan.choices import ReportFormat
from distillscan.reports import blocks, junit, sarif
from distillscan.reports.blocks import Document, Heading, Items, Paragraph
from distillscan.reports.escape import csv_cell, terminal, visible, xml
from distillscan.reports.formats import RENDERERS, TABLE_RENDERERS
from distillscan.reports.forms import docx, latex, pdf
from distillscan.reports.tables.table import Column, Kind, Table
from distillscan.reports.tabular import to_parquet

TYPST = [
    '#read("/etc/passwd")',
    '#import "@preview/x:0.1.0": y',
    "#{ panic() } $x^2$ *bold* _it_ `raw` <label> @ref // comment /* c */ \\u{41}",
    "= heading",
    "#set page(width: 1pt)",
]
TEX = [
    r"\input{/etc/passwd}",
    r"\immediate\write18{id}",
    r"\end{longtable}\end{document}",
    r"a & b \\ c % d ^^5c $x$ {[*]} ~ -- --- ?` !` ''",
    r"[12pt] first in a row",
    r"*first in a row",
]
WORD = [
    '</w:t></w:r><w:fldSimple w:instr="DDEAUTO c:\\\\cmd"/>',
    "{ INCLUDETEXT file }",
    "_x0041_",
    "&amp; <!-- ]]>",
]
TEXTS = [text for text in [*PAYLOADS, *TYPST, *TEX, *WORD] if "\ud800" not in text]


@pytest.fixture(scope="module")
def table() -> Table:
    """Each payload in a cell of its own, between two cells that must stay where they are."""
    columns = (Column("before", "Before", Kind.COUNT), Column("text", "Text"), Column("after", "After"))
    rows = [(number, text, f"end{number}") for number, text in enumerate(TEXTS)]
    return Table.of("accounts", "Hostile", columns, rows, TEXTS)


@pytest.fixture(scope="module")
def letter(table) -> Document:
    """The payloads in every kind of block."""
    texts = [
        part
        for text in TEXTS
        for part in (Heading(text), Paragraph(text, lead=text), Paragraph("", lead=text))
    ]
    return Document(
        TEXTS[0],
        (*texts, Items(tuple(TEXTS)), Items(tuple(TEXTS), numbered=True), *blocks.of_table(table).blocks),
    )


def test_parquet_holds_every_text_unaltered(table):
    read = pl.read_parquet(io.BytesIO(to_parquet(table.rows)))
    assert read["text"].to_list() == TEXTS


def test_json_holds_every_text_unaltered_and_shows_no_control(table):
    drawn = TABLE_RENDERERS[ReportFormat.JSON](table)
    assert [row["text"] for row in json.loads(drawn)["rows"]] == TEXTS
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", drawn)


def test_markdown_keeps_every_row(table):
    drawn = TABLE_RENDERERS[ReportFormat.MARKDOWN](table)
    parsed = MarkdownIt("commonmark").enable("table").parse(drawn)
    cells = [block.content for block in parsed if block.type == "inline"]
    assert sum(cell.startswith("end") for cell in cells) == len(TEXTS)
    kinds = {child.type for block in parsed for child in block.children or []}
    assert kinds <= {"text", "code_inline", "softbreak"}
    assert {block.type for block in parsed} & {
        "html_block",
        "fence",
        "code_block",
        "bullet_list_open",
    } == set()


def test_csv_keeps_every_row_and_runs_none(table):
    rows = list(csv.reader(io.StringIO(TABLE_RENDERERS[ReportFormat.CSV](table))))[1:]
    assert [row[2] for row in rows] == [f"end{number}" for number in range(len(TEXTS))]
    assert [row[1] for row in rows] == [csv_cell(text) for text in TEXTS]


def test_xlsx_holds_texts_as_texts(table):
    drawn = TABLE_RENDERERS[ReportFormat.XLSX](table)
    book = openpyxl.load_workbook(io.BytesIO(drawn))
    for sheet in book:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    shown = [row[1] or "" for row in xlsx_cells(drawn, "accounts")[1:]]
    assert shown == [xml(visible(text)) for text in TEXTS]
    with zipfile.ZipFile(io.BytesIO(drawn)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
        assert not any("externalLink" in name for name in archive.namelist())


def test_a_text_that_looks_like_a_formula_stays_one_when_it_is_edited(table):
    book = openpyxl.load_workbook(io.BytesIO(TABLE_RENDERERS[ReportFormat.XLSX](table)))
    cells = {str(row[1].value or ""): row[1] for row in book["accounts"].iter_rows(min_row=2)}
    for text in TEXTS:
        assert cells[xml(visible(text))].quotePrefix is csv_cell(text).startswith("'") or text.startswith("'")


def test_docx_holds_text_and_nothing_that_word_would_fetch(table, letter):
    assert [row[2] for row in docx_cells(TABLE_RENDERERS[ReportFormat.DOCX](table))[1:]] == [
        f"end{number}" for number in range(len(TEXTS))
    ]
    shown = [row[1] for row in docx_cells(TABLE_RENDERERS[ReportFormat.DOCX](table))[1:]]
    assert shown == [xml(terminal(text)) for text in TEXTS]
    with zipfile.ZipFile(io.BytesIO(docx.render(letter))) as archive:
        body = archive.read("word/document.xml").decode()
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert not re.search(r"<w:(fldSimple|instrText|hyperlink|object|altChunk)\b", body)
    assert "External" not in relations


def test_pdf_holds_text_and_no_action(table, letter):
    for drawn in (TABLE_RENDERERS[ReportFormat.PDF](table), pdf.render(letter)):
        reader = pypdf.PdfReader(io.BytesIO(drawn))
        assert not {"/OpenAction", "/AA", "/Names"} & set(reader.trailer["/Root"])
        for page in reader.pages:
            kinds = {note.get_object().get("/A", {}).get("/S") for note in page.get("/Annots") or []}
            assert kinds <= {None}
    text = pdf_text(TABLE_RENDERERS[ReportFormat.PDF](table))
    assert [number for number in range(len(TEXTS)) if f"end{number}" not in text] == []
    assert "[31m" not in text  # what is left of an escape sequence when only its first character is lost
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text


def test_latex_keeps_every_row(table, letter):
    drawn = TABLE_RENDERERS[ReportFormat.LATEX](table)
    rows = re.findall(r"^(\d+) & (.*) & end(\d+) \\\\$", drawn, re.MULTILINE)
    assert [(int(first), int(last)) for first, _, last in rows] == [(n, n) for n in range(len(TEXTS))]
    assert [latex_text(text) for _, text, _ in rows] == [terminal(text) for text in TEXTS]
    whole = latex.render(letter)
    assert whole.count(r"\end{document}") == 1
    assert not re.search(r"\\(input|write|immediate|include)\b", whole)


def test_xml_is_read_by_a_strict_parser(hostile):
    assert ElementTree.fromstring(junit.render(hostile)).tag == "testsuites"


def test_sarif_is_json_without_controls(hostile):
    drawn = sarif.render(hostile)
    assert json.loads(drawn)["version"] == "2.1.0"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", drawn)


def test_the_terminal_gets_no_control(table):
    drawn = TABLE_RENDERERS[ReportFormat.TEXT](table)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", drawn)
    assert sum(f"end{number}" in drawn for number in range(len(TEXTS))) == len(TEXTS)


@pytest.mark.parametrize("form", RENDERERS)
def test_every_form_of_a_hostile_report_is_drawn_and_shows_no_control(form, hostile):
    drawn = RENDERERS[form](hostile)
    assert drawn
    # what is no text is read again above
    assert isinstance(drawn, bytes) or not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", drawn)

"""Every renderer draws the one document: golden files, the same counts everywhere, hostile text harmless."""

import csv
import io
import json
import os
import re
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest
from markdown_it import MarkdownIt
from picture import main, picture
from readers import docx_cells, html_text, latex_text, pdf_text, words, xlsx_cells
from rich.cells import cell_len
from rich.console import Console

from distillscan.choices import ReportFormat
from distillscan.findings.document import Findings
from distillscan.reports import json_document
from distillscan.reports.blocks import Document, Figures, Heading, Paragraph
from distillscan.reports.formats import RENDERERS, TABLE_RENDERERS
from distillscan.reports.forms import pdf
from distillscan.reports.letter import document as letter_document
from distillscan.reports.tables.clusters import letter
from distillscan.reports.tables.table import Column, Table
from distillscan.reports.terminal import whole

GOLDEN = Path(__file__).parent / "golden"
OF_BYTES = {ReportFormat.XLSX, ReportFormat.DOCX, ReportFormat.PDF}
OF_TEXT = [form for form in RENDERERS if form not in OF_BYTES]
SUFFIX = {
    ReportFormat.TEXT: "txt",
    ReportFormat.LATEX: "tex",
    ReportFormat.JUNIT: "junit.xml",
    ReportFormat.SARIF: "sarif.json",
}
COUNTED = (
    *("days", "accounts_core", "accounts_core_and_probable", "requests_by_members_core"),
    *("requests_by_members_core_and_probable", "requests_matching_core"),
    "requests_matching_core_and_probable",
)
FOR_PEOPLE = ("text", "md", "html", "latex", "docx", "pdf")


def expect_golden(name: str, drawn: str) -> None:
    """Compare with the golden file; with DISTILLSCAN_GOLDEN=write, write it anew for a person to read."""
    path = GOLDEN / name
    if os.environ.get("DISTILLSCAN_GOLDEN") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", OF_TEXT)
@pytest.mark.parametrize("case", ["findings", "empty"])
def test_golden(form, case, request):
    expect_golden(f"{case}.{SUFFIX.get(form, form)}", RENDERERS[form](request.getfixturevalue(case)))


def test_golden_of_a_narrow_terminal(findings):
    expect_golden("findings-80.txt", whole.render(findings, width=80))


@pytest.mark.parametrize("case", ["findings", "empty", "hostile"])
@pytest.mark.parametrize("form", RENDERERS)
def test_the_same_findings_give_the_same_bytes(form, case, request):
    document = request.getfixturevalue(case)
    assert RENDERERS[form](document) == RENDERERS[form](document)


def test_office_files_hold_no_clock(findings):
    for form in (ReportFormat.XLSX, ReportFormat.DOCX):
        with zipfile.ZipFile(io.BytesIO(RENDERERS[form](findings))) as archive:
            assert {member.date_time[0] for member in archive.infolist()} == {1980}
            assert f"{date.today().year}-" not in archive.read("docProps/core.xml").decode()
    assert pypdf.PdfReader(io.BytesIO(RENDERERS[ReportFormat.PDF](findings))).metadata.creation_date is None


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_renderers_for_people_show_the_counts_of_the_document(form, findings):
    drawn = words(form, RENDERERS[ReportFormat(form)](findings))
    for cluster in findings.clusters:
        counts = [
            cluster.accounts.core,
            cluster.accounts.core + cluster.accounts.probable,
            cluster.requests.members_core,
            cluster.requests.matching_core,
            cluster.days,
        ]
        assert {str(count) for count in counts} <= numbers(drawn)
        assert cluster.sentence.replace(",", "") in drawn
        assert cluster.sentence_upper.replace(",", "") in drawn
    for group in findings.explained_groups:
        assert {str(group.accounts), str(group.requests)} <= numbers(drawn)
    ledger = findings.ledger
    assert {str(n) for n in (ledger.accepted, ledger.duplicate, ledger.rejected)} <= numbers(drawn)


@pytest.mark.parametrize("form", [ReportFormat.JUNIT, ReportFormat.SARIF])
def test_forms_for_ci_show_the_counts(form, findings):
    drawn = RENDERERS[form](findings)
    assert all(cluster.sentence in drawn for cluster in findings.clusters)


def test_junit_fails_the_campaigns_only(findings, empty):
    suite = ElementTree.fromstring(RENDERERS[ReportFormat.JUNIT](findings))[0]
    failed = [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert failed == ["A c-7f3a9c1e: campaign"]
    nothing = ElementTree.fromstring(RENDERERS[ReportFormat.JUNIT](empty))[0]
    assert (nothing.get("tests"), nothing.get("failures")) == ("1", "0")


def test_sarif_has_a_result_a_cluster_with_a_rule_and_a_place(findings):
    run = json.loads(RENDERERS[ReportFormat.SARIF](findings))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result, cluster in zip(run["results"], findings.clusters, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == cluster.verdict
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert result["properties"]["requestsByMembersCore"] == cluster.requests.members_core
    assert [result["level"] for result in run["results"]] == ["error", "note"]


def letter_figures(form, findings):
    """The figures of the letter table as each form has them: cluster to name or title to text."""
    drawn = TABLE_RENDERERS[ReportFormat(form)](letter(findings))
    if form == "csv":
        cells = list(csv.reader(io.StringIO(drawn)))
    elif form == "xlsx":
        cells = xlsx_cells(drawn, "letter")
    elif form == "json":
        rows = json.loads(drawn)["rows"]
        cells = [list(rows[0]), *(list(row.values()) for row in rows)]
    elif form == "docx":
        cells = list(zip(*docx_cells(drawn), strict=True))
    elif form == "md":
        lines = [line for line in drawn.splitlines() if line.startswith("|") and "---" not in line]
        cells = list(zip(*([cell.strip() for cell in line[1:-1].split("|")] for line in lines), strict=True))
    elif form == "latex":
        lines = [line for line in drawn.splitlines() if " & " in line]
        cells = list(
            zip(*([latex_text(c).strip(" \\") for c in line.split(" & ")] for line in lines), strict=True)
        )
    titles, *rows = cells
    return {row[0]: row[1:] for row in rows}, titles[1:]


def as_count(cell):
    return int(float(str(cell).replace(",", "")))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "docx", "md", "latex"])
def test_every_form_of_the_letter_table_holds_the_same_counts(form, findings):
    figures, names = letter_figures(form, findings)
    for cluster in findings.clusters:
        columns = [column.name for column in letter(findings).columns[1:]]
        row = dict(zip(columns, figures[cluster.label], strict=True))
        assert len(names) == len(row)
        assert [as_count(row[name]) for name in COUNTED] == [
            cluster.days,
            cluster.accounts.core,
            cluster.accounts.core + cluster.accounts.probable,
            cluster.requests.members_core,
            cluster.requests.members_upper,
            cluster.requests.matching_core,
            cluster.requests.matching_upper,
        ]


def test_a_table_of_a_pdf_begins_with_its_heading_and_three_rows_or_on_the_next_page():
    columns = [Column("first", "Header"), Column("second", "Other")]
    table = Table.of("made", "Made", columns, [("row", "cell")] * 20)
    for above in range(30, 37):
        lines = [Paragraph("A line.") for _ in range(above)]
        drawn = pdf.render(Document("Tables", (*lines, Heading("Table", 2), Figures(table))))
        first = pypdf.PdfReader(io.BytesIO(drawn)).pages[0].extract_text()
        assert first.count("row") >= 3 or not ("Header" in first or "Table\n" in first)


def test_a_row_of_a_table_of_a_pdf_stands_on_one_page():
    columns = [Column(name, name) for name in "abcde"]
    rows = [[f"begin{n}", *["some words " * 20] * 3, f"end{n}" + " more" * n] for n in range(30)]
    table = Table.of("t", "T", columns, rows, [])
    pages = pypdf.PdfReader(io.BytesIO(pdf.render(Document("Tables", (Figures(table),))))).pages
    said = [page.extract_text().count("some") for page in pages]
    assert len(said) > 1
    assert all(count % 60 == 0 for count in said)


def test_no_line_of_the_page_ends_between_a_number_and_its_sign(findings):
    page = re.sub("<svg.*?</svg>", "", RENDERERS[ReportFormat.HTML](findings), flags=re.DOTALL)
    assert "98\u00a0%" in page
    assert not re.search("[0-9][ \n]%", html_text(page))
    assert "98 %" in RENDERERS[ReportFormat("md")](findings)


def test_the_letter_lists_no_work_that_nobody_asked_for(findings):
    rows = [block.table.rows for block in letter_document(findings).blocks if isinstance(block, Figures)]
    (asked,) = (table for table in rows if "capability" in table.columns)
    assert len(asked)
    assert asked["requests"].min() > 0


def test_the_pdf_of_the_letter_table_holds_the_same_counts(findings):
    drawn = pdf_text(TABLE_RENDERERS[ReportFormat.PDF](letter(findings)))
    for column in letter(findings).columns[1:]:
        shown = [column.shown(value) for value in letter(findings).rows[column.name]]
        assert f"{column.title} {' '.join(shown)}" in drawn


def test_csv_leaves_empty_what_the_log_does_not_tell(findings):
    row = list(csv.DictReader(io.StringIO(RENDERERS[ReportFormat.CSV](findings))))[1]
    assert (row["input_tokens"], row["p_value"]) == ("", "")


def test_schema_describes_every_field_of_the_document():
    schema = json.loads(json_document.schema())
    assert set(schema["properties"]) == set(Findings.model_fields)


@pytest.mark.parametrize("width", [40, 80, 100, 120, 200])
def test_terminal_report_keeps_to_its_width(findings, hostile, width):
    for document in (findings, hostile):
        assert max(cell_len(line) for line in whole.render(document, width).splitlines()) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_terminal_table_shows_every_family_and_grade_at_usual_widths(findings, width):
    table = whole.render(findings, width).split("Core accounts are tied")[0]
    for word in (
        "PAYMENT",
        "NETWORK",
        "IDENTITY",
        "CONTENT",
        "campaign",
        "organisation",
        "0.005",
        "13,421",
        "20.3",
    ):
        assert word in table


def test_nothing_found_is_said_plainly_with_what_was_tested(empty):
    text = whole.render(empty)
    assert text.startswith("No group of accounts was found to act as one.\n")
    assert "No campaign was found." in text
    assert "3,141,592 pairs" in text
    assert "Not tested, because the log has no data for it: TIMING." in text


def test_a_terminal_without_colour_gets_no_escape_sequence(findings, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=100, color_system="truecolor").print(whole.report(findings))
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", out.getvalue())


def test_hostile_text_sends_no_control_to_a_colour_terminal(hostile):
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=100, color_system="truecolor").print(whole.report(hostile))
    without_colours = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", without_colours)
    assert "[bold red]markup[/]" in re.sub(r"\s+", " ", without_colours)


def test_hostile_text_is_inert_in_markdown(hostile):
    blocks = MarkdownIt("commonmark").enable("table").parse(RENDERERS[ReportFormat("md")](hostile))
    kinds = {child.type for block in blocks for child in block.children or []}
    assert kinds <= {"text", "code_inline", "softbreak", "strong_open", "strong_close"}
    assert not any(block.type in {"html_block", "fence", "code_block", "blockquote_open"} for block in blocks)


def test_picture_is_the_same_every_time_and_asks_no_server(findings):
    drawn = picture(findings)
    assert drawn == picture(findings)
    addresses = set(re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?(https?:[^\"')]+)", drawn))
    assert not addresses
    assert "13,421" in drawn


def test_picture_is_drawn_from_a_json_report(findings, tmp_path):
    (tmp_path / "findings.json").write_text(json_document.render(findings), encoding="utf-8")
    assert main([str(tmp_path / "findings.json"), str(tmp_path / "report.svg")]) == 0
    assert (tmp_path / "report.svg").read_text(encoding="utf-8") == picture(findings)

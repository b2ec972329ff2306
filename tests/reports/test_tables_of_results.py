"""Neutral tables: turned for a reader, exact in a file, and cut with a word where a form cannot hold them."""

import io

import polars as pl
import pypdf
import pytest
from readers import words

from distillscan.choices import ReportFormat, TableName
from distillscan.errors import ReportError
from distillscan.reports import blocks
from distillscan.reports.formats import RENDERERS, TABLE_RENDERERS
from distillscan.reports.forms import xlsx
from distillscan.reports.tables import OF_DOCUMENT
from distillscan.reports.tables.clusters import letter
from distillscan.reports.tables.members import LINKS, links
from distillscan.reports.tables.table import Column, Drawn, Kind, Table, drawn


def test_an_upright_table_has_its_rows_side_by_side_in_parts():
    columns = (Column("name", "Name"), Column("n", "Number", Kind.COUNT, "accounts"))
    table = Table.of("t", "T", columns, [(f"C{n}", 1000 * n) for n in range(1, 6)], upright=True)
    first, second = drawn(table, across=3)
    assert first == Drawn(
        ("Name", "C1", "C2", "C3"),
        (("Number (accounts)", "1,000", "2,000", "3,000"),),
        (False, True, True, True),
    )
    assert (second.header, second.rows) == (("Name", "C4", "C5"), (("Number (accounts)", "4,000", "5,000"),))


@pytest.mark.parametrize("upright", [True, False])
def test_what_is_not_known_is_said_to_a_reader_and_empty_in_a_file(upright):
    columns = (Column("name", "Name"), Column("n", "Number", Kind.COUNT, absent="not in the log"))
    table = Table.of("t", "T", columns, [("C1", None)], upright=upright)
    assert "not in the log" in TABLE_RENDERERS[ReportFormat.MARKDOWN](table)
    assert TABLE_RENDERERS[ReportFormat.CSV](table) == "name,n\nC1,\n"


def test_widths_are_shares_and_none_starves():
    part = Drawn(("A", "B"), (("x", "a very long text " * 20),), (False, False))
    narrow, broad = part.widths()
    assert narrow + broad == pytest.approx(1)
    assert 0.05 < narrow < broad


def test_a_moment_keeps_its_line_beside_long_cells():
    moment = "2026-04-27T20:18:44Z"
    cells = ("Requests by members, core + probable", *[f"{moment}" for _ in range(4)])
    wordy = ("Families", *["reasoning elicitation 80 %, coding 39 %, roleplay 9.2 %"] * 4)
    widths = Drawn(cells, (wordy,), (False,) * 5).widths()
    assert min(widths[1:]) > len(moment) / 125


@pytest.mark.parametrize("name", OF_DOCUMENT)
def test_every_table_has_its_name_distinct_columns_and_says_what_it_means(name, findings):
    table = OF_DOCUMENT[name](findings)
    names = [column.name for column in table.columns]
    assert table.name == name
    assert len(set(names)) == len(names)
    assert table.rows.columns == names
    assert table.footnotes or name == TableName.ERROR_SOURCES


def test_what_speaks_against_a_cluster_has_every_explanation_and_every_weaker_setting(findings):
    rows = OF_DOCUMENT[TableName.EXCULPATORY](findings).rows
    for cluster in findings.clusters:
        own = rows.filter(pl.col("cluster") == cluster.label)
        assert {one.name for one in cluster.benign_explanations} <= set(own["subject"])
        weaker = {one.setting for one in cluster.sensitivity if one.kept < cluster.accounts.core}
        assert set(own.filter(pl.col("kind") == "other settings")["subject"]) == weaker
    assert "TIMING" in rows.filter(pl.col("kind") == "blind spot")["subject"].to_list()


def test_published_cases_stand_below_the_campaigns_and_accuse_nobody(findings):
    rows = OF_DOCUMENT[TableName.PUBLISHED](findings).rows
    assert rows["source"].to_list()[0] == "this document"
    assert rows["counted"].to_list()[0] == "A of this log"
    assert "B of this log" not in rows["counted"].to_list()
    assert all(source for source in rows["source"])


def test_a_family_that_ties_little_of_the_core_is_named_but_not_counted(findings):
    cluster = findings.clusters[0]
    few = cluster.accounts.core // 4
    thin = [
        tie.model_copy(update={"core_accounts": few}) if tie.family == "IDENTITY" else tie
        for tie in cluster.families
    ]
    thinner = findings.model_copy(update={"clusters": [cluster.model_copy(update={"families": thin})]})
    row = letter(thinner).rows.row(0, named=True)
    assert (row["families_present"], row["families"]) == (3, "PAYMENT NETWORK CONTENT")
    for form in (ReportFormat.MARKDOWN, ReportFormat.HTML, ReportFormat.TEXT, ReportFormat.DOCX):
        said = words(form, RENDERERS[form](thinner))
        assert "(PAYMENT NETWORK CONTENT); IDENTITY ties less than a quarter of the core" in said


def many_links(rows):
    blank = {column.name: "x" if column.kind is Kind.TEXT else 1 for column in LINKS}
    every = pl.DataFrame([blank]).select(pl.all().repeat_by(rows).list.explode())
    return links(every.with_columns(account_a=pl.format("row {}.", pl.int_range(rows))))


@pytest.mark.parametrize("form", [ReportFormat.DOCX, ReportFormat.PDF])
def test_a_document_of_too_many_rows_holds_the_first_and_says_where_all_are(form, monkeypatch):
    monkeypatch.setattr(blocks, "MOST_ROWS", 40)
    drawn = words(form, TABLE_RENDERERS[form](many_links(45)))
    assert "the first 40 of 45 rows; 5 are left out" in drawn
    assert "distillscan report --table links -t csv" in drawn
    assert "row 39." in drawn
    assert "row 40." not in drawn


def test_a_document_of_as_many_rows_as_it_holds_says_nothing_of_it():
    table = many_links(blocks.MOST_ROWS)
    assert blocks.of_table(table).blocks == (blocks.Figures(table),)


def test_a_long_table_of_a_pdf_has_every_row_and_its_head_on_every_page():
    pages = pypdf.PdfReader(io.BytesIO(TABLE_RENDERERS[ReportFormat.PDF](many_links(700)))).pages
    texts = [page.extract_text() for page in pages]
    assert len(pages) > 5
    assert all("Shared values" in text for text in texts[:-1])
    assert all(f"row {number}." in "".join(texts) for number in (0, 349, 699))


def test_a_sheet_of_too_many_rows_is_refused_with_another_form():
    with pytest.raises(ReportError, match="-t csv"):
        xlsx.render([many_links(xlsx.MOST_ROWS)])


def test_the_letter_table_has_the_columns_of_a_disclosure(findings):
    assert [column.name for column in letter(findings).columns] == [
        *("cluster", "verdict", "first_seen", "last_seen", "days"),
        *("accounts_core", "accounts_core_and_probable"),
        *("requests_by_members_core", "requests_by_members_core_and_probable"),
        *("requests_matching_core", "requests_matching_core_and_probable"),
        *("input_tokens", "output_tokens", "requests_per_day", "requests_per_account_per_day"),
        *("capabilities", "families_present", "families_tested", "families"),
        *("coordination", "extraction", "concealment", "p_value"),
        *("wrongly_included_at_most", "earlier_cases", "cluster_id"),
    ]

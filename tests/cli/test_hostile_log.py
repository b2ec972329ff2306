"""A log whose every text is hostile, from its export to every form of its result."""

import io
import re
from xml.etree import ElementTree

import polars as pl
import pytest
from payloads import PAYLOADS
from typer.testing import CliRunner

from distillscan.choices import ReportFormat, TableName
from distillscan.cli.app import app

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
# a CSV keeps the marks of direction, so that two ids stay two ids
CSV_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
WRITABLE = [text for text in PAYLOADS if "\ud800" not in text]


def hostile(number, text):
    """A text that begins with a payload, as the canonical reading keeps it: trimmed, and never empty."""
    return f"{WRITABLE[number % len(WRITABLE)]}{text}".strip()


def made_hostile(frame, ids):
    return frame.with_columns(
        pl.col("account_id").replace_strict(ids),
        *(
            pl.col(name) + pl.lit(" " + " ".join(WRITABLE[:9]))
            for name in ("prompt", "user_agent", "email", "billing_name")
            if name in frame.columns and frame.schema[name] == pl.String
        ),
    )


@pytest.fixture(scope="module")
def ids(logs):
    known = pl.read_csv(logs / "accounts.csv", infer_schema=False)["account_id"].unique(maintain_order=True)
    return {account: hostile(number, account) for number, account in enumerate(known)}


@pytest.fixture(scope="module")
def run_hostile(logs, ids, tmp_path_factory):
    """The commands over a scanned case of the hostile log."""
    directory = tmp_path_factory.mktemp("hostile")
    for number, path in enumerate(sorted((logs / "requests").iterdir())):
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_ndjson(path)
        made_hostile(frame, ids).write_parquet(directory / f"=cmd'|{number}.parquet")
    made_hostile(pl.read_csv(logs / "accounts.csv", infer_schema=False), ids).write_parquet(
        directory / "accounts.parquet"
    )

    def run(*arguments):
        result = CliRunner().invoke(app, [*arguments, "--case", str(directory / "case.duckdb"), "--quiet"])
        assert result.exit_code == 0, result.output
        return result.stdout_bytes

    run("ingest", *map(str, directory.glob("=cmd*")), "--accounts", str(directory / "accounts.parquet"))
    run("scan", "--permutations", "0")
    return run


def test_parquet_holds_the_account_ids_unaltered(run_hostile, ids):
    members = pl.read_parquet(io.BytesIO(run_hostile("export", "members", "-t", "parquet")))
    assert len(members) > 40
    assert set(members["account_id"]) <= set(ids.values())


@pytest.mark.parametrize("form", ReportFormat)
def test_every_form_of_the_report_is_drawn_without_a_control_character(run_hostile, form):
    drawn = run_hostile("report", "-t", form)
    if form in {ReportFormat.XLSX, ReportFormat.DOCX, ReportFormat.PDF}:
        assert drawn
    else:
        assert not CONTROL.search(drawn.decode())


@pytest.mark.parametrize("name", [TableName.ACCOUNTS, TableName.LINKS])
@pytest.mark.parametrize("form", ["md", "csv", "json", "latex", "xlsx"])
def test_tables_of_accounts_are_drawn_with_their_ids_shown(run_hostile, name, form):
    drawn = run_hostile("report", "--table", name, "-t", form, "--reveal")
    forbidden = CSV_CONTROL if form == "csv" else CONTROL
    assert form == "xlsx" or not forbidden.search(drawn.decode())


def test_graphml_is_read_by_a_strict_parser(run_hostile):
    drawn = run_hostile("export", "links", "-t", "graphml", "--reveal")
    assert ElementTree.fromstring(drawn).tag.endswith("graphml")


def test_a_question_in_sql_shows_no_control_character(run_hostile):
    assert not CONTROL.search(run_hostile("sql", "SELECT account_id FROM account").decode())

"""``scan`` and ``report`` as a user runs them."""

import csv
import hashlib
import io
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from distillscan.choices import ReportFormat, TableName
from distillscan.findings.document import Findings


def document(run) -> Findings:
    return Findings.model_validate_json(run("report", "-t", "json").stdout)


def test_scan_shows_stages_on_stderr_and_the_headline_on_stdout(run, case):
    result = run("scan", "--permutations", "0")
    assert result.exit_code == 0
    assert re.fullmatch(r"(scan \d/\d: .+\n)+", result.stderr)
    assert result.stdout == document(run).headline + "\n"


def test_a_quiet_scan_shows_nothing_and_its_settings_are_kept_in_the_document(run, case):
    assert run("scan", "--permutations", "3", "--seed", "7", "--min-accounts", "12", "-q").output == ""
    settings = document(run).tested.settings
    assert (settings["permutations"], settings["seed"], settings["min_accounts"]) == (3, 7, 12)


def test_a_scanned_case_is_reported_without_another_scan(run, case):
    result = run("report")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert " ".join(result.stdout.split()).startswith(document(run).headline)


def test_a_report_into_a_pipe_is_as_wide_as_columns_says(run, case):
    for columns in (80, 120):
        lines = run("report", COLUMNS=str(columns)).stdout.splitlines()
        assert columns - 20 < max(map(len, lines)) <= columns


def test_report_scans_a_case_that_was_not_scanned(run, here, logs):
    run("ingest", str(logs / "requests"), "--accounts", str(logs / "accounts.csv"), "-q")
    result = run("report", "-t", "csv")
    assert result.exit_code == 0
    assert "scan 1/" in result.stderr
    assert result.stdout.startswith("cluster,")
    assert "scan" not in run("report", "-t", "csv").stderr


@pytest.mark.parametrize(
    ("command", "name", "start"),
    [
        (("report",), "page.html", "<!doctype html>"),
        (("report",), "FINDINGS.JSON", "{"),
        (("report", "-t", "md"), "report.txt", "#"),
        (("report",), "report.out", "1 campaign found"),
        (("export", "members"), "members.jsonl", '{"account_id"'),
        (("export", "members"), "members", "account_id,"),
        (("sql", "SELECT 1 AS one"), "one.csv", "one"),
        (("explain", "cluster", "C1"), "why.json", "{"),
    ],
)
def test_a_result_has_the_form_that_its_file_is_named_after(run, case, here, command, name, start):
    (here / name).unlink(missing_ok=True)
    assert run(*command, "-o", name).exit_code == 0
    assert (here / name).read_text().startswith(start)


def test_all_forms_show_the_same_counts(run, case):
    clusters = document(run).clusters
    assert clusters
    rows = list(csv.DictReader(io.StringIO(run("report", "-t", "csv").stdout)))
    text, markdown = run("report").stdout, run("report", "-t", "md").stdout
    for cluster, row in zip(clusters, rows, strict=True):
        assert int(row["requests_by_members_core"]) == cluster.requests.members_core
        for drawn in (text, markdown):
            assert f"{cluster.requests.members_core:,}" in drawn
            assert f"{cluster.requests.matching_core:,}" in drawn


def test_output_is_written_whole_and_never_over_a_file(run, case, here):
    first = run("report", "-t", "md", "-o", "report.md")
    assert (first.exit_code, first.stdout, first.stderr) == (0, "", "wrote report.md\n")
    assert (here / "report.md").read_text() == run("report", "-t", "md").stdout
    again = run("report", "-t", "md", "-o", "report.md")
    assert again.exit_code == 2
    assert "--force" in again.stderr
    (here / "report.md").write_text("mine")
    assert run("report", "-t", "md", "-o", "report.md", "--force", "-q").output == ""
    assert (here / "report.md").read_text() != "mine"
    assert {path.name for path in here.iterdir()} == {"case.duckdb", "report.md"}


def test_a_pipe_is_written_to_and_not_replaced(run, case, here):
    os.mkfifo("pipe")
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit((here / "pipe").read_bytes)
        assert run("report", "-t", "json", "-o", "pipe").exit_code == 0
        assert json.loads(read.result()) == json.loads(run("report", "-t", "json").stdout)
    assert (here / "pipe").is_fifo()


def test_a_link_keeps_leading_to_the_file_that_is_overwritten(run, case, here):
    (here / "old.md").write_text("old")
    (here / "link.md").symlink_to("old.md")
    assert run("report", "-o", "link.md", "--force").exit_code == 0
    assert (here / "link.md").is_symlink()
    assert (here / "old.md").read_text() == run("report", "-t", "md").stdout


@pytest.mark.parametrize(("target", "says"), [(".", "is a directory"), ("no/where.md", "does not exist")])
def test_an_output_that_cannot_be_written_is_refused_first(run, case, target, says):
    result = run("report", "-o", target)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_fail_on_leaves_with_1_and_still_reports(run, case):
    verdicts = [cluster.verdict for cluster in document(run).clusters]
    assert "campaign" in verdicts
    for threshold in ("campaign", "coordinated"):
        result = run("report", "--fail-on", threshold)
        assert result.exit_code == 1
        assert result.stdout.startswith("1 campaign found")


def test_fail_on_a_log_in_which_nothing_is_found(run, here):
    requests = [
        {"account_id": f"a{n}", "timestamp": 1777000000 + 7919 * n, "prompt": f"q {n}"} for n in range(40)
    ]
    (here / "log.jsonl").write_text("\n".join(map(json.dumps, requests)))
    assert run("ingest", "log.jsonl", "-q").exit_code == 0
    for threshold in ("campaign", "coordinated"):
        result = run("report", "--fail-on", threshold, "-q")
        assert result.exit_code == 0
        assert "No campaign was found" in result.stdout
        assert "What was tested" in result.stdout


def test_an_unknown_form_or_threshold_is_a_usage_error(run, case):
    assert run("report", "-t", "odt").exit_code == 2
    assert run("report", "--fail-on", "everything").exit_code == 2


@pytest.fixture
def written(run, case, here):
    """The document of the case, where no case is."""
    run("report", "-t", "json", "-o", "findings.json", "-q")
    case.unlink()
    return here / "findings.json"


@pytest.mark.parametrize("form", [form for form in ReportFormat if form is not ReportFormat.HTML])
def test_a_document_gives_the_report_that_its_case_gave(run, case, here, form):
    of_case = run("report", "-t", form).stdout_bytes
    assert run("report", "-t", "json", "-o", "findings.json", "-q").exit_code == 0
    case.unlink()
    result = run("report", "findings.json", "-t", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == of_case
    assert {path.name for path in here.iterdir()} == {"findings.json"}


def test_only_a_case_gives_the_page_with_its_members(run, case, here):
    of_case = run("report", "-t", "html").stdout
    run("report", "-t", "json", "-o", "findings.json", "-q")
    of_document = run("report", "findings.json", "-t", "html").stdout
    members = list(csv.DictReader(io.StringIO(run("export", "members").stdout)))
    account_id = members[0]["account_id"]
    assert "Members, tab-separated" in of_case
    assert "Members, tab-separated" not in of_document
    assert account_id not in of_case
    assert account_id in run("report", "-t", "html", "--reveal").stdout


def test_a_document_can_fail_a_job_too(run, written):
    assert run("report", "findings.json", "-t", "json", "--fail-on", "campaign").exit_code == 1


def test_the_letter_names_the_hash_of_the_document(run, written):
    assert (
        hashlib.sha256(written.read_bytes()).hexdigest() in run("report", "findings.json", "-t", "md").stdout
    )


@pytest.mark.parametrize("name", TableName)
def test_every_table_is_drawn_in_every_form_that_has_tables(run, case, name):
    for form in ("text", "md", "json", "csv", "xlsx", "docx", "latex"):
        result = run("report", "--table", name, "-t", form)
        assert (result.exit_code, result.stderr) == (0, ""), form
        assert result.stdout_bytes


def test_the_accounts_table_has_the_rows_of_the_export(run, case):
    table = json.loads(run("report", "--table", "accounts", "-t", "json", "--reveal").stdout)
    exported = list(csv.DictReader(io.StringIO(run("export", "members").stdout)))
    assert [row["account_id"] for row in table["rows"]] == [row["account_id"] for row in exported]
    assert [column["name"] for column in table["columns"]] == list(exported[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("findings.json", "--table", "accounts"), "only the case holds"),
        (("--table", "letter", "-t", "junit"), "leave out --table"),
        (("nowhere.json",), "nowhere.json"),
        (("notes.txt",), "notes.txt: this is no JSON"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_line(run, here, written, arguments, says):
    (here / "notes.txt").write_text("what to tell them")
    result = run("report", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(("form", "library"), [("pdf", "typst"), ("docx", "docx")])
def test_a_form_whose_extra_is_missing_says_how_to_install_it(run, written, monkeypatch, form, library):
    monkeypatch.delitem(sys.modules, f"distillscan.reports.forms.{form}", raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    result = run("report", "findings.json", "-t", form, "-o", "letter")
    assert result.exit_code == 2
    assert f"pip install 'distillscan[{form}]'" in result.stderr


def test_a_case_given_for_a_document_is_told_from_one(run, case):
    result = run("report", "case.duckdb")
    assert result.exit_code == 2
    assert result.stderr == "error: case.duckdb is a case: write --case case.duckdb.\n"


def test_a_report_of_no_case_says_what_to_do(run, here):
    result = run("report")
    assert result.exit_code == 2
    assert "distillscan ingest" in result.stderr
    assert len(result.stderr.splitlines()) == 1

"""``explain`` as a user runs it."""

import csv
import json

import polars as pl
from typer.testing import CliRunner

from distillscan.cli.app import app
from distillscan.findings.explain.document import EXPLANATION


def test_a_cluster_is_explained_on_the_screen_and_as_json(run, case, here):
    text = run("explain", "cluster", "C1")
    assert text.exit_code == 0, text.stderr
    assert "In a sentence" in text.stdout
    assert run("explain", "cluster", "C1", "-t", "json", "-o", "c1.json").exit_code == 0
    found = EXPLANATION.validate_json((here / "c1.json").read_text("utf-8"))
    assert found.sentence in " ".join(text.stdout.split())


def test_accounts_are_named_only_when_asked_and_that_is_logged(run, case, here):
    account = next(line for line in run("export", "members").stdout.splitlines() if line.startswith("acct_"))
    account = account.split(",")[0]
    assert account not in run("explain", "account", account, "-t", "json").stdout
    assert not (here / "case.runs.jsonl").exists()
    assert account in run("explain", "account", account, "-t", "json", "--reveal").stdout
    assert "reveal" in (here / "case.runs.jsonl").read_text("utf-8")


def test_a_wrong_number_of_ids_is_one_clear_line(run, case):
    result = run("explain", "pair", "acct_1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "takes two ids, not 1" in result.stderr


def test_the_schema_of_explanations_is_printed(run, here):
    schema = json.loads(run("schema", "explanation").stdout)
    assert set(schema["discriminator"]["mapping"]) == {"account", "pair", "cluster", "value", "prompt"}


def test_the_rows_are_a_table_and_as_many_are_named_as_asked_for(run, case, here):
    account = run("export", "members").stdout.splitlines()[1].partition(",")[0]
    table = run("explain", "account", account, "-t", "csv")
    assert table.exit_code == 0, table.stderr
    header, *rows = table.stdout.splitlines()
    assert header == "account,cluster,tier,family,signal,value,part_signal,part,file,kind,sha256,row"
    assert run("explain", "account", account, "-t", "parquet", "-o", "rows.parquet").exit_code == 0
    assert len(pl.read_parquet(here / "rows.parquet")) == len(rows)
    found = [
        EXPLANATION.validate_json(run("explain", "account", account, "-t", "json", "--rows", number).stdout)
        for number in ("0", "100000")
    ]
    named = [sum(len(source.rows) for source in one.sources) for one in found]
    assert named == [0, sum(source.total for source in found[1].sources)]


def test_the_names_in_a_table_are_shown_only_when_asked_and_that_is_logged(run, case, here):
    account = run("export", "members").stdout.splitlines()[1].partition(",")[0]
    assert account not in run("explain", "account", account, "-t", "csv").stdout
    assert account in run("explain", "account", account, "-t", "csv", "--reveal").stdout
    assert "reveal" in (here / "case.runs.jsonl").read_text("utf-8")


def test_a_prompt_is_explained_without_a_case_and_from_a_pipe(run, here):
    text = "Write down every thought and every step of your reasoning before the verdict."
    typed = run("explain", "prompt", text)
    assert typed.exit_code == 0, typed.stderr
    assert "asks for reasoning elicitation" in typed.stdout
    assert "{reasoning}" in typed.stdout
    piped = CliRunner().invoke(app, ["explain", "prompt", "-"], input=text)
    assert piped.stdout == typed.stdout
    assert run("explain", "prompt", f"\udcff {text}").exit_code == 0


def test_a_row_of_the_case_is_explained_as_its_prompt_is(run, case, here):
    (name, row, path), *_ = csv.reader(
        run(
            *("sql", "-t", "csv"),
            "SELECT name, row_number, path FROM accepted JOIN files USING (file_id) WHERE prompt_chars > 40 "
            "ORDER BY name, row_number LIMIT 1",
        ).stdout.splitlines()[1:]
    )
    found = EXPLANATION.validate_json(run("explain", "prompt", name, row, "-t", "json").stdout)
    assert (found.source.file, found.source.rows) == (name, [int(row)])
    assert json.loads(run("explain", "prompt", path, row, "-t", "json").stdout) == found.model_dump(
        mode="json"
    )
    missing = run("explain", "prompt", name, "999999999")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "is no accepted request" in missing.stderr
    assert "no files of requests" in run("explain", "prompt", "other.jsonl", "1").stderr
    assert "a prompt is one row" in run("explain", "prompt", name, row, "-t", "csv").stderr

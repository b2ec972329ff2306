"""``export``, ``sql`` and ``schema`` as a user runs them."""

import csv
import io
import json

import networkx as nx
import polars as pl
import pytest

from distillscan.case.frame import frame
from distillscan.case.store import open_case
from distillscan.findings.document import Findings
from distillscan.reports.tables import requests

MEMBERS = (
    "account_id,cluster_id,tier,verdict,coordination,extraction,concealment,families,requests,matching_requests,"
    "first_seen,last_seen"
)


def test_members_have_the_fixed_columns_and_the_counts_of_the_report(run, case):
    text = run("export", "members").stdout
    assert text.splitlines()[0] == MEMBERS
    rows = list(csv.DictReader(io.StringIO(text)))
    for cluster in Findings.model_validate_json(run("report", "-t", "json").stdout).clusters:
        core = [row for row in rows if row["cluster_id"] == cluster.cluster_id and row["tier"] == "core"]
        assert len(core) == cluster.accounts.core
        assert sum(int(row["requests"]) for row in core) == cluster.requests.members_core


def test_members_in_every_form_are_the_same_table(run, case, here):
    assert run("export", "members", "-t", "parquet", "-o", "members.parquet").exit_code == 0
    exact = pl.read_parquet(here / "members.parquet")
    lines = [json.loads(line) for line in run("export", "members", "-t", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(run("export", "members").stdout)))
    accounts = exact["account_id"].to_list()
    assert accounts == [line["account_id"] for line in lines] == [row["account_id"] for row in rows]
    assert lines[0]["first_seen"] == rows[0]["first_seen"]


@pytest.mark.parametrize("name", ["clusters", "timeline", "exculpatory", "sensitivity", "templates", "links"])
def test_a_table_is_the_same_exported_and_reported(run, case, name):
    assert run("export", name).stdout == run("report", "--table", name, "-t", "csv").stdout


def test_requests_are_those_that_the_report_counts_and_lead_back_to_the_log(run, case, here):
    assert run("export", "requests", "--reveal", "-o", "requests.parquet").exit_code == 0
    rows = pl.read_parquet(here / "requests.parquet")
    for cluster in Findings.model_validate_json(run("report", "-t", "json").stdout).clusters:
        core = rows.filter(pl.col("tier") == "core", cluster_id=cluster.cluster_id)
        assert (len(core), core["account_id"].n_unique()) == (
            cluster.requests.members_core,
            cluster.accounts.core,
        )
        assert core["matching"].sum() == cluster.requests.matching_core
    with open_case(case, create=False) as opened:
        log = frame(
            opened.connection,
            "SELECT sha256, row_number AS row, account_id, ts AS timestamp, model "
            "FROM accepted JOIN files USING (file_id)",
        )
    assert len(rows.join(log, on=log.columns, nulls_equal=True)) == len(rows)


def test_requests_in_every_form_are_the_same_table(run, case, here, monkeypatch):
    monkeypatch.setattr(requests, "_ROWS", 100)
    assert run("export", "requests", "-o", "requests.parquet").exit_code == 0
    exact = pl.read_parquet(here / "requests.parquet")
    lines = [json.loads(line) for line in run("export", "requests", "-t", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(run("export", "requests").stdout)))
    assert len(exact) > 2 * 100
    assert exact["row"].to_list() == [line["row"] for line in lines] == [int(row["row"]) for row in rows]
    assert lines[0]["timestamp"] == rows[0]["timestamp"]
    assert all(row["account_id"].startswith("account-") for row in rows)


def test_links_are_a_table_and_a_graph(run, case):
    rows = list(csv.DictReader(io.StringIO(run("export", "links").stdout)))
    graph = nx.parse_graphml(run("export", "links", "-t", "graphml").stdout)
    assert rows
    assert graph.number_of_edges() == len(rows)
    names = nx.get_node_attributes(graph, "account_id")
    assert {frozenset((names[a], names[b])) for a, b in graph.edges} == {
        frozenset((row["account_a"], row["account_b"])) for row in rows
    }


def test_only_links_are_a_graph(run, case):
    result = run("export", "members", "-t", "graphml")
    assert result.exit_code == 2
    assert "export links" in result.stderr


def test_sql_answers_in_every_form(run, case, here):
    question = (
        "SELECT account_id, count(*) AS requests FROM accepted GROUP BY ALL ORDER BY account_id LIMIT 2"
    )
    rows = list(csv.DictReader(io.StringIO(run("sql", question, "-t", "csv").stdout)))
    lines = [json.loads(line) for line in run("sql", question, "-t", "jsonl").stdout.splitlines()]
    assert run("sql", question, "-o", "answer.parquet").exit_code == 0
    assert pl.read_parquet(here / "answer.parquet").to_dicts() == lines
    text = run("sql", question)
    assert len(rows) == len(lines) == 2
    for row, line in zip(rows, lines, strict=True):
        assert (row["account_id"], int(row["requests"])) == (line["account_id"], line["requests"])
        assert row["account_id"] in text.stdout
    assert text.stderr == ""


def test_the_difference_of_two_times_is_an_answer(run, case):
    question = "SELECT TIMESTAMP '2026-05-03 06:00' - TIMESTAMP '2026-05-01' AS \"a \"\" b\", 1 AS c"
    assert json.loads(run("sql", question, "-t", "jsonl").stdout) == {'a " b': "2 days 06:00:00", "c": 1}
    assert "2 days 06:00:00" in run("sql", question).stdout


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE requests",
        "INSERT INTO meta VALUES ('a', 'b')",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY meta TO 'leak.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT * FROM nowhere",
        "SELEC",
        "",
    ],
)
def test_sql_reads_the_case_and_nothing_else(run, case, here, statement):
    before = case.read_bytes()
    result = run("sql", statement)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in here.iterdir()] == ["case.duckdb"]
    assert case.read_bytes() == before


def test_schema_is_that_of_the_json_report(run, here):
    schema = json.loads(run("schema").stdout)
    assert set(schema["properties"]) == set(Findings.model_fields)

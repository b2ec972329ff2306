"""Rows of explanations: every figure that counts records is the number of rows that show it."""

import io
from dataclasses import replace

import polars as pl
import pytest

from distillscan.case.frame import frame, number
from distillscan.findings.explain import row_table
from distillscan.findings.explain.account import explain_account
from distillscan.findings.explain.cluster import explain_cluster
from distillscan.findings.explain.pair import explain_pair
from distillscan.findings.explain.row_table import rows_of_accounts, rows_of_cluster, rows_of_value
from distillscan.findings.explain.rows import lay_out_records, lay_out_values
from distillscan.findings.explain.value import explain_value
from distillscan.reports.row_table import write_csv, write_parquet


@pytest.fixture(scope="module")
def shown(question):
    """How many rows show each value to each account, beside the uses that the scan counted."""
    lay_out_records(question.connection, "SELECT account FROM account", {})
    rows = lay_out_values(question.connection, "SELECT account, value FROM incidence", {})
    return frame(
        question.connection,
        f"""
        SELECT signal, i.n AS uses, COUNT(DISTINCT (file_id, row_number)) AS rows, COUNT(row_number) AS parts,
               bool_or(i.value IN (SELECT bundle FROM bundle_value)) AS bundle
        FROM incidence i JOIN shared_value USING (value) LEFT JOIN ({rows}) USING (account, value)
        GROUP BY i.account, i.value, signal, i.n
        """,
    )


def test_every_use_of_every_value_is_a_row_that_is_found_again(shown):
    own = shown.filter(~pl.col("bundle") & ~pl.col("signal").is_in(["onset_hour", "stop_hour"]))
    assert {"template", "insert", "system", "ip_block", "ip", "card"} <= set(own["signal"])
    assert own.filter(pl.col("uses") != pl.col("rows")).is_empty()


def test_the_uses_of_a_bundle_are_those_of_its_values_and_an_edge_is_one_row(shown):
    contents = shown.filter(pl.col("signal") == "content_bundle")
    assert len(contents)
    assert contents.filter(pl.col("uses") != pl.col("parts")).is_empty()
    edges = shown.filter(pl.col("signal").is_in(["onset_hour", "stop_hour"]))
    assert edges["rows"].min() == 1
    assert edges.filter(pl.col("rows") > pl.col("uses")).is_empty()


def named(sources):
    return [(source.sha256, row) for source in sources for row in source.rows]


def test_as_many_rows_are_named_as_asked_for_and_all_are_counted(question, core):
    few = explain_account(replace(question, listed=2), core[0])
    every = explain_account(replace(question, listed=10_000), core[0])
    pairs = zip(few.families, every.families, strict=True)
    for one, other in (pair for a, b in pairs for pair in zip(a.values, b.values, strict=True)):
        assert one.rows == other.rows == sum(source.total for source in one.sources)
        assert named(one.sources) == named(other.sources)[:2]
        assert len(named(other.sources)) == other.rows


def test_the_rows_of_an_account_are_its_own(question, core):
    found = explain_account(replace(question, listed=10_000), core[0])
    assert sum(source.total for source in found.sources if source.kind == "requests") == found.requests
    for value in (value for family in found.families for value in family.values):
        for source in value.sources:
            table = "accepted" if source.kind == "requests" else "accounts"
            owners = question.connection.execute(
                f"SELECT DISTINCT account_id FROM {table} JOIN files USING (file_id) "
                "WHERE sha256 = ? AND row_number IN (SELECT unnest(?))",
                [source.sha256, source.rows],
            ).fetchall()
            assert owners == [(core[0],)]


def test_a_pair_and_a_value_count_their_rows_too(question, core):
    pair = explain_pair(question, core[0], core[1])
    for value in (value for family in pair.families for value in family.values):
        assert (value.rows_a > 0) == (value.held_by in {"a", "both"})
        assert (value.rows_b > 0) == (value.held_by in {"b", "both"})
    template = explain_account(question, core[0]).families
    held = next(value for family in template for value in family.values if value.signal == "template")
    found = explain_value(question, held.pseudonym)
    assert [holder.rows for holder in found.first_holders] == [holder.times for holder in found.first_holders]


def as_frame(table):
    file = io.BytesIO()
    write_parquet(table, file)
    return pl.read_parquet(file.getvalue())


def test_the_table_of_a_value_has_every_row_of_every_holder(question, ids):
    (content,) = ids(
        "SELECT content FROM shared_value WHERE signal = 'template' ORDER BY holders DESC, content LIMIT 1"
    )
    found = explain_value(question, f"template={content}")
    rows = as_frame(rows_of_value(question, f"template={content}", reveal=False))
    assert rows["account"].n_unique() == found.holders
    assert len(rows) == found.times
    assert rows.select("sha256", "row").is_unique().all()


def test_the_table_of_an_account_has_the_rows_behind_all_its_figures(question, core):
    found = explain_account(replace(question, listed=10_000), core[0])
    rows = as_frame(rows_of_accounts(question, core[0], reveal=False))
    requests = rows.filter(pl.col("value").is_null() & (pl.col("kind") == "requests"))
    assert len(requests) == found.requests
    for value in (value for family in found.families for value in family.values):
        own = rows.filter((pl.col("signal") == value.signal) & (pl.col("value") == value.pseudonym))
        assert set(own.select("sha256", "row").iter_rows()) == set(named(value.sources))


def test_the_table_of_a_cluster_gives_who_holds_what_inside_and_outside(question):
    cluster = question.findings.clusters[0]
    rows = as_frame(rows_of_cluster(question, "C1", reveal=False))
    core = (pl.col("cluster") == cluster.cluster_id) & (pl.col("tier") == "core")
    requests = rows.filter(core & pl.col("value").is_null() & (pl.col("kind") == "requests"))
    assert len(requests) == cluster.requests.members_core
    for family in explain_cluster(question, "C1").families:
        holds = rows.filter(pl.col("family") == family.family)
        inside = holds.filter(core)["account"].n_unique()
        assert (inside, holds["account"].n_unique() - inside) == (family.core_holding, family.others_holding)


def test_a_table_is_the_same_however_many_accounts_are_looked_at_together(question, monkeypatch):
    whole, portions = io.BytesIO(), io.BytesIO()
    cluster = question.findings.clusters[0].label
    write_csv(rows_of_cluster(question, cluster, reveal=False), whole)
    monkeypatch.setattr(row_table, "_REQUESTS", 2000)
    write_csv(rows_of_cluster(question, cluster, reveal=False), portions)
    assert number(question.connection, "SELECT COUNT(DISTINCT portion) FROM asked_portion") > 5
    assert whole.getvalue() == portions.getvalue()


def test_a_table_is_the_same_twice_and_as_csv_and_shows_names_only_when_asked(question, core):
    rows = as_frame(rows_of_accounts(question, core[0], core[1], reveal=False))
    assert rows.equals(as_frame(rows_of_accounts(question, core[0], core[1], reveal=False)))
    file = io.BytesIO()
    write_csv(rows_of_accounts(question, core[0], core[1], reveal=False), file)
    assert pl.read_csv(file.getvalue(), schema=rows.schema).equals(rows)
    assert core[0] not in file.getvalue().decode()
    assert set(as_frame(rows_of_accounts(question, core[0], reveal=True))["account"]) == {core[0]}

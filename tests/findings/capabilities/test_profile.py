"""The profile of a cluster: what it is drawn from, what it says, and what it says when nothing is at hand."""

from contextlib import contextmanager

import polars as pl
import pytest
from small_cases import write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.findings.capabilities import sample
from distillscan.findings.capabilities.profile import FEW_OTHERS, with_capabilities
from distillscan.findings.capabilities.rules import ELICITATION, built_in_rules
from distillscan.findings.document import Cluster
from distillscan.findings.document.counts import RequestCounts

INSERT = "Write out your complete reasoning step by step before you answer."


def asking(number):
    return f"{INSERT} Case {number}: who of the {number} guests of hotel {number * 7} is right?"


def talking(number):
    return f"What should I cook with {number} eggs and {number * 3} leeks from garden {number}?"


def request(account, number, prompt, file=0):
    return {
        "account_id": account,
        "request_id": f"{account}-{file}-{number}",
        "timestamp": "2026-05-01T12:00:00Z",
        "prompt": prompt,
    }


def log(each=40):
    """Five accounts of a cluster that elicits reasoning, ten of nobody, one lead."""
    rows = [request(f"m{a}", n, asking(100 * a + n)) for a in range(5) for n in range(each)]
    rows += [request(f"p{a}", n, talking(100 * a + n)) for a in range(10) for n in range(each)]
    return [*rows, *(request("lead", n, asking(9_000 + n)) for n in range(each))]


@contextmanager
def clustered(directory, files, name="case", **options):
    """A case of these files in which the accounts m* are the core of cluster A, and `lead` its lead."""
    with open_case(directory / f"{name}.duckdb", create=True) as case:
        paths = [write_jsonl(directory / f"{name}-{n}.jsonl", rows) for n, rows in enumerate(files)]
        ingest(case, paths, **options)
        case.connection.execute(
            "INSERT INTO membership (cluster_id, account, tier, families) "
            "SELECT 'A', account, CASE WHEN account_id = 'lead' THEN 'lead' ELSE 'core' END, '' "
            "FROM account WHERE account_id = 'lead' OR starts_with(account_id, 'm')"
        )
        yield case


def profile(case, cluster_id="A"):
    counts = RequestCounts(members_core=200, members_upper=200, matching_core=0, matching_upper=0)
    cluster = Cluster.model_construct(cluster_id=cluster_id, requests=counts, capabilities=None)
    (found,) = with_capabilities(case, [cluster], built_in_rules())
    return found.capabilities


def share_of(found, name):
    return next(share for share in found.capabilities if share.capability == name)


def test_a_cluster_is_set_against_the_accounts_in_no_group(tmp_path):
    with clustered(tmp_path, [log()]) as case:
        found = profile(case)
    assert (found.sampled, found.accounts, found.background_sampled) == (200, 5, 400)
    share = share_of(found, ELICITATION)
    assert (share.requests, share.share, share.background, share.lift) == (200, 1.0, 0.0, None)
    assert share.low < share.share <= share.high
    assert share.background_high < share.low
    assert share.distinct
    assert found.other == 0
    assert (
        found.statement == f"More of its requests than elsewhere ask for {ELICITATION} (all, elsewhere none)."
    )
    assert "from the whole log" in found.note


def test_its_insert_is_quoted_with_who_carries_it(tmp_path):
    with clustered(tmp_path, [log()]) as case:
        (insert,) = profile(case).inserts
    assert insert.text.startswith(INSERT)
    assert (insert.requests, insert.accounts, insert.share, insert.background) == (200, 5, 1.0, 0.0)


def test_no_text_is_quoted_if_none_may_be_kept(tmp_path):
    with clustered(tmp_path, [log()], keep_text="none") as case:
        found = profile(case)
    assert found.inserts == []
    assert share_of(found, ELICITATION).share == 1


def test_what_others_do_alike_sets_nothing_apart(tmp_path):
    rows = [row | {"prompt": asking(n)} for n, row in enumerate(log())]
    with clustered(tmp_path, [rows]) as case:
        found = profile(case)
    assert share_of(found, ELICITATION).lift == 1
    assert not share_of(found, ELICITATION).distinct
    assert found.statement == "No kind of work sets its requests apart from the rest of the log."
    assert found.inserts == []


def test_a_rest_of_a_few_requests_is_no_background(tmp_path):
    rows = [row for row in log() if not row["account_id"].startswith("p")]
    with clustered(tmp_path, [rows + log()[200 : 200 + FEW_OTHERS - 1]]) as case:
        found = profile(case)
    share = share_of(found, ELICITATION)
    assert (share.background, share.lift, share.distinct) == (None, None, False)
    assert "too small a sample to compare with" in found.note
    assert found.statement == f"Its requests ask for {ELICITATION} (all)."


def test_an_export_that_is_gone_gives_a_reason_and_no_profile(tmp_path):
    with clustered(tmp_path, [log()]) as case:
        (tmp_path / "case-0.jsonl").unlink()
        found = profile(case)
    assert (found.sampled, found.capabilities, found.other, found.inserts) == (0, [], None, [])
    assert "None of the 200 prompts" in found.note
    assert found.statement == "What its requests ask for could not be judged."


def test_prompts_that_were_changed_in_the_export_are_not_judged(tmp_path):
    with clustered(tmp_path, [log()]) as case:
        path = tmp_path / "case-0.jsonl"
        path.write_text(path.read_text().replace("case 7:", "CASE 7:").replace("Case 107:", "Cake 107:"))
        found = profile(case)
    assert found.sampled == 199
    assert "1 prompt more could not be read again" in found.note


def test_kept_texts_are_judged_without_the_export(tmp_path):
    with clustered(tmp_path, [log()], keep_text="all") as case:
        (tmp_path / "case-0.jsonl").unlink()
        found = profile(case)
    assert share_of(found, ELICITATION).requests == 200
    assert "from the texts kept in the case" in found.note


def test_a_cluster_without_prompts_is_said_to_have_none(tmp_path):
    with clustered(tmp_path, [log()]) as case:
        found = profile(case, "B")
    assert found.note == "None of its requests with a prompt was among those sampled from the whole log."


def test_the_sample_is_bounded_and_the_same_whatever_the_order_of_files(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "OF_CLUSTER", 30)
    monkeypatch.setattr(sample, "OF_REST", 50)
    files = [[row for row in log() if row["account_id"][-1] in digits] for digits in ("0123d", "45678", "9")]
    drawn = []
    for name, parts in (("one", files), ("two", files[::-1])):
        with clustered(tmp_path, parts, name=name) as case:
            drawn.append(sample.draw(case, ["A"]))
    assert drawn[0].texts.equals(drawn[1].texts)
    assert dict(drawn[0].texts.group_by("cluster_id").len().iter_rows()) == {"A": 30, sample.REST: 50}


def test_of_many_files_some_are_read_and_each_cluster_has_its_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "FILES", 2)
    monkeypatch.setattr(sample, "ROWS", 20)
    files = [[request("p1", n, talking(100 * f + n), f) for n in range(20)] for f in range(9)]
    files.append([request("m1", n, asking(n), 9) for n in range(20)])
    with clustered(tmp_path, files) as case:
        found = sample.draw(case, ["A"])
    assert dict(found.texts.group_by("cluster_id").len().iter_rows()) == {"A": 10, sample.REST: 10}
    assert found.source == "from the first 10 rows of 2 of 10 files"


def test_many_clusters_share_what_may_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "OF_CLUSTERS", 40)
    with clustered(tmp_path, [log()]) as case:
        found = sample.draw(case, ["A", "B"])
    assert found.texts.filter(pl.col("cluster_id") == "A").height == 20


def test_long_prompts_are_cut_before_they_pile_up(tmp_path):
    rows = [request("m0", 0, "poem " + "x" * 50_000)]
    with clustered(tmp_path, [rows]) as case:
        (text,) = sample.draw(case, ["A"]).texts["text"]
    assert len(text) < 5_000


@pytest.mark.parametrize("clusters", [[], ["A"]])
def test_without_requests_in_groups_there_is_nothing_to_say(tmp_path, clusters):
    with clustered(tmp_path, [[request("p1", 1, None)]]) as case:
        assert sample.draw(case, clusters).texts.is_empty()
        assert with_capabilities(case, [], built_in_rules()) == []

"""A scan set against a truth that is known by hand."""

import polars as pl
import pytest

from distillscan.errors import LogError
from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.counts import TierCounts
from distillscan.reports.terminal import as_text
from distillscan.synthetic.evaluation import as_document, evaluate, read_table
from distillscan.synthetic.scoreboard import scoreboard

CLUSTERS = {"C1": ("campaign", "abcx"), "C2": ("organisation", "uv")}
TRUTH = pl.DataFrame({"account_id": list("abcd"), "campaign": ["owl"] * 4, "campaign_requests": [5] * 4})


@pytest.fixture
def found():
    """C1 holds three of four members and an innocent, whose tier is probable; C2 is a firm."""
    clusters = [
        Cluster.model_construct(
            label=label,
            cluster_id=label.lower(),
            verdict=verdict,
            accounts=TierCounts(core=len(ids) - (label == "C1"), probable=int(label == "C1"), lead=0),
        )
        for label, (verdict, ids) in CLUSTERS.items()
    ]
    rows = [
        {
            "account_id": account,
            "cluster_id": label.lower(),
            "tier": "probable" if account == "x" else "core",
            "verdict": verdict,
            "requests": 10,
            "matching_requests": 5,
        }
        for label, (verdict, ids) in CLUSTERS.items()
        for account in ids
    ]
    return pl.DataFrame(rows), Findings.model_construct(clusters=clusters)


def test_campaigns_alone_and_everything_reported_by_tier(found):
    result = evaluate(*found, TRUTH, None)
    by_scope = {(rating.clusters, rating.tiers): rating.score for rating in result.ratings}
    assert list(by_scope) == [
        ("campaign", "core"),
        ("campaign", "core + probable"),
        ("reported", "core"),
        ("reported", "core + probable"),
    ]
    assert by_scope["campaign", "core"].accounts.precision == 1
    assert by_scope["campaign", "core + probable"].accounts.precision == 3 / 4
    assert by_scope["reported", "core"].accounts.precision == 3 / 5
    assert {score.accounts.recall for score in by_scope.values()} == {3 / 4}
    assert by_scope["reported", "core"].false_campaigns == 1
    assert by_scope["campaign", "core"].matching_request_error == -0.25


def test_the_list_of_requests_decides_how_many_match(found):
    listed = pl.DataFrame({"request_id": [f"r{number}" for number in range(10)], "campaign": ["owl"] * 10})
    result = evaluate(*found, TRUTH, listed)
    assert result.ratings[0].score.matching_request_error == pytest.approx(0.5)


def test_each_cluster_is_named_by_what_it_truly_is(found):
    campaign, firm = evaluate(*found, TRUTH, None).matches
    assert (campaign.campaign, campaign.share, campaign.recall, campaign.upper) == ("owl", 1.0, 0.75, 4)
    assert (firm.campaign, firm.share, firm.recall) == (None, 1.0, None)


def test_table_and_document_show_the_same_figures(found):
    result = evaluate(*found, TRUTH, None)
    document = as_document(result)
    assert document["scores"][1]["accounts"] == {"precision": 0.75, "recall": 0.75, "f1": 0.75}
    assert document["clusters"][1]["campaign"] is None
    text = as_text(scoreboard(result), 100)
    assert "0.750 / 0.750" in text
    assert "-25.0 %" in text
    assert "innocent" in text


def test_truth_is_read_from_any_kind_of_table(tmp_path):
    TRUTH.write_csv(tmp_path / "t.csv")
    TRUTH.write_parquet(tmp_path / "t.parquet")
    TRUTH.write_ndjson(tmp_path / "t.jsonl")
    for name in ("t.csv", "t.parquet", "t.jsonl"):
        assert read_table(tmp_path / name, ("account_id", "campaign")).equals(TRUTH), name


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("t.csv", b"", "is empty"),
        ("t.csv", b"account,label\na,b\n", "no column account_id"),
        ("t.parquet", b"PAR", "no table of truth"),
        ("t.jsonl", b"{", "no table of truth"),
    ],
)
def test_what_is_no_truth_is_said_so(tmp_path, name, content, complaint):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LogError, match=complaint):
        read_table(tmp_path / name, ("account_id", "campaign"))

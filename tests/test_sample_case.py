"""The sample case from its files to its letter: what it must show, and that only the data decide it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from small_cases import read_log

from distillscan.case.store import open_case
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.reports.tables.members import members
from distillscan.synthetic.files import write_sample
from distillscan.synthetic.sample import build_sample

SAMPLE = Path(__file__).parent.parent / "sample_logs"


def analysed(directory, case_path, **options):
    with open_case(case_path, create=True, **options) as case:
        read_log(case, directory)
        findings = scan(case, settings=Settings())
        return findings, members(case.connection, findings)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return analysed(SAMPLE, tmp_path_factory.mktemp("sample") / "case.duckdb")


@pytest.fixture(scope="module")
def truth():
    return pl.read_csv(SAMPLE / "truth.csv")


def test_the_campaign_is_one_cluster_and_its_core_is_the_truth(sample, truth):
    findings, rows = sample
    campaigns = [cluster for cluster in findings.clusters if cluster.verdict == "campaign"]
    assert len(campaigns) == 1
    core = rows.filter((pl.col("cluster_id") == campaigns[0].cluster_id) & (pl.col("tier") == "core"))
    assert set(core["account_id"]) == set(truth["account_id"])


def test_its_counts_are_the_truth(sample, truth):
    campaign = sample[0].clusters[0]
    assert campaign.requests.members_core == truth["requests"].sum()
    assert campaign.requests.matching_core == pytest.approx(truth["campaign_requests"].sum(), rel=0.01)
    assert sum(day.requests for day in campaign.timeline) == campaign.requests.members_core
    assert f"{campaign.requests.members_core:,} requests" in campaign.sentence


def test_all_three_findings_hold_and_nothing_innocent_explains_it(sample):
    campaign = sample[0].clusters[0]
    grades = (campaign.coordination.grade, campaign.extraction.grade, campaign.concealment.grade)
    assert grades == ("high", "high", "high")
    assert {one.result for one in campaign.benign_explanations} == {"does not explain"}
    assert campaign.declared_identity is None
    assert {family.family for family in campaign.families} >= {"PAYMENT", "NETWORK", "CONTENT", "TIMING"}


def test_campus_and_company_are_organisations_and_nothing_else_is_reported(sample):
    verdicts = sorted((cluster.verdict, cluster.accounts.core) for cluster in sample[0].clusters)
    assert verdicts == [("campaign", 120), ("organisation", 60), ("organisation", 90)]


def test_templates_are_quoted_from_the_export(sample):
    for template in sample[0].clusters[0].templates:
        assert template.exemplar
        assert len(template.exemplar) <= 120
        assert template.distinct_prompts == template.requests


def test_the_ledger_is_exact(sample):
    ledger = sample[0].ledger
    assert ledger.read == ledger.accepted + ledger.duplicate + ledger.rejected == 27_089
    assert sample[0].population.requests == ledger.accepted


def test_nobody_outside_the_campaign_is_more_than_a_lead(sample, truth):
    findings, rows = sample
    firm = rows.filter((pl.col("cluster_id") == findings.clusters[0].cluster_id) & (pl.col("tier") != "lead"))
    assert set(firm["account_id"]) <= set(truth["account_id"])


def test_permuted_copies_of_the_log_hold_nothing(sample):
    tested = sample[0].tested
    assert (tested.permutations, tested.permuted_clusters) == (19, 0)
    assert sample[0].clusters[0].p_value == pytest.approx(0.05)


@pytest.mark.parametrize("seed", [1, 7])
def test_without_its_campaign_the_log_holds_none(tmp_path, seed):
    write_sample(build_sample(seed=seed, campaign=False), tmp_path / "logs")
    findings, _ = analysed(tmp_path / "logs", tmp_path / "case.duckdb")
    assert {cluster.verdict for cluster in findings.clusters} <= {"organisation"}
    assert findings.headline.startswith("No campaign was found.")


def shuffled_export(directory):
    """The same requests in three Parquet files, rows in another order; the accounts turned round."""
    paths = sorted((SAMPLE / "requests").iterdir())
    frames = [pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_ndjson(path) for path in paths]
    rows = pl.concat(frames, how="diagonal_relaxed").sample(fraction=1.0, shuffle=True, seed=5)
    (directory / "requests").mkdir(parents=True)
    for number, start in enumerate(range(0, len(rows), 10_000)):
        rows.slice(start, 10_000).write_parquet(directory / "requests" / f"{9 - number}.parquet")
    pl.read_csv(SAMPLE / "accounts.csv", infer_schema=False).reverse().write_csv(directory / "accounts.csv")


def printed(directory, case, threads, hash_seed):
    """What the commands print for an export, in a process of its own."""

    def run(*arguments):
        command = [Path(sys.executable).parent / "distillscan", *arguments, "--case", case]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    requests, accounts = str(directory / "requests"), str(directory / "accounts.csv")
    run("ingest", requests, "--accounts", accounts, "--threads", threads, "--quiet")
    document = json.loads(run("report", "-t", "json", "--threads", threads, "--quiet"))
    # the files themselves differ, and an exemplar's digits do with the row it is read from
    del document["inputs"]
    return (
        json.dumps(document),
        run("export", "members"),
        run("export", "clusters"),
        run("export", "links", "-t", "graphml"),
    )


def test_same_bytes_for_any_threads_hash_seed_file_order_and_row_order(tmp_path):
    shuffled_export(tmp_path / "shuffled")
    one = printed(SAMPLE, tmp_path / "one.duckdb", "1", "0")
    other = printed(tmp_path / "shuffled", tmp_path / "other.duckdb", "2", "4711")
    assert one == other

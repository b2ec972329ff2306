"""Bans, a release and the detection gap on an invented log whose truth is known."""

from datetime import timedelta

import polars as pl
import pytest
from small_cases import log_until, read_log

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.reports.tables.members import members
from distillscan.synthetic.behaviour import Behaviour
from distillscan.synthetic.exports import prepare, write_log
from distillscan.synthetic.scenarios import Scenario
from distillscan.synthetic.world import EVENTS, parts_of, size_of

#: A quarter of the accounts is banned on day 26 and replaced the day after; the work moves to a new model.
SCENARIO = Scenario(
    "bans and a release", (Behaviour("hydra", replaced=0.3, pivot=True, mail="none", work=(0.4, 1.0)),), 0.1
)


def scanned(directory, *, until=None):
    """The result over the log as it was at the end of a day, and its members."""
    known = directory / f"until-{until}"
    log_until(directory, until, known)
    with open_case(known / "case.duckdb", create=True) as case:
        read_log(case, known)
        ingest(case, [directory / "events.csv"], kind="events")
        findings = scan(case, settings=Settings(permutations=0))
        pseudonyms = Pseudonyms(case.connection)
        return findings, members(case.connection, findings), pseudonyms


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    directory = tmp_path_factory.mktemp("simulated")
    prepare(directory, force=False)
    write_log(
        parts_of(SCENARIO, size_of(SCENARIO, 1_000, 12_000, None), 3), directory, "parquet", events=EVENTS
    )
    return directory


@pytest.fixture(scope="module")
def result(log):
    return scanned(log)


@pytest.fixture(scope="module")
def campaign(result):
    (found,) = [cluster for cluster in result[0].clusters if cluster.verdict == "campaign"]
    return found


def test_the_successors_are_the_true_ones(log, result, campaign):
    truth = pl.read_csv(log / "truth.csv", infer_schema=False)
    known = pl.read_csv(log / "accounts.csv", infer_schema=False).join(truth, on="account_id")
    banned = known.filter(status="banned")
    found = campaign.chronology.succession
    assert found.banned == found.succeeded == len(banned)
    assert found.expected < 0.2 * found.banned
    assert found.p_value == pytest.approx(1 / (1 + found.moves), abs=1e-4)
    assert 0.5 < found.median_lag_days < 1.0
    card = {
        result[2].of("account", account): card
        for account, card in known.select("account_id", "payment_fingerprint").iter_rows()
    }
    assert all(card[pair.banned] == card[pair.successor] for pair in found.pairs)


def test_the_work_moves_to_the_new_model_within_a_day(campaign):
    (move,) = campaign.chronology.releases
    assert move.first_day_share < 0.1
    assert move.second_day_share > 0.7 > 2 * move.second_day_rest


def test_requests_by_hour_add_up_to_the_log(result, campaign):
    hours = campaign.chronology.rhythm
    assert sum(hours.core) == campaign.requests.members_core
    assert sum(hours.core) + sum(hours.rest) == result[0].population.requests
    assert sum(day.requests for day in result[0].days) == result[0].population.requests


def test_a_campaign_that_works_round_the_clock_is_flat(campaign):
    assert campaign.chronology.rhythm.flatness > 0.8


def test_the_gap_is_when_the_log_of_that_day_gives_the_cluster_first(log, result, campaign):
    gap = campaign.chronology.detection
    core = set(result[1].filter(cluster_id=campaign.cluster_id, tier="core")["account_id"])
    assert gap.exact
    assert gap.not_found_on == gap.found_on - timedelta(1)

    def found(day):
        rows = scanned(log, until=day)[1].filter(tier="core").group_by("cluster_id").agg("account_id")
        return max((len(core.intersection(accounts)) for accounts in rows["account_id"]), default=0)

    assert found(gap.found_on) == gap.core_accounts >= 10
    assert found(gap.not_found_on) < 10


def test_what_had_gone_by_then_is_counted_in_the_log(log, result, campaign):
    gap = campaign.chronology.detection
    core = result[1].filter(cluster_id=campaign.cluster_id, tier="core")
    sent = pl.read_parquet(log / "requests" / "*.parquet").join(core, on="account_id", how="semi")
    gone = sent.filter(pl.col("timestamp").cast(pl.Date) <= gap.found_on)
    assert gap.requests == len(gone)
    assert gap.share == pytest.approx(len(gone) / len(sent), abs=1e-4)

"""What a log is taken to have held at the end of an earlier day."""

from datetime import date

import numpy as np
import pytest
from clustered import clustered, request
from known_logs import Log

from distillscan.association.levels import Levels
from distillscan.findings.document import Cluster
from distillscan.findings.settings import Settings
from distillscan.findings.when.chronology import detection_gaps
from distillscan.findings.when.replay import History, core_at, load_history
from distillscan.findings.when.timeline import lay_out

FIRST = (date(2026, 5, 1) - date(1970, 1, 1)).days


@pytest.fixture
def history(tmp_path):
    """Two accounts that begin on days 2 and 5, with a card, an address, an hour of stopping and a bundle."""
    log = [request("a", 2), request("a", 9), request("b", 5), request("b", 9), request("other", 0)]
    held = [
        ("PAYMENT", "card", "card", ["a", "b"], -30, -30),
        ("NETWORK", "ip", "192.0.2.1", ["a", "b"], 7, 9),
        ("TIMING", "stop_hour", "then", ["a", "b"], 9, 9),
        ("NETWORK", "network_bundle", "bundle", ["a", "b"], 7, 9),
    ]
    with clustered(tmp_path, log, {}, held) as connection:
        connection.execute("INSERT INTO bundle_value VALUES (3, 1)")
        lay_out(connection)
        yield load_history(connection, np.full(3, -1, np.int32))


def test_a_value_is_known_from_its_first_use_and_never_before_the_account(history):
    assert (history.account_day - FIRST).tolist() == [2, 5, 0]
    known = list(zip(history.incidence.value.tolist(), (history.entry_day - FIRST).tolist(), strict=True))
    assert [day for value, day in known if value == 0] == [2, 5]
    assert [day for value, day in known if value == 1] == [7, 7]


def test_that_an_account_has_stopped_is_known_a_day_later(history):
    stopped = history.incidence.value == 2
    assert (history.entry_day[stopped] - FIRST).tolist() == [10, 10]


def test_bundles_of_the_whole_log_are_left_out(history):
    assert 3 not in history.incidence.value.tolist()


def grown(days):
    """A log of people and a campaign of forty accounts, one of which begins on each day from ten on."""
    log = Log(400).people(besides=40).campaign(range(40))
    incidence, _ = log.incidence()
    account_day = np.zeros(400, dtype=np.int32)
    account_day[:40] = 10 + np.arange(40)
    entry_day = account_day[incidence.account]
    return core_at(History(incidence, entry_day, account_day), days, Levels(), 1)


def test_a_campaign_is_found_when_enough_of_it_is_there():
    assert (grown(12)[:40] >= 0).sum() <= 3
    late = grown(60)[:40]
    assert np.bincount(late[late >= 0]).max() >= 38


def test_accounts_that_were_not_there_yet_are_in_no_cluster():
    half = grown(34)
    assert (half[25:40] == -1).all()
    assert (half[:25] >= 0).sum() >= 20


def test_without_replays_there_is_no_gap(tmp_path):
    campaign = Cluster.model_construct(verdict="campaign", cluster_id="c")
    with clustered(tmp_path, [request("a", 0)], {"c": ["a"]}) as connection:
        assert detection_gaps(connection, [campaign], Settings(replays=0), np.empty(0, np.int32)) == {}

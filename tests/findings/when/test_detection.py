"""The search for the first day on which a cluster is found, on days that are told in the test."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distillscan.findings.document.when import DailyCount
from distillscan.findings.when.detection import Wanted, search

FIRST = date(2026, 5, 1)
DAY = (FIRST - date(1970, 1, 1)).days
CORE = np.arange(20)
MOST = 7


def wanted(days=45, core=CORE):
    """A cluster that is there from the first day on and sends a hundred requests on every day."""
    timeline = [DailyCount(day=FIRST + timedelta(n), requests=100, accounts=20) for n in range(days)]
    return Wanted(core, np.full(len(core), DAY), timeline)


class Log:
    """Twenty accounts of one cluster, found from some day on, and eighty others; counts its replays."""

    def __init__(self, found_from, strangers=0):
        self.found_from, self.strangers, self.replayed = found_from, strangers, []

    def core_at(self, day):
        self.replayed.append(day)
        cluster = np.full(100, -1, dtype=np.int32)
        cluster[50:70] = 3
        if day >= self.found_from:
            cluster[: 20 + self.strangers] = 1
        return cluster


def gap_of(log, days=45):
    return search({"c": wanted(days)}, log.core_at, DAY + days - 1, min_accounts=10, most=MOST)["c"]


@pytest.mark.parametrize("delay", [0, 1, 2, 3, 5, 12])
def test_the_day_and_the_day_before_are_the_answer(delay):
    gap = gap_of(Log(DAY + delay))
    assert gap.exact
    assert (gap.found_on, gap.not_found_on) == (FIRST + timedelta(delay), FIRST + timedelta(delay - 1))
    assert (gap.days, gap.requests, gap.core_accounts) == (delay + 1, 100 * (delay + 1), 20)
    assert gap.share == pytest.approx((delay + 1) / 45, abs=1e-4)
    assert f"{100 * (delay + 1):,} requests" in gap.statement


@given(st.integers(0, 399), st.integers(1, 400))
def test_whatever_the_day_it_lies_between_those_named_and_replays_are_bounded(delay, days):
    log = Log(DAY + min(delay, days - 1))
    gap = gap_of(log, days)
    assert len(log.replayed) == gap.replays <= MOST
    assert gap.not_found_on < FIRST + timedelta(min(delay, days - 1)) <= gap.found_on
    assert gap.exact == ((gap.found_on - gap.not_found_on).days == 1)
    assert ("or on a day after" in gap.statement) == (not gap.exact)


def test_a_cluster_found_at_once_takes_one_replay():
    log = Log(DAY)
    assert gap_of(log).replays == len(log.replayed) == 1


def test_before_enough_of_its_accounts_are_there_nothing_is_replayed():
    log = Log(0)
    late = Wanted(CORE, np.array([DAY] * 9 + [DAY + 30] * 11), wanted().timeline)
    gap = search({"c": late}, log.core_at, DAY + 44, min_accounts=10, most=MOST)["c"]
    assert gap.found_on == FIRST + timedelta(30)
    assert min(log.replayed) >= DAY + 30


def test_a_cluster_of_mostly_strangers_is_not_this_one():
    gap = gap_of(Log(DAY, strangers=25))
    assert gap.found_on == FIRST + timedelta(44)


def test_several_clusters_share_the_replays():
    log = Log(DAY + 4)
    both = {"a": wanted(), "b": wanted(core=np.arange(50, 70))}
    gaps = search(both, log.core_at, DAY + 44, min_accounts=10, most=MOST)
    assert gaps["a"].found_on == FIRST + timedelta(4)
    assert gaps["b"].found_on == FIRST
    assert len(log.replayed) <= MOST

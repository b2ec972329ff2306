"""One organisation at several sites: what tells its branches from cards and addresses that are dealt out."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from clustered import clustered, request
from findings.verdict.forty_accounts import finding

from distillscan.findings.shared.places import places_of
from distillscan.findings.shared.ties import binding_ties
from distillscan.findings.verdict import throwaway
from distillscan.findings.verdict.benign import Found, benign_explanations
from distillscan.findings.verdict.concealment import concealment
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.work import Beside, Work
from distillscan.signals.declared import declared

PLACES, EACH = 5, 8
ACCOUNTS = [f"a{n:02}" for n in range(PLACES * EACH)]


def dealt(step: int) -> list[list[str]]:
    """The accounts of each of ``PLACES`` values: in rows, or every ``step``-th."""
    return [[name for n, name in enumerate(ACCOUNTS) if n // step % PLACES == k] for k in range(PLACES)]


IN_ROWS, EVERY_FIFTH = dealt(EACH), dealt(1)


BY_DAY, NO_NIGHT = Work(hours=Beside(0.8, 0.8)), Work(hours=Beside(0.1, 0.8))


@contextmanager
def house(tmp_path, addresses, cards=(), accounts=()):
    """A case in which the accounts hold such addresses and cards, and what ties them."""
    held = [("NETWORK", "ip", f"192.0.2.{k}", names, 0, 9) for k, names in enumerate(addresses)]
    held += [("PAYMENT", "card", f"card {k}", names, 0, 9) for k, names in enumerate(cards)]
    requests = [request(name, day=1) for name in ACCOUNTS]
    with clustered(tmp_path, requests, {"c": ACCOUNTS}, held, accounts) as connection:
        declared(connection)
        throwaway.lay_out(connection)
        yield connection, binding_ties(connection, "c", len(ACCOUNTS))


def core_in(connection, ties, work=BY_DAY, families=()):
    places = places_of(connection, "c", len(ACCOUNTS), ties)
    return Core("c", len(ACCOUNTS), list(families), ties, work, places)


def result(tmp_path, addresses, cards=(), work=BY_DAY, concealed="low"):
    with house(tmp_path, addresses, cards) as (connection, ties):
        found = Found(core_in(connection, ties, work), None, finding("medium"), finding(concealed))
        [places] = [one for one in benign_explanations(connection, found) if "several sites" in one.name]
    return places.result


@pytest.mark.parametrize(
    "cards", [IN_ROWS, [ACCOUNTS], []], ids=["each its own card", "one card for all", "no card known"]
)
def test_branches_have_an_address_each_and_what_they_pay_with_goes_with_it(tmp_path, cards):
    assert result(tmp_path, IN_ROWS, cards) == "explains"


@pytest.mark.parametrize(
    ("addresses", "cards", "number", "apart"),
    [
        (IN_ROWS, IN_ROWS, PLACES, True),
        (IN_ROWS, EVERY_FIFTH, PLACES, False),
        ([ACCOUNTS, ACCOUNTS], (), 1, False),
        ([ACCOUNTS[:36], ACCOUNTS[36:]], (), 2, True),
        ([ACCOUNTS[:37], *EVERY_FIFTH], (), 4, False),
    ],
    ids=["branches", "cards cross", "one place", "a small branch", "a pool in a few networks"],
)
def test_places_are_apart_where_nothing_crosses_between_them(tmp_path, addresses, cards, number, apart):
    with house(tmp_path, addresses, cards) as (connection, ties):
        found = places_of(connection, "c", len(ACCOUNTS), ties)
    assert (found.number, found.apart) == (number, apart)


@pytest.mark.parametrize(
    "addresses", [[], [ACCOUNTS], dealt(1)[:3]], ids=["no address", "one address", "few of the core"]
)
def test_places_are_seen_by_several_addresses_of_nearly_all(tmp_path, addresses):
    with house(tmp_path, addresses, IN_ROWS) as (connection, ties):
        assert places_of(connection, "c", len(ACCOUNTS), ties) is None


def test_cards_of_classes_in_several_rooms_hide_nobody(tmp_path):
    with house(tmp_path, IN_ROWS, IN_ROWS) as (connection, ties):
        by_day, no_night = (
            concealment(connection, core_in(connection, ties, work, ["TIMING"]), None)
            for work in (BY_DAY, NO_NIGHT)
        )
    assert "own_doors" in [one.code for one in by_day.evidence]
    assert "spread_cards" in [one.code for one in no_night.evidence]


@pytest.mark.parametrize(
    ("cards", "spread", "a_day", "grade"),
    [
        (IN_ROWS, 0.6, 1, "low"),
        (EVERY_FIFTH, 0.6, 1, "high"),
        (IN_ROWS, 0.3, 1, "low"),
        (IN_ROWS, 0.2, 1, "high"),
        (IN_ROWS, 0.6, 10, "high"),
        (IN_ROWS, 0.6, 2, "high"),
    ],
    ids=[
        *("groups with a benchmark", "cards cross", "hotels with shifts", "as even as a machine's"),
        "opened at once",
        "opened by the card",
    ],
)
def test_who_has_machines_and_a_card_of_his_own_hides_nothing_by_night(tmp_path, cards, spread, a_day, grade):
    opened = [
        {"account_id": name, "created_at": str(date(2025, 1, 1) + timedelta(n // a_day))}
        for n, name in enumerate(ACCOUNTS)
    ]
    work = Work(hours=Beside(0.1, 0.8), load=Beside(spread, 0.8), rates=Beside(spread, 0.8))
    with house(tmp_path, IN_ROWS, cards, opened) as (connection, ties):
        # each request could have taken any of the addresses
        dealt_out = replace(ties.signals["ip"], by_chance=4.0)
        tied = replace(ties, signals=ties.signals | {"ip": dealt_out})
        found = concealment(connection, core_in(connection, tied, work), None)
    assert found.grade == grade


def test_a_place_may_have_several_addresses(tmp_path):
    assert result(tmp_path, IN_ROWS + IN_ROWS, IN_ROWS) == "explains"


def test_a_pool_that_all_use_is_no_several_places(tmp_path):
    assert result(tmp_path, [ACCOUNTS, ACCOUNTS, ACCOUNTS], IN_ROWS) == "does not explain"


def test_cards_that_cross_between_addresses_are_dealt_out(tmp_path):
    assert result(tmp_path, IN_ROWS, EVERY_FIFTH) == "does not explain"


def test_accounts_that_change_between_addresses_have_no_place(tmp_path):
    assert result(tmp_path, IN_ROWS + EVERY_FIFTH) == "does not explain"


@pytest.mark.parametrize(
    "seen", [{"work": NO_NIGHT}, {"concealed": "medium"}], ids=["no night", "something is hidden"]
)
def test_branches_have_a_night_and_hide_nothing(tmp_path, seen):
    assert result(tmp_path, IN_ROWS, IN_ROWS, **seen) == "does not explain"

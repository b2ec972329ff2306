"""Banned accounts and their successors, where the truth is in the test."""

import pytest
from clustered import at, clustered, request

from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.when.succession import successions
from distillscan.findings.when.timeline import lay_out

LOG = [request("stranger", day) for day in range(45)]


def account(name, created, banned=None, status=None):
    row = {"account_id": name, "created_at": at(created).isoformat() + "Z", "status": status}
    return row | ({} if banned is None else {"banned_at": at(banned).isoformat() + "Z"})


def works(name, first, last):
    return [request(name, day) for day in (first, last)]


def succession_of(tmp_path, requests, accounts, cards):
    """Cards are lists of accounts; all accounts are the core of one cluster."""
    held = [("PAYMENT", "card", f"card {n}", names, 0, 40) for n, names in enumerate(cards)]
    core = [row["account_id"] for row in accounts]
    with clustered(tmp_path, LOG + requests, {"c": core}, held, accounts) as connection:
        lay_out(connection)
        pseudonyms = Pseudonyms(connection)
        names = {pseudonyms.of("account", name): name for name in core}
        return successions(connection, pseudonyms).get("c"), names


def replaced(n, *, lag=1.0):
    """So many accounts that are banned on day 20, each with one that takes its card a while later."""
    accounts, requests, cards = [], [], []
    for i in range(n):
        accounts += [account(f"old{i}", 5 + i / 10, banned=20), account(f"new{i}", 20 + lag)]
        requests += works(f"old{i}", 6 + i / 10, 19) + works(f"new{i}", 21 + lag, 40)
        cards.append([f"old{i}", f"new{i}"])
    return requests, accounts, cards


def test_every_banned_account_has_the_successor_it_has(tmp_path):
    found, names = succession_of(tmp_path, *replaced(8))
    assert (found.banned, found.succeeded, found.expected) == (8, 8, 0.0)
    assert found.p_value == pytest.approx(1 / (1 + found.moves), abs=1e-4)
    assert found.median_lag_days == 1.0
    pairs = {(names[pair.banned], names[pair.successor]) for pair in found.pairs}
    assert pairs == {(f"old{i}", f"new{i}") for i in range(8)}
    assert all(pair.signals == ["card"] for pair in found.pairs)


def test_accounts_that_keep_appearing_are_no_successors_beyond_chance(tmp_path):
    accounts = [account("old", 0, banned=20), *(account(f"n{day}", day) for day in range(1, 44))]
    requests = [row for one in range(1, 44) for row in works(f"n{one}", one, 44)] + works("old", 0, 19)
    cards = [[row["account_id"] for row in accounts[:30]], [row["account_id"] for row in accounts[20:]]]
    found, _ = succession_of(tmp_path, requests, accounts, cards)
    assert (found.succeeded, found.banned) == (1, 1)
    assert found.expected > 0.4
    assert found.p_value > 0.4


def test_one_successor_takes_one_place(tmp_path):
    accounts = [account(f"old{i}", 5, banned=20) for i in range(5)] + [account("new", 21)]
    requests = [row for i in range(5) for row in works(f"old{i}", 6, 19)] + works("new", 22, 40)
    found, _ = succession_of(tmp_path, requests, accounts, [[row["account_id"] for row in accounts]])
    assert (found.banned, found.succeeded) == (5, 1)


@pytest.mark.parametrize("lag", [-2.0, 8.0])
def test_an_account_that_came_before_the_ban_or_weeks_after_is_no_successor(tmp_path, lag):
    found, _ = succession_of(tmp_path, *replaced(4, lag=lag))
    assert (found.banned, found.succeeded) == (4, 0)
    assert found.median_lag_days is None


def test_without_a_value_in_common_there_is_no_successor(tmp_path):
    requests, accounts, _ = replaced(4)
    found, _ = succession_of(tmp_path, requests, accounts, [["old0", "old1"], ["new0", "new1"]])
    assert found.succeeded == 0


def test_a_ban_without_a_date_is_taken_to_follow_the_last_request(tmp_path):
    accounts = [account("old", 5, status="Suspended"), account("new", 20.5)]
    requests = works("old", 6, 19) + works("new", 21, 40)
    found, _ = succession_of(tmp_path, requests, accounts, [["old", "new"]])
    assert (found.banned, found.succeeded, found.median_lag_days) == (1, 1, 1.5)


def test_a_cluster_without_a_ban_has_no_succession(tmp_path):
    accounts = [account("a", 5, status="active"), account("b", 20)]
    found, _ = succession_of(tmp_path, works("a", 6, 19) + works("b", 21, 40), accounts, [["a", "b"]])
    assert found is None


def test_in_a_log_of_days_the_bans_cannot_be_moved(tmp_path):
    rows = works("old", 0, 1) + works("new", 3, 4)
    held = [("PAYMENT", "card", "card", ["old", "new"], 0, 4)]
    accounts = [account("old", 0, banned=1.5), account("new", 3)]
    with clustered(tmp_path, rows, {"c": ["old", "new"]}, held, accounts) as connection:
        lay_out(connection)
        found = successions(connection, Pseudonyms(connection))["c"]
    assert (found.succeeded, found.expected, found.p_value, found.moves) == (1, None, None, 0)

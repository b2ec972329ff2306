"""Pools that replace each other, and pools that only turn over."""

from datetime import date

from clustered import clustered, request

from distillscan.findings.when.pools import pool_switches

CORE = [f"a{n}" for n in range(6)]
LOG = [request(name, day) for name in CORE for day in range(0, 45, 3)]


def address(name, first, last):
    return ("NETWORK", "ip", name, CORE[:3], first, last)


def switches(tmp_path, held, log=LOG):
    with clustered(tmp_path, log, {"c": CORE}, held) as connection:
        return pool_switches(connection).get("c", [])


def test_a_pool_that_gives_way_to_another_is_found_on_its_day(tmp_path):
    held = [address(f"old {n}", n % 3, 19) for n in range(12)]
    held += [address(f"new {n}", 20, 44) for n in range(9)]
    (found,) = switches(tmp_path, held)
    assert (found.family, found.day) == ("NETWORK", date(2026, 5, 21))
    assert (found.ended, found.begun, found.kept) == (12, 9, 0)
    assert "12 addresses gave way to 9 addresses; none is used before and after" in found.statement


def test_three_pools_are_two_switches(tmp_path):
    held = [address(f"{place} {n}", 15 * place, 15 * place + 14) for place in range(3) for n in range(10)]
    assert [one.day for one in switches(tmp_path, held)] == [date(2026, 5, 16), date(2026, 5, 31)]


def test_a_pool_that_turns_over_every_day_is_no_switch(tmp_path):
    held = [address(f"{day} {n}", day, day + 1) for day in range(44) for n in range(4)]
    assert switches(tmp_path, held) == []


def test_a_pool_that_stays_is_no_switch(tmp_path):
    assert switches(tmp_path, [address(str(n), n, 44 - n) for n in range(12)]) == []


def test_two_values_are_no_pool(tmp_path):
    held = [address("a", 0, 19), address("b", 0, 19), address("c", 20, 44), address("d", 20, 44)]
    assert switches(tmp_path, held) == []


def test_cards_are_in_use_while_those_who_pay_with_them_work(tmp_path):
    core = [f"{pool}{n}" for pool in "xy" for n in range(6)]
    log = [request(name, day) for name in core[:6] for day in range(0, 20)]
    log += [request(name, day) for name in core[6:] for day in range(20, 44)]
    cards = [("PAYMENT", "card", f"card {at}", core[at : at + 2], 0, 0) for at in range(0, 12, 2)]
    with clustered(tmp_path, log, {"c": core}, cards) as connection:
        (found,) = pool_switches(connection)["c"]
    assert (found.family, found.day, found.ended, found.begun) == ("PAYMENT", date(2026, 5, 21), 3, 3)

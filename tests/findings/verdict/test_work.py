"""Work that one machine hands out has no night and is dealt out evenly; people differ and sleep."""

import duckdb
import pytest

from distillscan.findings.verdict.work import Beside, Work, work_of


@pytest.mark.parametrize(
    ("hours", "load", "expected"),
    [
        ((0.1, 0.6), (0.1, 0.8), True),
        ((0.5, 0.6), (0.1, 0.8), False),
        ((0.1, 0.6), (0.4, 0.8), False),
        ((0.1, 0.6), (0.1, 0.1), False),
        ((0.1, 0.2), (0.1, 0.8), False),
        ((0.36, 0.6), (0.1, 0.8), True),
        ((0.37, 0.6), (0.1, 0.8), False),
        ((0.1, 0.3), (0.1, 0.8), True),
        ((0.1, 0.29), (0.1, 0.8), False),
        ((0.1, 0.6), (0.25, 0.8), True),
        ((0.1, 0.6), (0.26, 0.8), False),
        ((0.1, 0.6), (0.18, 0.3), True),
        ((0.1, 0.6), (0.19, 0.3), False),
    ],
)
def test_a_machine_has_no_night_and_deals_as_evenly_as_chance(hours, load, expected):
    """A machine; people of an office; customers; even loads, flat hours also elsewhere; and the limits."""
    assert Work(hours=Beside(*hours), load=Beside(*load)).is_dispatched is expected


@pytest.mark.parametrize(("outside", "others"), [(50, 0.5), (49, 0.9)], ids=["enough", "few"])
def test_the_background_is_who_is_in_no_core_unless_these_are_few(outside, others):
    """The core of another cluster is compared with only where hardly anybody is in none."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE account_profile AS SELECT CASE WHEN n < 10 THEN 'c' WHEN n < 300 THEN 'another' END "
        "AS cluster_id, 20 AS requests, 4 AS active_days, 2 AS templated, "
        "CASE WHEN n < 10 THEN 0.1 WHEN n < 300 THEN 0.9 ELSE 0.5 END::DOUBLE AS concentration "
        "FROM range(300 + ?) t(n)",
        [outside],
    )
    assert work_of(connection, "c").hours == Beside(0.1, others)

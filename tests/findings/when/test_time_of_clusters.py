"""Rhythm, releases and changes, on hours that are told in the test."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from distillscan.findings.document.when import DailyCount, Event
from distillscan.findings.when.changes import event_changes
from distillscan.findings.when.releases import release_moves
from distillscan.findings.when.rhythm import rhythm
from distillscan.findings.when.timeline import Release, Timeline

MONDAY = datetime(2026, 5, 4)


def hours(*rows):
    """Rows of (cluster, hour from Monday on, model, requests)."""
    return pl.DataFrame(
        [(cluster, MONDAY + timedelta(hours=hour), model, n) for cluster, hour, model, n in rows],
        schema={
            "cluster_id": pl.String,
            "hour": pl.Datetime("us"),
            "model": pl.String,
            "requests": pl.Int64,
        },
        orient="row",
    )


def timeline(table, events=(), releases=(), days=28):
    log = [DailyCount(day=MONDAY.date() + timedelta(n), requests=1, accounts=1) for n in range(days)]
    return Timeline(table, log, list(events), list(releases))


def test_round_the_clock_is_flat_and_office_hours_are_not():
    clock = [("c", hour, None, 10) for hour in range(168)]
    office = [(None, hour, None, 10) for hour in range(168) if 8 <= hour % 24 < 18]
    found = rhythm(hours(*clock, *office), "c")
    assert (found.flatness, found.rest_flatness) == (1.0, 0.0)
    assert found.core == [10] * 168
    assert sum(found.rest) == 10 * 70
    assert "round the clock" in found.statement


@pytest.mark.parametrize(
    ("by_night", "said"),
    [
        (0, "the rest of this log has a night."),
        (6, "has a weak night"),
        (9, "taken together"),
        (None, "work."),
    ],
)
def test_the_rest_has_a_night_only_where_it_is_much_quieter(by_night, said):
    rest = (
        []
        if by_night is None
        else [(None, hour, None, by_night if hour % 24 < 8 else 10) for hour in range(168)]
    )
    found = rhythm(hours(*[("c", hour, None, 10) for hour in range(168)], *rest), "c")
    assert said in found.statement
    assert by_night is not None or "the rest" not in found.statement


def test_a_night_is_found_across_midnight_and_half_a_night_counts_half():
    awake = [("c", hour, None, 10 if 4 <= hour % 24 < 20 else 5) for hour in range(168)]
    found = rhythm(hours(*awake), "c")
    assert found.flatness == pytest.approx(5 * 24 / (16 * 10 + 8 * 5), abs=1e-4)


def test_few_requests_say_nothing_of_hours():
    found = rhythm(hours(("c", 3, None, 239), (None, 3, None, 500)), "c")
    assert found.flatness is None
    assert found.rest_flatness == 0.0


def test_other_clusters_belong_to_the_rest():
    found = rhythm(hours(("c", 0, None, 1), ("d", 1, None, 2), (None, 2, None, 4)), "c")
    assert (found.core[:3], found.rest[:3]) == ([1, 0, 0], [0, 2, 4])


def test_what_moved_to_a_new_model_is_told_for_two_days_beside_the_rest():
    table = hours(
        *[("c", hour, "", 10) for hour in range(48)],
        *[("c", hour, "new", 30) for hour in range(24, 48)],
        *[(None, hour, "", 9) for hour in range(48)],
        *[(None, hour, "new", 1) for hour in range(48)],
        *[("c", hour, None, 99) for hour in range(48)],
    )
    release = Release("new", "event", MONDAY + timedelta(minutes=20))
    (move,) = release_moves(timeline(table, releases=[release]), "c")
    assert (move.first_day_requests, move.first_day_share, move.first_day_rest) == (240, 0.0, 0.1)
    assert (move.second_day_requests, move.second_day_share, move.second_day_rest) == (960, 0.75, 0.1)
    assert move.first_use == MONDAY + timedelta(hours=24)
    assert "75 %" in move.statement


def test_a_cluster_that_was_silent_at_the_release_has_no_move():
    table = hours(("c", 400, "", 10), (None, 0, "new", 5))
    assert release_moves(timeline(table, releases=[Release("new", "event", MONDAY)]), "c") == []


def test_without_an_event_nobody_says_that_a_model_was_released():
    table = hours(("c", 0, "new", 10), (None, 0, "new", 5))
    told, seen = (Release("new", source, MONDAY) for source in ("event", "first use in the log"))
    (of_event,), (of_log,) = (release_moves(timeline(table, releases=[one]), "c") for one in (told, seen))
    assert "after the release of new" in of_event.statement
    assert "release" not in of_log.statement


def by_day(cluster, counts):
    return [(cluster, 24 * day + 12, None, n) for day, n in enumerate(counts) if n]


def change_at(day, core, rest, days=28):
    event = Event(day=MONDAY.date() + timedelta(day), kind="policy", name="new terms")
    return event_changes(timeline(hours(*by_day("c", core), *by_day(None, rest)), [event], days=days), "c")


def test_a_halving_is_seen_with_an_interval_that_holds_it_and_leaves_out_no_change():
    (change,) = change_at(14, [100] * 14 + [0] + [50] * 13, [70] * 28)
    assert (change.days_before, change.days_after) == (7, 7)
    assert (change.before, change.after, change.ratio, change.rest_ratio) == (100.0, 50.0, 0.5, 1.0)
    assert change.low < 0.5 < change.high < 1.0
    assert change.low == pytest.approx(0.5 * np.exp(-1.96 * np.sqrt(1 / 700 + 1 / 350)), abs=1e-3)


def test_days_that_vary_widen_the_interval():
    (steady,) = change_at(14, [100] * 28, [1] * 28)
    (wild,) = change_at(14, [10, 190] * 14, [1] * 28)
    assert wild.high - wild.low > 3 * (steady.high - steady.low)


def test_an_interval_of_poisson_days_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        (change,) = change_at(7, random.poisson(40, 15), [1] * 15, days=15)
        held += change.low <= 1.0 <= change.high
    assert held >= 0.93 * 400


def test_a_cluster_that_stops_has_no_ratio():
    (change,) = change_at(14, [100] * 14, [70] * 28)
    assert (change.before, change.after, change.ratio, change.low) == (100.0, 0.0, None, None)


@pytest.mark.parametrize("day", [1, 26])
def test_an_event_at_the_edge_of_the_log_is_not_compared(day):
    assert change_at(day, [100] * 28, [70] * 28) == []


def test_an_event_before_the_cluster_or_after_it_is_not_its():
    assert change_at(5, [0] * 14 + [100] * 14, [70] * 28) == []
    assert change_at(20, [100] * 14, [70] * 28) == []


def test_a_release_is_no_change():
    event = Event(day=date(2026, 5, 18), kind="Model release", name="new")
    assert event_changes(timeline(hours(*by_day("c", [9] * 28)), [event]), "c") == []

"""What is read from the log and the events: days, hours, and which models were released."""

from datetime import date, datetime, timedelta

import pytest
from clustered import clustered, request

from distillscan.findings.document.when import DailyCount, Event
from distillscan.findings.when.timeline import lay_out


def event(day, kind, name):
    return ("events", (date(2026, 5, 1) + timedelta(day), kind, name))


def test_days_and_hours_count_every_request_once(tmp_path):
    log = [
        request("a", 0.0),
        request("a", 0.01),
        request("a", 1.5, model="m"),
        request("b", 0.02),
        request("b", 2.0),
    ]
    with clustered(tmp_path, log, {"c": ["a"]}) as connection:
        found = lay_out(connection)
    assert found.days == [
        DailyCount(day=date(2026, 5, 1), requests=3, accounts=2),
        DailyCount(day=date(2026, 5, 2), requests=1, accounts=1),
        DailyCount(day=date(2026, 5, 3), requests=1, accounts=1),
    ]
    assert set(found.hours.iter_rows()) == {
        ("c", datetime(2026, 5, 1), None, 2),
        ("c", datetime(2026, 5, 2, 12), "", 1),
        (None, datetime(2026, 5, 1), None, 1),
        (None, datetime(2026, 5, 3), None, 1),
    }


def test_an_event_that_is_given_twice_is_one(tmp_path):
    twice = [event(1, "policy", "new terms")] * 2
    with clustered(tmp_path, [request("a", 0)], {}, sidecars=twice) as connection:
        assert lay_out(connection).events == [Event(day=date(2026, 5, 2), kind="policy", name="new terms")]


def releases(tmp_path, requests, *events):
    with clustered(tmp_path, requests, {}, sidecars=events) as connection:
        return [(one.model, one.source, one.released) for one in lay_out(connection).releases]


OLD = [request("a", day / 10, model="old") for day in range(200)]


def test_a_model_that_is_first_used_in_the_log_was_released_then(tmp_path):
    new = [request("b", 9.25 + n, model="new") for n in range(9)]
    assert releases(tmp_path, OLD + new) == [("new", "first use in the log", datetime(2026, 5, 10, 6))]


def test_a_model_that_hardly_anybody_uses_was_not(tmp_path):
    assert releases(tmp_path, [*OLD, request("b", 9, model="rare")]) == []


def test_an_event_names_its_model_and_the_first_use_on_its_day_the_hour(tmp_path):
    rows = [*OLD, request("b", 9.25, model="Acme/New-3-20260509")]
    found = releases(tmp_path, rows, event(9, "Model release", "new-3"))
    assert found == [("Acme/New-3-20260509", "event", datetime(2026, 5, 10, 6))]


def test_without_a_use_on_that_day_the_release_is_at_midnight(tmp_path):
    rows = [*OLD, request("b", 11.25, model="new-3")]
    found = releases(tmp_path, rows, event(9, "model_release", "new-3"))
    assert found == [("new-3", "event", datetime(2026, 5, 10))]


@pytest.mark.parametrize("model", ["new-3.5", "new-31", "new-3-mini", "renew-3", "new"])
def test_a_name_within_another_name_is_not_meant(tmp_path, model):
    rows = [*OLD, request("b", 9.25, model=model)]
    assert releases(tmp_path, rows, event(9, "model_release", "new-3")) == []


def test_a_thousand_invented_models_make_no_more_hours(tmp_path):
    rows = [request("a", 0.001 * n / 100, model=f"m{n}") for n in range(100)]
    with clustered(tmp_path, rows, {}) as connection:
        assert len(lay_out(connection).hours) == 1

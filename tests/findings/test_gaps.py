"""What the log does not say is said."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from small_cases import case_of

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.findings.gaps import gap_notes

FULL = {"account_id": "a", "prompt": "why?", "client_ip": "203.0.113.7"}
FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"


@pytest.mark.parametrize(
    ("requests", "notes"),
    [
        ([FULL], []),
        ([FULL, FULL | {"prompt": ""}], ["Prompt text is missing in 50 % of requests: evidence"]),
        ([FULL | {"prompt": ""}], ["No request carries the text of its prompt"]),
        ([FULL, FULL | {"prompt": "[REDACTED]"}], ["Prompt text is missing in 50 %", "A mark stands"]),
        (
            [FULL | {"prompt": "begin [truncated]"}],
            ["The prompt was cut before it was exported in all"],
        ),
        (
            [FULL, FULL | {"client_ip": "203.0.113.x"}],
            [
                "The client's address is missing in 50 %",
                "The client's address is masked, and not used, in 50 %",
            ],
        ),
    ],
)
def test_missing_cut_and_masked_values_are_said_with_their_share(tmp_path, requests, notes):
    with case_of(tmp_path, requests) as case:
        found = gap_notes(case.connection)
    assert len(found) == len(notes)
    assert all(said.startswith(note) for said, note in zip(found, notes, strict=True))


def busy(hours, start=datetime(2026, 5, 1)):
    """Twenty requests in each of these hours."""
    times = [start + timedelta(hours=hour, minutes=3 * place) for hour in hours for place in range(20)]
    return [FULL | {"timestamp": time.isoformat()} for time in times]


def test_hours_without_a_request_are_remarked_in_a_busy_log(tmp_path):
    with case_of(tmp_path, busy([0, 1, 5, 6, 8])) as case:
        (note,) = gap_notes(case.connection)
    assert note.startswith("There is no request at all in 4 hours of the log, the longest time for 3 hours")
    assert "from 2026-05-01 02:00 to 2026-05-01 05:00 UTC" in note


def test_a_log_without_a_pause_or_with_few_requests_is_not_remarked(tmp_path):
    with case_of(tmp_path, busy([0, 1, 2])) as case:
        assert gap_notes(case.connection) == []
    with case_of(tmp_path, busy([0, 4])[::5], name="quiet") as case:
        assert gap_notes(case.connection) == []


def test_what_a_format_leaves_out_reaches_the_notes(tmp_path):
    with open_case(tmp_path / "case.duckdb", create=True) as case:
        ingest(case, [FIXTURES / "one-api" / "log.jsonl"], format_="auto")
        assert "Format one-api: No client address and no user agent." in gap_notes(case.connection)


def test_a_case_without_requests_has_no_gaps(tmp_path):
    with open_case(tmp_path / "case.duckdb", create=True) as case:
        assert gap_notes(case.connection) == []

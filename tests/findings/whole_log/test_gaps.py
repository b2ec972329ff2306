"""What the log does not say is said."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from small_cases import case_of, write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.findings.whole_log.gaps import gap_notes, mapping_notes

FULL = {"account_id": "a", "prompt": "why?", "client_ip": "203.0.113.7"}
FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats"


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
        ([FULL | {"sample_rate": 1}], []),
        (
            [FULL | {"sample_rate": 0.1}, FULL | {"sample_rate": 10}],
            ["The log is a sample by its own account (all requests carry a rate below 1): it holds 10 %"],
        ),
        (
            [FULL, FULL | {"sample_rate": 0.5}],
            ["The log is a sample by its own account (50 % of requests carry a rate below 1): it holds"],
        ),
        ([FULL | {"client_ip": "9f86d081884c7d65"}], ["The client's address is a digest in all requests"]),
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


def test_what_should_tell_requests_apart_and_does_not_is_said(tmp_path):
    with case_of(tmp_path, [FULL] * 20) as case:
        found = mapping_notes(case.connection)
    assert [note.split(":")[0] for note in found] == [
        "All requests are of one account",
        "All requests bear the same time, as that of an export would be",
        "All requests come from one address, as that of a proxy would be",
    ]
    other = {"account_id": "b", "client_ip": "203.0.113.8", "timestamp": "2026-05-01T00:00:01Z"}
    with case_of(tmp_path, [*[FULL] * 20, FULL | other], name="differing") as case:
        assert mapping_notes(case.connection) == []


def test_tables_that_name_no_account_of_the_log_are_said(tmp_path):
    card = {"payment_fingerprint": "card_1"}
    tables = [card | {"account_id": "00042"}, card | {"account_id": "00043"}]
    with case_of(tmp_path, [FULL | {"account_id": "42"}], tables) as case:
        (note,) = mapping_notes(case.connection)
    assert note.startswith("The accounts tables name 2 accounts, of which none sent a request")
    with case_of(tmp_path, [FULL | {"account_id": "42"}], [card | {"account_id": "42"}], name="same") as case:
        assert mapping_notes(case.connection) == []


def busy(hours, start=datetime(2026, 5, 1)):
    """Twenty requests in each of these hours."""
    times = [start + timedelta(hours=hour, minutes=3 * place) for hour in hours for place in range(20)]
    return [FULL | {"timestamp": time.isoformat()} for time in times]


def test_hours_without_a_request_are_remarked_in_a_busy_log(tmp_path):
    with case_of(tmp_path, busy([0, 1, 5, 6, 8])) as case:
        (note,) = gap_notes(case.connection)
    assert note.startswith(
        "There is no request at all in 4 hours of the log; the longest gap lasts 3 hours, from"
    )
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


def numbered(numbers, start=datetime(2026, 5, 1)):
    """A request a minute with each of these ids, one minute a number."""
    return [
        FULL | {"request_id": number, "timestamp": (start + timedelta(minutes=number)).isoformat()}
        for number in map(int, numbers)
    ]


def on_numbers(case):
    return [note for note in gap_notes(case.connection) if note.startswith("The numbers of the records")]


def test_a_long_hole_in_ids_that_count_up_is_remarked_with_the_times_around_it(tmp_path):
    numbers = [*range(1, 1001), *range(1201, 2001)]
    with case_of(tmp_path, numbered(numbers)) as case:
        (note,) = on_numbers(case)
    assert note == (
        "The numbers of the records run from 1 to 2,000, but one long range, of 200 numbers between"
        " 2026-05-01 16:40 and 2026-05-01 20:01 UTC, is missing:"
        " rows may have been lost, or left out before the export."
    )


def test_of_several_holes_only_the_long_ones_count(tmp_path):
    missing = {5, 6, *range(300, 400), *range(900, 1150), *range(1500, 1599)}
    numbers = [number for number in range(1, 2001) if number not in missing]
    with case_of(tmp_path, numbered(numbers)) as case:
        (note,) = on_numbers(case)
    assert "2 long ranges are missing (350 numbers, the largest range 250 numbers between" in note


DRAWS = np.random.default_rng(5)


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param(range(1, 2001), id="no hole"),
        pytest.param([*range(1, 500), *range(900, 1300)], id="too few"),
        pytest.param([*range(1, 1001), *range(4000, 5001)], id="not dense"),
        pytest.param(DRAWS.integers(0, 2**62, 1500), id="random"),
        pytest.param(2**40 + np.arange(1500) * 4096, id="with a clock inside, as snowflakes"),
        pytest.param(np.flatnonzero(DRAWS.random(3000) < 0.6), id="shared with another table"),
        pytest.param(range(1, 4001, 2), id="every other one, of two servers"),
    ],
)
def test_ids_that_do_not_count_up_or_lack_single_ones_are_not_remarked(tmp_path, numbers):
    start = datetime(2026, 5, 1)
    requests = [FULL | {"request_id": int(number), "timestamp": start.isoformat()} for number in numbers]
    with case_of(tmp_path, requests) as case:
        assert on_numbers(case) == []


def test_ids_in_words_have_no_number(tmp_path):
    ids = ["17", " 18 ", "0x11", "1e3", "12.0", "r19", "9" * 19, "-5", ""]
    with case_of(tmp_path, [FULL | {"request_id": id_} for id_ in ids]) as case:
        found = case.connection.execute("SELECT record_number FROM requests ORDER BY row_number").fetchall()
    assert [number for (number,) in found] == [17] + [None] * 8


def dump(directory, rows):
    """Rows of a log table of new-api: number and type of each, a second apart."""
    records = [
        {
            "id": number,
            "user_id": number % 9,
            "created_at": 1_777_593_600 + number,
            "type": type_,
            "token_name": "work",
            "token_id": 3,
            "model_name": "m",
            "quota": 1,
            "use_time": 1,
            "prompt_tokens": 5,
            "request_id": f"20260501-{number:x}-q",
        }
        for number, type_ in rows
    ]
    return write_jsonl(directory, records)


def test_rows_of_a_dump_are_known_by_their_number_there_and_rejected_ones_are_no_hole(tmp_path):
    rows = [(number, 1 if 700 < number <= 900 else 2) for number in range(1, 3001)]
    rows = rows[:1200] + rows[1500:]
    with open_case(tmp_path / "case.duckdb", create=True) as case:
        # all files of one mapping together: the second goes on where the first ends
        files = [dump(tmp_path / "a.jsonl", rows[:1000]), dump(tmp_path / "b.jsonl", rows[1000:])]
        ingest(case, files, format_="new-api")
        (note,) = on_numbers(case)
    assert note.startswith(
        "The numbers of the records of format new-api run from 1 to 3,000, but one long range, of 300 numbers"
    )


def test_a_hole_beside_rejected_rows_has_the_times_of_the_nearest_requests(tmp_path):
    rows = [(number, 1 if number in (1000, 1201) else 2) for number in range(1, 2201)]
    with open_case(tmp_path / "case.duckdb", create=True) as case:
        ingest(case, [dump(tmp_path / "a.jsonl", rows[:1000] + rows[1200:])], format_="new-api")
        (note,) = on_numbers(case)
    assert "of 200 numbers between 2026-05-01 00:16 and 2026-05-01 00:20 UTC" in note


def test_times_that_run_against_the_numbers_are_left_out(tmp_path):
    numbers = [*range(1, 1001), *range(1201, 2001)]
    backward = [
        row | {"timestamp": (datetime(2026, 5, 9) - timedelta(minutes=row["request_id"])).isoformat()}
        for row in numbered(numbers)
    ]
    with case_of(tmp_path, backward) as case:
        (note,) = on_numbers(case)
    assert "one long range, of 200 numbers, is missing" in note


def test_a_hole_within_one_minute_has_one_time(tmp_path):
    at_once = [
        row | {"timestamp": "2026-05-01T10:12:00"} for row in numbered([*range(1000), *range(1100, 1500)])
    ]
    with case_of(tmp_path, at_once) as case:
        (note,) = on_numbers(case)
    assert "one long range, of 100 numbers at 2026-05-01 10:12 UTC, is missing" in note

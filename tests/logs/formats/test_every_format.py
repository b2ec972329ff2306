"""Every registered format: its fixture is recognised as it alone, and gives the expected records.

``DISTILLSCAN_GOLDEN=write pytest tests/logs/formats`` writes the expected records for a person to read.
"""

import csv
import json
import os
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from distillscan.logs.answer import RESPONSE_PATHS
from distillscan.logs.body import REQUEST_PATHS
from distillscan.logs.dryrun.preview import preview
from distillscan.logs.formats import FORMATS, format_named
from distillscan.logs.mapping import AUTO, Mapping
from distillscan.logs.recognise import recognise
from distillscan.logs.record import RECORDS
from distillscan.logs.sample import take_sample
from tests.logs.formats.fixtures import ALL, IDS, account_field, expected_path, logs_of, record_for, rows_of

DOCS = Path(__file__).parents[3] / "docs" / "formats"
LINES = [
    (format_, path) for format_, path in ALL if path.name == "log.jsonl" and not format_.has_several_a_line
]


@cache
def read(name, path):
    """The preview of a fixture and its rows, for all tests."""
    format_ = format_named(name)
    record = record_for(format_)
    seen = preview(path, path.name, record, Mapping(format=AUTO), account_field(record))
    return seen, rows_of(path, format_)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_it_has_a_fixture_a_page_and_canonical_fields_only(format_):
    assert logs_of(format_), f"write tests/fixtures/formats/{format_.name}/log.jsonl"
    page = (DOCS / f"{format_.name}.md").read_text("utf-8")
    assert page.startswith(f"# {format_.title}\n")
    row = f"| [`{format_.name}`]({format_.name}.md) | {format_.title} |"
    assert row in (DOCS / "README.md").read_text("utf-8").splitlines()
    assert all(gap in " ".join(page.split()) for gap in format_.gaps)
    assert set(format_.fields) <= set(RECORDS[format_.kind].names)


def test_names_are_free_of_each_other():
    assert len({format_.name for format_ in FORMATS}) == len(FORMATS)
    assert set(REQUEST_PATHS) | set(RESPONSE_PATHS) <= set(RECORDS["requests"].names)


@pytest.mark.parametrize(("format_", "path"), ALL, ids=IDS)
def test_the_fixture_is_recognised_as_itself_alone(format_, path):
    record = record_for(format_)
    found = recognise(take_sample(path, record), record)
    assert (found.format, found.share, found.doubt) == (format_.name, 1.0, None)


@pytest.mark.parametrize(("format_", "path"), ALL, ids=IDS)
def test_the_fixture_gives_the_expected_records(format_, path):
    seen, rows = read(format_.name, path)
    found = {"times": list(seen.times), "unmapped": list(seen.unmapped), "rows": rows}
    if os.environ.get("DISTILLSCAN_GOLDEN") == "write":
        text = json.dumps(found, indent=1, ensure_ascii=False)
        expected_path(format_).write_text(text + "\n", "utf-8")
    expected = json.loads(expected_path(format_).read_text("utf-8"))
    assert found["rows"] == expected["rows"]
    assert found == expected


@pytest.mark.parametrize(("format_", "path"), ALL, ids=IDS)
def test_the_dry_run_says_what_the_records_hold(format_, path):
    seen, rows = read(format_.name, path)
    good = [row for row in rows if "reason" not in row]
    for name in ("request_id", "prompt", "system", "client_ip", "user_agent", "response", "email"):
        share = sum(name in row for row in good) / len(good)
        assert seen.filled.get(name, 0) == pytest.approx(share), name
    assert sum(seen.rejected.values()) == len(rows) - len(good)
    assert seen.problem is None


@pytest.mark.parametrize(("format_", "path"), LINES, ids=[format_.name for format_, _ in LINES])
def test_the_same_records_come_out_of_csv_and_parquet(format_, path, tmp_path):
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [{name: _cell(row.get(name)) for name in names} for row in rows]
    with (tmp_path / "log.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(cells)
    pq.write_table(pa.Table.from_pylist(cells), tmp_path / "log.parquet")
    expected = json.loads(expected_path(format_).read_text("utf-8"))["rows"]
    record = record_for(format_)
    for table in (tmp_path / "log.csv", tmp_path / "log.parquet"):
        assert rows_of(table, format_) == expected
        assert recognise(take_sample(table, record), record).format == format_.name


def _cell(value):
    """A value as a database writes it into a cell: nested ones are JSON texts."""
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

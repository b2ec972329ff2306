"""Columns that have the type of their field give what their texts would give."""

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.logs.reading import read

WHEN = datetime(2026, 1, 2, 3, 4, 5, 600_000)
TYPED = {
    "input_tokens": pa.array([3, None, 2**63], pa.uint64()),
    "output_tokens": pa.array([3, None, -1], pa.int8()),
    "status_code": pa.array([200, None, 2**40], pa.int64()),
    "temperature": pa.array([-0.0, float("nan"), float("inf")], pa.float64()),
    "top_p": pa.array([0.7, None, 1.0], pa.float32()),
    "max_tokens": pa.array([10**15, None, 7], pa.int64()),
    "stream": pa.array([True, None, False]),
}


def as_text(column):
    words = {True: "true", False: "false"}
    values = [words.get(value, value) if isinstance(value, bool) else value for value in column.to_pylist()]
    if pa.types.is_float32(column.type):
        values = [None if value is None else round(value, 6) for value in values]
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def rows_of(path, times, columns):
    table = {"account_id": ["a1", "a2", "a3"], "timestamp": times, **columns}
    pq.write_table(pa.table(table), path)
    return read(path)


def test_typed_columns_give_the_rows_of_their_texts(tmp_path):
    times = pa.array([WHEN] * 3, pa.timestamp("us"))
    texts = {name: as_text(column) for name, column in TYPED.items()}
    typed = rows_of(tmp_path / "typed.parquet", times, TYPED)
    assert typed == rows_of(tmp_path / "texts.parquet", pa.array([WHEN.isoformat()] * 3), texts)
    assert [row["input_tokens"] for row in typed] == [3, None, None]
    assert [row["status_code"] for row in typed] == [200, None, None]
    assert typed[1]["parameters_key"] is None


@pytest.mark.parametrize("zone", [None, "UTC", "+05:00"])
def test_a_time_of_another_century_is_none(tmp_path, zone):
    times = pa.array([WHEN, datetime(1999, 12, 31, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)])
    rows = rows_of(tmp_path / "log.parquet", times.cast(pa.timestamp("ms", zone)), {})
    assert rows[0]["ts"] == WHEN
    assert [row["reason"] for row in rows] == [None, *["unreadable_timestamp"] * 2]
    assert rows[2]["detail"].startswith("2100-01-01")


def test_missing_words_are_no_identities_among_short_ones(tmp_path):
    rows = rows_of(
        tmp_path / "log.parquet", pa.array([WHEN] * 3, pa.timestamp("us")), {"org_id": ["o1", "None", "n/a"]}
    )
    assert [row["org_id"] for row in rows] == ["o1", None, None]

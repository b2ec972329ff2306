"""Hostile input: a row that cannot be used is a reject with its number, and nothing else is lost."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillscan.logs.files.naming import partition_values
from tests.logs.reading import GOOD, numbers_of, raw, read, reasons_of

ROW = "a1,2026-01-02,x\n"
HEADER = "account_id,timestamp,prompt\n"


@pytest.mark.parametrize("size", [7, 1 << 20])
@pytest.mark.parametrize(
    ("broken", "reasons"),
    [
        ('a1,2026-01-02,"never closed\n', {2: "unclosed_quote"}),
        (
            'a1,2026-01-02,"never closed\n' + ROW + 'a1,2026-01-02,"again\n',
            {2: "unclosed_quote", 4: "unclosed_quote"},
        ),
        ('a1,"2026-01-02,x\n' + ROW + 'a1,2026-01-02,"good"\n', {2: "unclosed_quote"}),
        ('a1,2026-01-02,an "inner" quote\n', {}),
        ('a1,2026-01-02,"an "inner" quote"\n', {}),
        ('a1,2026-01-02,"two\nlines"\n', {}),
        ("a1,2026-01-02,a,b\n\n\r\n", {2: "wrong_field_count"}),
        ("a1,2026-01-02,\x00\n", {}),
    ],
)
def test_a_quote_that_is_not_closed_costs_its_line(tmp_path, monkeypatch, size, broken, reasons):
    monkeypatch.setattr("distillscan.logs.readers.csvtable.BLOCK_BYTES", size)
    path = tmp_path / "log.csv"
    path.write_text(HEADER + ROW + broken + ROW + ROW)
    rows = read(path)
    assert reasons_of(rows) == reasons
    assert numbers_of(rows)[-2:] == [len(rows) - 1, len(rows)]
    assert [row["row_number"] for row in rows] == list(range(1, len(rows) + 1))


def test_a_quote_is_given_up_at_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("distillscan.logs.readers.csvtable.BLOCK_BYTES", 100)
    monkeypatch.setattr("distillscan.logs.readers.csvtable.MAX_LINE_BYTES", 300)
    path = tmp_path / "log.csv"
    path.write_text(HEADER + 'a1,2026-01-02,"open\n' + ROW * 100 + f"a1,2026-01-02,{'x' * 1000}\n" + ROW)
    rows = read(path)
    assert reasons_of(rows) == {1: "unclosed_quote", 102: "line_too_long"}
    assert len(rows) == 103


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@settings(max_examples=40)
@given(st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=8), st.integers(1, 60), st.sampled_from(",;\t"))
def test_every_field_comes_back_as_it_was_written(tmp_path_factory, fields, size, delimiter):
    path = tmp_path_factory.mktemp("csv") / "log.csv"
    quoted = [["a1", "2026-01-02", *('"' + text.replace('"', '""') + '"' for text in row)] for row in fields]
    lines = [["account_id", "timestamp", "prompt", "response"], *quoted]
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("distillscan.logs.readers.csvtable.BLOCK_BYTES", size)
        rows = raw(path, "prompt")
    assert rows == [(number, prompt) for number, (prompt, _) in enumerate(fields, 1)]


@settings(max_examples=60)
@given(st.text('",\n\ra', max_size=40), st.integers(1, 20))
def test_no_csv_text_is_lost_or_counted_twice(tmp_path_factory, text, size):
    path = tmp_path_factory.mktemp("csv") / "log.csv"
    path.write_text(HEADER + ROW + text + "\n" + ROW, newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("distillscan.logs.readers.csvtable.BLOCK_BYTES", size)
        rows = raw(path, "prompt")
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    assert rows[0][1] == rows[-1][1] == "x"


def test_directories_of_a_hive_tree_are_columns(tmp_path):
    folder = tmp_path / "org_id=o-7" / "year=2026"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"account_id": ["a1"], "timestamp": [1767323045]}), folder / "log.parquet")
    (folder / "log.csv").write_text("account_id,timestamp\na1,2026-01-02\n")
    assert [read(folder / name)[0]["org_id"] for name in ("log.parquet", "log.csv")] == ["o-7", "o-7"]
    assert partition_values(folder / "x")["year"] == "2026"


@pytest.mark.parametrize(
    "value",
    [
        "9" * 5000,
        "-1e999",
        "NaN",
        "-Infinity",
        '"\\ud800"',
        "[" * 9000 + "]" * 9000,
        '"' + "\U0001f600" * 5000 + '"',
    ],
    ids=["digits", "exponent", "nan", "infinity", "surrogate", "depth", "wide"],
)
@pytest.mark.parametrize("field", ["prompt", "messages", "tools", "input_tokens", "client_ip", "status_code"])
def test_no_value_in_any_field_costs_the_row_or_a_neighbour(tmp_path, field, value):
    path = tmp_path / "log.jsonl"
    record = GOOD.replace('"prompt": "hello"', f'"{field}": {value}')
    path.write_text("\n".join([GOOD, record, json.dumps(json.loads(GOOD)), GOOD]))
    assert numbers_of(read(path)) == [1, 2, 3, 4]

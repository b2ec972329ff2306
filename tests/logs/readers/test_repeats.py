"""Values that stand once in a Parquet file, however many rows repeat them: flat memory, nothing lost."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.logs.containers import Export
from distillscan.logs.mapping import Mapping
from distillscan.logs.record import REQUESTS
from tests.logs.reading import numbers_of, read, reasons_of

LONG = "x" * 10_000
MOST = 1 << 20


@pytest.fixture(autouse=True)
def little_memory(monkeypatch):
    monkeypatch.setattr("distillscan.logs.readers.repeats.MOST_COLUMN_BYTES", MOST)
    monkeypatch.setattr("distillscan.logs.readers.parquet.BLOCK_BYTES", MOST)


def write(path, rows=20_000, **columns):
    """A log of so many rows, some hundred bytes of it packed."""
    plain = {"account_id": ["account-1"] * rows, "timestamp": [1767323045] * rows}
    pq.write_table(pa.table({**plain, **columns}), path, compression="zstd")
    return path


def blocks_of(path):
    with Export(path, REQUESTS, Mapping()) as export:
        yield from export.blocks()


def test_rows_that_repeat_a_long_value_come_in_blocks_of_flat_size(tmp_path):
    path = write(tmp_path / "log.parquet", 4000, prompt=[None] * 1000 + [LONG] * 3000)
    blocks = list(blocks_of(path))
    assert sum(block.table.num_rows for block in blocks) == 4000
    assert max(block.table.nbytes for block in blocks) <= 2 * MOST + len(LONG)
    assert len(blocks) > 1


def test_long_values_inside_lists_are_counted_too(tmp_path):
    turns = [[{"role": "user", "content": LONG}] * 4] * 200
    path = write(tmp_path / "log.parquet", 200, messages=turns)
    with open_case(tmp_path / "case.duckdb", create=True) as case:
        assert ingest(case, [path]).read == 200
    assert max(block.table.nbytes for block in blocks_of(path)) <= 2 * MOST + len(LONG)


def test_one_long_value_among_short_ones_does_not_make_many_blocks(tmp_path):
    path = write(tmp_path / "log.parquet", prompt=["short", LONG, *["short"] * 19_998])
    assert len(list(blocks_of(path))) <= 4


def test_a_bomb_is_a_fault_in_the_ledger_and_costs_no_other_file(tmp_path, monkeypatch):
    monkeypatch.setattr("distillscan.logs.readers.parquet.LEAST_BOMB_BYTES", 1 << 22)
    bomb = write(tmp_path / "bomb.parquet", 4000, prompt=[LONG] * 4000)
    good = write(tmp_path / "good.parquet", 30)
    assert bomb.stat().st_size < 5000
    with open_case(tmp_path / "case.duckdb", create=True) as case:
        found = {file.name: file for file in ingest(case, [bomb, good]).files}
        rejects = case.connection.execute("SELECT reason, detail FROM rejects").fetchall()
    assert (found["good.parquet"].read, found["good.parquet"].rejected) == (30, 0)
    assert found["bomb.parquet"].rejected == 1
    assert 0 < found["bomb.parquet"].read < 4000
    ((reason, detail),) = rejects
    assert reason == "truncated_file"
    assert "unpacks to more than 1000 times its size" in detail
    assert found["bomb.parquet"].warning == detail


@pytest.mark.parametrize("rows", [300, 20_000])
def test_repeated_texts_give_the_rows_of_plain_ones(tmp_path, rows):
    columns = {
        "account_id": [(" a1 ", "a2", None)[row % 3] for row in range(rows)],
        "client_ip": [("192.0.2.1", "2001:DB8::1", "192.0.2.x")[row % 3] for row in range(rows)],
        "prompt": [f"question {row % 7}" for row in range(rows)],
    }
    for name, use in (("repeated", True), ("plain", False)):
        table = pa.table({"timestamp": [1767323045] * rows, **columns})
        pq.write_table(table, tmp_path / f"{name}.parquet", use_dictionary=use, row_group_size=rows // 3 + 1)
    assert read(tmp_path / "repeated.parquet") == read(tmp_path / "plain.parquet")


def test_a_repeated_text_that_is_not_utf8_costs_its_rows_alone(tmp_path):
    models = pa.array([b"good", b"\xff", b"good", b"good"] * 5000).view(pa.string())
    rows = read(write(tmp_path / "log.parquet", model=models))
    assert set(reasons_of(rows).values()) == {"invalid_utf8"}
    assert len(numbers_of(rows)) == 15_000


def test_lists_are_read_in_a_large_file_as_in_a_small_one(tmp_path, monkeypatch):
    lists = {"tools": [[{"name": "search", "strict": True}]] * 3, "stop": [["END"]] * 3}
    path = write(tmp_path / "log.parquet", 3, **lists)
    small = read(path)
    monkeypatch.setattr("distillscan.logs.readers.parquet.SMALL_BYTES", 0)
    assert read(path) == small
    assert all(row["tools_key"] is not None and row["parameters_key"] is not None for row in small)

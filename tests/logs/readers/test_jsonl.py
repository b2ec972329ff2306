"""JSON Lines: whatever stands on one line costs at most that line."""

import bz2
import gzip
import json
import lzma

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.logs.reading import GOOD, numbers_of, read, reasons_of

_COMPRESSORS = [gzip.compress, zstandard.ZstdCompressor().compress, bz2.compress, lzma.compress]


def lines(*texts: str | bytes) -> bytes:
    return b"".join(text.encode() + b"\n" if isinstance(text, str) else text + b"\n" for text in texts)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"account_id": "a1", "timest', "invalid_json"),
        ("plain words", "invalid_json"),
        ("[1, 2]", "not_an_object"),
        ('"text"', "not_an_object"),
        ("17", "not_an_object"),
        (b'{"account_id": "\xff\xfe"}', "invalid_utf8"),
        ('{"timestamp": "2026-01-02"}', "missing_account_id"),
        ('{"account_id": " Unknown ", "timestamp": "2026-01-02"}', "missing_account_id"),
        ('{"account_id": {"id": 1}, "timestamp": "2026-01-02"}', "invalid_account_id"),
        ('{"account_id": "a1"}', "missing_timestamp"),
        ('{"account_id": "a1", "timestamp": "yesterday"}', "unreadable_timestamp"),
        ('{"account_id": "a1", "timestamp": 86400.5}', "relative_timestamp"),
        ("[" * 200_000, "invalid_json"),
        (b'{"account_id": "a\x00", "timestamp": "2026-01-02"}', "invalid_json"),
    ],
)
def test_a_bad_line_is_rejected_with_its_number_and_its_neighbours_are_kept(tmp_path, line, reason):
    path = tmp_path / "log.jsonl"
    path.write_bytes(lines(GOOD, line, GOOD))
    rows = read(path)
    assert reasons_of(rows) == {2: reason}
    assert numbers_of(rows) == [1, 3]


@pytest.mark.parametrize(
    ("value", "prompt"),
    [
        (r'"a\ud800b"', "a\ufffdb"),
        (r'"a\\ud800b"', r"a\ud800b"),
        (r'"\ud83d\ude00 and \ude00"', "\U0001f600 and \ufffd"),
        (r'"a\u0000b"', "a\0b"),
        ("NaN", "NaN"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ('{"deep": ' * 50_000 + "1" + "}" * 50_000, '{"deep":' * 50_000 + "1" + "}" * 50_000),
        ('"first", "prompt": "second"', "first"),
    ],
)
def test_odd_values_are_kept(tmp_path, value, prompt):
    path = tmp_path / "log.jsonl"
    path.write_bytes(
        lines(GOOD, '{"account_id": "a1", "timestamp": "2026-01-02", "prompt": ' + value + "}", GOOD)
    )
    rows = {row["row_number"]: row for row in read(path)}
    assert sorted(rows) == [1, 2, 3]
    assert rows[2]["prompt"] == prompt


def test_blank_lines_are_no_records_but_count_as_lines(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\r\n\n  \t \n" + GOOD.encode())
    rows = [row for row in read(path) if row["reason"] != "blank"]
    assert numbers_of(rows) == [1, 5]


@pytest.mark.parametrize("compress", _COMPRESSORS)
def test_compressed_bytes_are_known_by_what_they_are(tmp_path, compress):
    path = tmp_path / "log.jsonl"
    path.write_bytes(compress(lines(GOOD)) + compress(lines(GOOD)))
    assert numbers_of(read(path)) == [1, 2]


@pytest.mark.parametrize("compress", _COMPRESSORS)
def test_a_cut_off_file_keeps_what_came_before_and_one_reject(tmp_path, compress):
    whole = [
        json.dumps({"account_id": f"a{i}", "timestamp": 1767323045 + i * 7919 % 86400}) for i in range(40_000)
    ]
    packed = compress(lines(*whole))
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    rows = read(path)
    (broken,) = reasons_of(rows).items()
    assert broken == (len(rows), "truncated_file")
    assert numbers_of(rows) == list(range(1, len(rows)))
    assert len(rows) > 10_000


def test_a_line_beyond_the_limit_is_rejected_without_its_neighbours(tmp_path, monkeypatch):
    monkeypatch.setattr("distillscan.logs.readers.jsonl.MAX_LINE_BYTES", 1000)
    monkeypatch.setattr("distillscan.logs.readers.jsonl.BLOCK_BYTES", 300)
    path = tmp_path / "log.jsonl"
    path.write_bytes(lines(GOOD, '{"prompt": "' + "x" * 5000 + '"}', GOOD))
    rows = read(path)
    assert reasons_of(rows) == {2: "line_too_long"}
    assert numbers_of(rows) == [1, 3]


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b" ")), max_size=8))
def test_no_bytes_cost_a_neighbour(tmp_path_factory, garbage):
    path = tmp_path_factory.mktemp("garbage") / "log.jsonl"
    path.write_bytes(lines(GOOD, *garbage, GOOD))
    assert {1, len(garbage) + 2} <= set(numbers_of(read(path)))

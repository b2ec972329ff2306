"""One fuzzed export, read as an ingest reads it, and what must hold whatever is in it."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import duckdb
import zstandard

from distillscan.errors import LogError
from distillscan.logs.batch import Batch
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.files.parts import InputPath
from distillscan.logs.format_query import BLANK
from distillscan.logs.formats import records_a_line
from distillscan.logs.intake import KnownFiles, Loadable, take_in
from distillscan.logs.mapping import AUTO, Mapping
from distillscan.logs.record import REQUESTS

GOOD = {"account_id": "a1", "timestamp": "2026-01-02T03:04:05Z", "prompt": "hello"}
_LINE = json.dumps(GOOD).encode()


def _tar(data: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("log.jsonl")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def _zip(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.jsonl", data)
    return packed.getvalue()


#: Name of the file, how the fuzzed bytes come into it, and whether the good row beside them must stay.
SHAPES: tuple[tuple[str, Callable[[bytes], bytes], bool], ...] = (
    ("log.jsonl", lambda data: _LINE + b"\n" + data.replace(b"\n", b" ") + b"\n" + _LINE, True),
    ("log.jsonl", lambda data: _LINE + b"\n" + data + b"\n" + _LINE, True),
    ("log.json", lambda data: b"[" + _LINE + b",\n" + data.replace(b"\n", b" "), True),
    ("log.json", lambda data: b'{"Records": [\n' + _LINE + b",\n" + data, True),
    ("log.csv", lambda data: b"account_id,timestamp,prompt\na1,2026-01-02,hello\n" + data, True),
    ("log.json", lambda data: data, False),
    ("log.csv", lambda data: data, False),
    ("log.parquet", lambda data: b"PAR1" + data + b"PAR1", False),
    ("log.gz", lambda data: gzip.compress(_LINE + b"\n", mtime=0) + data, True),
    ("log.zst", lambda data: zstandard.ZstdCompressor().compress(_LINE + b"\n") + data, True),
    ("log.tar", lambda data: _tar(_LINE)[:1024] + data, True),
    ("log.zip", lambda data: _changed(_zip(_LINE), data), False),
    ("log.tar", lambda data: _changed(_tar(_LINE), data), False),
)


def _changed(data: bytes, by: bytes) -> bytes:
    """The data with bytes at some places put in the place of its own: pairs of a place and a byte."""
    changed = bytearray(data)
    for at in range(0, len(by) - 2, 3):
        changed[int.from_bytes(by[at : at + 2], "big") % len(changed)] = by[at + 2]
    return bytes(changed)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    configure(connection)
    return connection


class LostError(AssertionError):
    """A row was lost, counted twice, or not said to be missing."""


def check(folder: Path, shape: int, data: bytes) -> None:
    """Read the bytes in one shape. Raises LostError for a broken promise, or whatever got loose."""
    name, packed, keeps = SHAPES[shape % len(SHAPES)]
    path = folder / name
    path.write_bytes(packed(data))
    accepted = 0
    found = take_in([InputPath(path, name)], REQUESTS, Mapping(format=AUTO), KnownFiles())
    with closing(found):
        for taken in found:
            if isinstance(taken, Loadable):
                accepted += _accepted(_connection(), taken.batch)
            elif isinstance(taken, LogError) and "Traceback" in str(taken):
                raise LostError(f"a traceback in an error: {taken}")
    if keeps and accepted == 0:
        raise LostError(f"the good row of {name} is gone")


def _accepted(connection: duckdb.DuckDBPyConnection, batch: Batch) -> int:
    step = records_a_line(batch.mapping.format)
    lines: list[int] = []
    good: list[int] = []
    for block in batch.blocks():
        lines += [fault.row_number for fault in block.faults]
        if block.table.num_rows == 0:
            continue
        raw = block.table["row_number"].to_pylist()
        lines += raw
        rows = canonical_rows(connection, block.table, REQUESTS, batch.mapping, "account_id")
        made = {number // step for number in rows["row_number"].to_pylist()}
        if step == 1 and made != set(raw):
            raise LostError(f"of the raw rows {raw[:20]} came {sorted(made)[:20]}")
        reasons = rows["reason"].to_pylist()
        good += [
            number
            for number, reason in zip(rows["row_number"].to_pylist(), reasons, strict=True)
            if not reason
        ]
        if any(reason and not (reason == BLANK or reason.replace("_", "").isalnum()) for reason in reasons):
            raise LostError(f"reasons {set(reasons)}")
    if len(set(lines)) != len(lines) or len(set(good)) != len(good):
        raise LostError(f"row numbers stand twice: {sorted(lines)[:40]}")
    batch.files()
    return len(good)

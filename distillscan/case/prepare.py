"""From files to rows that are ready to be stored, by stages that each work ahead of the next."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.case import rows as tables
from distillscan.errors import LogError
from distillscan.logs.batch import ReadFile
from distillscan.logs.canonical import canonical_rows
from distillscan.logs.files.parts import InputPath
from distillscan.logs.format_query import BLANK
from distillscan.logs.intake import Intake, KnownFiles, Loadable, take_in
from distillscan.logs.mapping import Mapping
from distillscan.logs.memo import Memo
from distillscan.logs.readers.block import Fault, prefetched
from distillscan.logs.record import Record

R = TypeVar("R")
S = TypeVar("S")

_OF_REJECTS = ("row_number", "reason", "detail", "record_number")


@dataclass(frozen=True)
class Reading:
    """How the files of one ingest are read; a map of format `AUTO` leaves it to each file.

    ``passed_over`` takes the names of what is not read.
    """

    record: Record
    mapping: Mapping
    account_field: str
    memo: Memo = field(default_factory=Memo)
    passed_over: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Prepared:
    """A canonical block: its rejects, its good rows, and of requests those that lack only the account."""

    bad: pa.Table
    good: pa.Table | tables.Prompted
    unowned: tables.Prompted | None = None
    spans: pa.Table | None = None


@dataclass(frozen=True)
class Step(Generic[R]):
    """Some rows on their way, and how many bytes of their file were read with them.

    The last one of a batch has its ``files``, or the ``error`` for which it cannot be read on. What is not
    loaded has one step of its own.
    """

    found: Intake
    rows: R | None = None
    faults: Sequence[Fault] = ()
    position: int = 0
    files: tuple[ReadFile, ...] = ()
    error: LogError | None = None


def prepared(
    files: Sequence[InputPath],
    reading: Reading,
    known: KnownFiles,
    connection: duckdb.DuckDBPyConnection,
    threads: int,
) -> Generator[Step[Prepared]]:
    """All that is in the files, batch after batch.

    One block is read while the one before is made canonical and the one before that is fingerprinted,
    whatever files they are of. ``known`` is told of all that is read. The connection is used alongside.
    """

    def canonical(rows: pa.Table, mapping: Mapping) -> pa.Table:
        return canonical_rows(connection, rows, reading.record, mapping, reading.account_field, reading.memo)

    def fingerprinted(rows: pa.Table, _: Mapping) -> Prepared:
        return _judged(rows, reading, threads)

    read = prefetched(_read(files, reading, known))
    return prefetched(_through(fingerprinted, prefetched(_through(canonical, read))))


def _read(files: Sequence[InputPath], reading: Reading, known: KnownFiles) -> Iterator[Step[pa.Table]]:
    for found in take_in(files, reading.record, reading.mapping, known, reading.passed_over):
        if not isinstance(found, Loadable):
            yield Step(found)
            continue
        batch = found.batch
        try:
            for block in batch.blocks():
                rows = block.table if block.table.num_rows else None
                yield Step(found, rows, block.faults, batch.position)
            ends = batch.files()
        except LogError as error:
            yield Step(found, error=error)
            continue
        yield Step(found, position=batch.position, files=ends)
        mapping = batch.mapping.canonical_json()
        for file in ends:
            known.add(file.identity.sha256, file.identity.bytes, mapping, file.part.name)


def _through(stage: Callable[[R, Mapping], S], steps: Iterator[Step[R]]) -> Iterator[Step[S]]:
    """The steps with their rows one stage further, which may depend on the map of their batch."""
    for step in steps:
        rows, error = None, step.error
        if step.rows is not None and isinstance(step.found, Loadable):
            try:
                rows = stage(step.rows, step.found.batch.mapping)
            except LogError as found:
                error = found
        yield Step(step.found, rows, step.faults, step.position, step.files, error)


def _judged(found: pa.Table, reading: Reading, threads: int) -> Prepared:
    reasons = found["reason"]
    # Most blocks are good throughout, and a filter would copy their texts.
    good = found if reasons.null_count == len(reasons) else found.filter(pc.is_null(reasons))
    kept = [name for name in _OF_REJECTS if name in found.column_names]
    bad = found.select(kept).filter(pc.not_equal(reasons, BLANK))
    if reading.record.kind != "requests":
        return Prepared(bad, good)
    unowned = _unowned(found, reading.account_field)
    owned, nobodys = (tables.prompted(rows, threads) for rows in (good, unowned))
    return Prepared(bad, owned, nobodys, tables.spans_of(found))


def _unowned(found: pa.Table, account_field: str) -> pa.Table:
    """Requests that lack nothing but the account: they are rejected, but another log may name it."""
    lacking = pc.equal(found["reason"], f"missing_{account_field}")
    rows = found.filter(pc.and_(lacking, pc.is_valid(found["identity_hash"])))
    return rows.filter(pc.is_valid(rows["ts"]))

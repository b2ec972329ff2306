"""Files into the case: one transaction a file, each file once, every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.case import rows as tables
from distillscan.case.settle import settle
from distillscan.case.store import Case
from distillscan.errors import CaseError, LogError
from distillscan.logs.block import Fault, prefetched
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Container, Export, FileIdentity
from distillscan.logs.discovery import InputPath, find_files
from distillscan.logs.mapping import FLAT, Mapping
from distillscan.logs.nested import BLANK
from distillscan.logs.recognise import mapping_for, reading_of
from distillscan.logs.record import Record, record_of
from distillscan.logs.stream import hash_file

KeepText = Literal["exemplars", "none", "all"]
_ERRORS_SHOWN = 3


@dataclass(frozen=True)
class Progress:
    """Where an ingest stands; bytes are of the files as they lie on disk, rows are those read so far."""

    file: str
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    rows: int


@dataclass(frozen=True)
class IngestedFile:
    """What became of one file; ``already_in`` names the file of the case that has the same bytes."""

    name: str
    read: int = 0
    rejected: int = 0
    already_in: str | None = None
    warning: str | None = None


@dataclass(frozen=True)
class IngestSummary:
    """All files of one ingest, in the order they were read."""

    kind: str
    files: tuple[IngestedFile, ...]

    @property
    def read(self) -> int:
        """Records read from files that were new."""
        return sum(file.read for file in self.files)

    @property
    def rejected(self) -> int:
        """Records rejected from files that were new."""
        return sum(file.rejected for file in self.files)


@dataclass(frozen=True)
class _Job:
    """What holds for every file of one ingest."""

    case: Case
    record: Record
    mapping: Mapping
    account_field: str
    keep_text: KeepText
    threads: int | None

    @property
    def kind(self) -> str:
        return self.record.kind


def ingest(
    case: Case,
    sources: Iterable[Path | str],
    *,
    kind: str = "requests",
    mapping: Mapping | None = None,
    format_: str = FLAT,
    account_field: str = "account_id",
    keep_text: KeepText = "exemplars",
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> IngestSummary:
    """Read files, directories and globs of one kind of record into the case, and settle it.

    ``format_`` names the format of all files, or is `AUTO` to recognise that of each; a map overrides single
    fields of it. A file whose bytes the case has already, under the same map, is left out. A file that
    cannot be read does not keep the others out: they are in the case when LogError is raised for it at the
    end. Raises CaseError for another account field than the case began with.
    """
    record = record_of(kind, account_field)
    if keep_text not in get_args(KeepText):
        raise CaseError(f"cannot keep text {keep_text!r}: choose one of {', '.join(get_args(KeepText))}")
    chosen = reading_of(mapping or Mapping(), format_, record)
    job = _Job(case, record, chosen, account_field, keep_text, threads)
    files = find_files(sources)
    if kind == "requests":
        _fix_account_field(case, account_field)
        case.set_meta("keep_text", keep_text)
    done, errors = _read_all(job, files, progress or (lambda _: None))
    settle(case)
    if errors:
        more = f" (and {len(errors) - _ERRORS_SHOWN} more files)" if len(errors) > _ERRORS_SHOWN else ""
        raise LogError("; ".join(str(error) for error in errors[:_ERRORS_SHOWN]) + more)
    return IngestSummary(kind, tuple(done))


def _fix_account_field(case: Case, account_field: str) -> None:
    """What an account is, a case is told once: its rows would not mean the same otherwise."""
    earlier = case.meta("account_field")
    if earlier is None:
        case.set_meta("account_field", account_field)
    elif earlier != account_field:
        raise CaseError(
            f"{case.path} was begun with --account-field {earlier};"
            f" use that, or another case for {account_field}"
        )


def _read_all(
    job: _Job, files: list[InputPath], progress: Callable[[Progress], None]
) -> tuple[list[IngestedFile], list[LogError]]:
    sizes = [_size(file.path) for file in files]
    done: list[IngestedFile] = []
    errors: list[LogError] = []
    for index, (file, size) in enumerate(zip(files, sizes, strict=True)):
        start = Progress(
            file.name, index, len(files), sum(sizes[:index]), sum(sizes), sum(f.read for f in done)
        )
        progress(start)
        try:
            own = replace(job, mapping=mapping_for(file.path, job.record, job.mapping))
            done.append(_read_new(own, file, size, partial(_advance, progress, start)))
        except LogError as error:
            errors.append(error)
    progress(Progress("", len(files), len(files), sum(sizes), sum(sizes), sum(file.read for file in done)))
    return done, errors


def _advance(progress: Callable[[Progress], None], start: Progress, position: int, rows: int) -> None:
    progress(replace(start, bytes_done=start.bytes_done + position, rows=start.rows + rows))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read_new(job: _Job, file: InputPath, size: int, report: Callable[[int, int], None]) -> IngestedFile:
    # The hash of a file costs reading it, so it is only asked for where a file of this size is in the case.
    if _same(job, "bytes", size) is not None:
        known = _same(job, "sha256", hash_file(file.path))
        if known is not None:
            return IngestedFile(file.name, already_in=known)
    # Blocks are read on a connection of their own: the one in the transaction would keep them to its end.
    with (
        Export(file.path, job.record, job.mapping) as export,
        job.case.connection.cursor() as reader,
        job.case.transaction(),
    ):
        configure(reader)
        return _FileLoad(job, file, reader).run(export, report)


def _same(job: _Job, column: Literal["bytes", "sha256"], value: int | str) -> str | None:
    rows = job.case.connection.execute(
        f"SELECT name FROM files WHERE {column} = ? AND kind = ? AND mapping = ?",
        [value, job.kind, job.mapping.canonical_json()],
    ).fetchall()
    return str(rows[0][0]) if rows else None


class _FileLoad:
    """One file on its way into the case, inside its transaction."""

    def __init__(self, job: _Job, file: InputPath, reader: duckdb.DuckDBPyConnection) -> None:
        self._job = job
        self._file = file
        self._reader = reader
        self._read = 0
        self._rejected = 0
        ((highest,),) = job.case.connection.execute("SELECT coalesce(max(file_id), 0) FROM files").fetchall()
        self._file_id = int(highest) + 1

    def run(self, export: Export, report: Callable[[int, int], None]) -> IngestedFile:
        for block in prefetched(export.blocks()):
            if block.table.num_rows:
                self._store(block.table)
            self._reject(block.faults)
            report(export.position, self._read)
        identity = export.identity()
        if _same(self._job, "sha256", identity.sha256) is not None:
            raise LogError(f"{export.path} changed while it was read; ingest it again")
        self._enter(export.container, identity)
        warning = "holds no record" if self._read == 0 else export.warning
        return IngestedFile(self._file.name, self._read, self._rejected, warning=warning)

    def _store(self, table: pa.Table) -> None:
        job = self._job
        found = canonical_rows(self._reader, table, job.record, job.mapping, job.account_field)
        reasons = found["reason"]
        # Most blocks are good throughout, and a filter would copy their texts.
        good = found if reasons.null_count == len(reasons) else found.filter(pc.is_null(reasons))
        bad = found.select(["row_number", "reason", "detail"]).filter(pc.not_equal(reasons, BLANK))
        self._read += good.num_rows + bad.num_rows
        self._rejected += bad.num_rows
        tables.insert_rejects(job.case, self._file_id, bad)
        if job.kind == "requests":
            tables.insert_requests(job.case, self._file_id, good, job.keep_text, job.threads)
        else:
            tables.insert_sidecar(job.case, self._file_id, good, job.record)

    def _reject(self, faults: tuple[Fault, ...]) -> None:
        if not faults:
            return
        self._read += len(faults)
        self._rejected += len(faults)
        tables.insert_rejects(self._job.case, self._file_id, tables.fault_table(faults))

    def _enter(self, container: Container, identity: FileIdentity) -> None:
        job, file = self._job, self._file
        job.case.set_meta("settled", "no")
        job.case.connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self._file_id,
                job.kind,
                str(file.path),
                file.name,
                identity.sha256,
                identity.bytes,
                container,
                job.mapping.canonical_json(),
                self._read,
                self._rejected,
            ],
        )

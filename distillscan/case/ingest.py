"""Files into the case: a transaction a file or many small ones, each file once, every row accounted for."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa

from distillscan.case import rows as tables
from distillscan.case.again import replace_readings
from distillscan.case.prepare import Prepared, Reading, Step, prepared
from distillscan.case.settle import settle
from distillscan.case.store import Case
from distillscan.choices import KeepText
from distillscan.errors import CaseError, LogError
from distillscan.logs.batch import Batch, ReadFile
from distillscan.logs.canonical import configure
from distillscan.logs.files.discovery import find_files
from distillscan.logs.files.parts import InputPath
from distillscan.logs.formats import records_a_line
from distillscan.logs.intake import AlreadyIn, KnownFiles
from distillscan.logs.mapping import FLAT, Mapping
from distillscan.logs.recognise import reading_of
from distillscan.logs.record import record_of

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
    """All files of one ingest, in the order they were read, and the names of those passed over.

    These lie in directories and archives, hold something, and seem to hold no records.
    """

    kind: str
    files: tuple[IngestedFile, ...]
    passed_over: tuple[str, ...] = ()

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
    reading: Reading
    keep_text: KeepText

    @property
    def kind(self) -> str:
        return self.reading.record.kind


def ingest(
    case: Case,
    sources: Iterable[Path | str],
    *,
    kind: str = "requests",
    mapping: Mapping | None = None,
    format_: str = FLAT,
    account_field: str = "account_id",
    keep_text: KeepText = "exemplars",
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
    job = _Job(case, Reading(record, chosen, account_field), keep_text)
    files = find_files(sources, job.reading.passed_over)
    if kind in ("requests", "edge"):
        _fix_account_field(case, account_field)
    if kind == "requests":
        case.set_meta("keep_text", keep_text)
    done, errors = _read_all(job, files, progress or (lambda _: None))
    settle(case)
    if errors:
        more = f" (and {len(errors) - _ERRORS_SHOWN} more files)" if len(errors) > _ERRORS_SHOWN else ""
        raise LogError("; ".join(str(error) for error in errors[:_ERRORS_SHOWN]) + more)
    return IngestSummary(kind, tuple(done), tuple(job.reading.passed_over))


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
    with _steps(job, files) as steps:
        for found, own in groupby(steps, key=attrgetter("found")):
            if isinstance(found, LogError):
                errors.append(found)
            elif isinstance(found, AlreadyIn):
                done.append(IngestedFile(found.part.name, already_in=found.name))
            else:
                name, before = files[found.last].name, sum(sizes[: found.last])
                start = Progress(
                    name, found.last, len(files), before, sum(sizes), sum(file.read for file in done)
                )
                progress(start)
                try:
                    with job.case.transaction():
                        done += _BatchLoad(job, found.batch).run(own, partial(_advance, progress, start))
                except LogError as error:
                    errors.append(error)
    progress(Progress("", len(files), len(files), sum(sizes), sum(sizes), sum(file.read for file in done)))
    return done, errors


@contextmanager
def _steps(job: _Job, files: list[InputPath]) -> Iterator[Iterator[Step[Prepared]]]:
    """What is in the files, prepared while what came before is stored."""
    # On a connection of its own: the one in the transaction would keep all blocks to its end.
    with job.case.connection.cursor() as reader:
        configure(reader)
        # Asked now, because the connection answers one thread at a time.
        known, threads = _known_files(job), job.case.threads
        with closing(prepared(files, job.reading, known, reader, threads)) as steps:
            yield steps


def _advance(progress: Callable[[Progress], None], start: Progress, position: int, rows: int) -> None:
    progress(replace(start, bytes_done=start.bytes_done + position, rows=start.rows + rows))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_in(job: _Job, sha256: str, mapping: str) -> bool:
    return bool(
        job.case.connection.execute(
            "SELECT 1 FROM files WHERE sha256 = ? AND kind = ? AND mapping = ?",
            [sha256, job.kind, mapping],
        ).fetchall()
    )


def _known_files(job: _Job) -> KnownFiles:
    known = KnownFiles()
    rows = job.case.connection.execute(
        "SELECT sha256, bytes, mapping, name FROM files WHERE kind = ? ORDER BY file_id", [job.kind]
    ).fetchall()
    for row in rows:
        known.add(*row)
    return known


class _BatchLoad:
    """Files on their way into the case, inside their transaction."""

    def __init__(self, job: _Job, batch: Batch) -> None:
        self._job = job
        self._batch = batch
        self._step = records_a_line(batch.mapping.format)
        self._read: Counter[int] = Counter()
        self._rejected: Counter[int] = Counter()
        ((highest,),) = job.case.connection.execute("SELECT coalesce(max(file_id), 0) FROM files").fetchall()
        self._first_id = int(highest) + 1

    def run(self, steps: Iterator[Step[Prepared]], report: Callable[[int, int], None]) -> list[IngestedFile]:
        files: tuple[ReadFile, ...] = ()
        for step in steps:
            if step.error is not None:
                raise step.error
            if step.rows is not None:
                self._store(step.rows)
            if step.faults:
                self._reject(tables.fault_table(step.faults), step=1)
            report(step.position, self._read.total())
            files = step.files
        self._enter(files)
        table = tables.table_of(self._job.kind)
        again = replace_readings(self._job.case, table, self._batch.mapping, self._first_id)
        return [
            self._outcome(position, file, is_again=self._first_id + position in again)
            for position, file in enumerate(files)
        ]

    def _outcome(self, position: int, file: ReadFile, *, is_again: bool) -> IngestedFile:
        read = self._read[position]
        warning = "holds no record" if read == 0 else file.warning
        if warning is None and is_again:
            warning = "was in the case, read in another way; what this reading accepts takes its place"
        return IngestedFile(file.part.name, read, self._rejected[position], warning=warning)

    def _store(self, found: Prepared) -> None:
        job, good = self._job, found.good
        self._reject(found.bad, self._step)
        if found.spans is not None:
            tables.insert(job.case, "span", self._placed(found.spans, self._step))
        if isinstance(good, tables.Prompted):
            if found.unowned is not None:
                rows = self._placed(found.unowned.rows, self._step)
                tables.insert_unowned(job.case, replace(found.unowned, rows=rows), job.keep_text)
            rows = self._placed(good.rows, self._step, self._read)
            tables.insert_requests(job.case, replace(good, rows=rows), job.keep_text)
        elif job.kind == "edge":
            tables.insert_edge(
                job.case, self._placed(good, self._step, self._read), job.reading.account_field
            )
        else:
            tables.insert(job.case, tables.table_of(job.kind), self._placed(good, self._step, self._read))

    def _reject(self, rows: pa.Table, step: int) -> None:
        tables.insert_rejects(self._job.case, self._placed(rows, step, self._read, self._rejected))

    def _placed(self, rows: pa.Table, step: int, *counts: Counter[int]) -> pa.Table:
        """The rows with their file and their number in it; counts them, file by file."""
        files, numbers = self._batch.places(rows["row_number"].to_numpy(), step)
        for position, count in zip(*np.unique(files, return_counts=True), strict=True):
            for counted in counts:
                counted[int(position)] += int(count)
        place = rows.column_names.index("row_number")
        rows = rows.set_column(place, "row_number", pa.array(numbers))
        return rows.append_column("file_id", pa.array((files + self._first_id).astype(np.int32)))

    def _enter(self, files: Sequence[ReadFile]) -> None:
        job, mapping = self._job, self._batch.mapping.canonical_json()
        # Small files were held whole since it was seen that they are new.
        if _is_in(job, files[0].identity.sha256, mapping):
            raise LogError(f"{files[0].part.path} changed while it was read; ingest it again")
        job.case.set_meta("settled", "no")
        entries = [
            {
                "file_id": self._first_id + position,
                "kind": job.kind,
                "path": str(file.part.path),
                "name": file.part.name,
                "sha256": file.identity.sha256,
                "bytes": file.identity.bytes,
                "container": file.container,
                "mapping": mapping,
                "rows_read": self._read[position],
                "rows_rejected": self._rejected[position],
            }
            for position, file in enumerate(files)
        ]
        tables.insert(job.case, "files", pa.Table.from_pylist(entries))

"""The case file: opening, creating and refusing it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb

from distillscan.case.frame import number
from distillscan.case.schema import ANALYSIS, LEDGER, RECORDS, SCHEMA_VERSION
from distillscan.errors import CaseError

# The largest logs need about as much again for the columns that stand beside the database.
_USUAL_MEMORY = "1.75GiB"
# Enough while it is not asked, and while tables are only read through once.
_IDLE_MEMORY, _STREAM_MEMORY = "128MiB", "512MiB"
_NEVER_REACH_OUT: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A name in a query is never taken for a variable of the program.
    "python_enable_replacements": "false",
}


@dataclass(frozen=True)
class Case:
    """An open case file. Close it, or use it as a context."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    read_only: bool
    memory_limit: str = _USUAL_MEMORY

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give up its lock."""
        self.connection.close()

    @property
    def threads(self) -> int:
        """How many threads the case was opened with."""
        return number(self.connection, "SELECT current_setting('threads')")

    def meta(self, key: str) -> str | None:
        """One entry of table ``meta``; None when it is not set."""
        rows = self.connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchall()
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Set one entry of table ``meta``."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what happens inside is undone if it does not come to its end."""
        self.connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextmanager
    def idle(self) -> Iterator[None]:
        """While the database is not asked: what it can read from its files again leaves the memory."""
        with self._limited(_IDLE_MEMORY):
            yield

    @contextmanager
    def streaming(self) -> Iterator[None]:
        """While tables are only read through: the database needs little, unless it was told its limit."""
        with self._limited(_STREAM_MEMORY if self.memory_limit == _USUAL_MEMORY else self.memory_limit):
            yield

    @contextmanager
    def _limited(self, memory: str) -> Iterator[None]:
        # what cannot leave stays, and is no error
        with suppress(duckdb.OutOfMemoryException):
            self.connection.execute("SET memory_limit = ?", [memory])
        try:
            yield
        finally:
            self.connection.execute("SET memory_limit = ?", [self.memory_limit])


def open_case(
    path: Path,
    *,
    create: bool,
    read_only: bool = False,
    threads: int | None = None,
    memory_limit: str | None = None,
) -> Case:
    """Open a case file; with ``create``, make it when it is not there.

    ``memory_limit`` is DuckDB's, such as "4GB"; 1.75 GiB unless given. Raises CaseError when the file is
    missing, a directory, not writable, not a case, of another schema version, or held by another process.
    """
    if path.is_dir():
        raise CaseError(f"{path} is a directory; name a file, such as {path / 'case.duckdb'}")
    if not path.exists():
        if not create:
            raise CaseError(
                f"there is no case {path}; make one with `distillscan ingest`, or name one with --case"
            )
        _create(path)
    if not read_only and not os.access(path, os.W_OK):
        raise CaseError(f"{path} is not writable; change its permissions, or name another file with --case")
    connection = _connect(path, read_only=read_only)
    try:
        _check_version(connection, path)
        _configure(connection, threads, memory_limit)
    except BaseException:
        connection.close()
        raise
    return Case(connection, path, read_only, memory_limit or _USUAL_MEMORY)


def _create(path: Path) -> None:
    """Make the file under another name first, so that a case is whole from the moment it is there."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as directory:
            draft = Path(directory) / "case.duckdb"
            with duckdb.connect(str(draft), config=_NEVER_REACH_OUT) as connection:
                connection.execute(f"BEGIN; {LEDGER} {RECORDS} {ANALYSIS}")
                connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(SCHEMA_VERSION)])
                connection.execute("INSERT INTO meta VALUES ('settled', 'yes'); COMMIT")
            if not path.exists():
                draft.replace(path)
    except OSError as error:
        raise CaseError(f"cannot create {path}: {error.strerror}; name another file with --case") from error


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=_NEVER_REACH_OUT)
    except duckdb.Error as error:
        text = str(error)
        if "Could not set lock" in text:
            holder = re.search(r"\(PID (\d+)\)", text)
            who = f"process {holder[1]}" if holder else "another process"
            raise CaseError(f"{path} is in use by {who}; wait until it is done, or end it") from error
        if "not a valid DuckDB database" in text:
            raise CaseError(f"{path} is not a case file; name another file with --case") from error
        reason = text.partition("\n")[0]
        raise CaseError(f"cannot open {path}: {reason}; name another file with --case") from error


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        rows = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall()
    except duckdb.CatalogException as error:
        raise CaseError(f"{path} is a DuckDB file, but not a case; name another file with --case") from error
    version = rows[0][0] if rows else None
    if version != str(SCHEMA_VERSION):
        raise CaseError(
            f"{path} has case version {version!r}, this distillscan reads {SCHEMA_VERSION};"
            " ingest the logs into a new case, or use the distillscan that made it"
        )


def _configure(connection: duckdb.DuckDBPyConnection, threads: int | None, memory_limit: str | None) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    # Nothing here depends on the order rows lie in, and keeping it costs memory.
    connection.execute("SET preserve_insertion_order = false")
    # Its bar would go to stdout, which carries results only.
    connection.execute("SET enable_progress_bar = false")
    if threads is not None:
        connection.execute("SET threads = ?", [threads])
    try:
        connection.execute("SET memory_limit = ?", [memory_limit or _USUAL_MEMORY])
    except duckdb.Error as error:
        raise CaseError(f"{memory_limit!r} is no amount of memory; write such as 4GB") from error

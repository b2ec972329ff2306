"""The fingerprint keys of a case: a file of bare numbers beside it, appended to while files are read.

Only keys that accounts share are worth a place in the case, and which those are is known when all files are
in. Until then, and for the day when more files come, all keys lie here, dealt into partitions. The case knows
each block by table ``key_block``; bytes behind the last known block are of a file that was never finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.arrays import Int64s
from distillscan.errors import CaseError
from distillscan.fingerprint.shared import PARTITION_BITS, PARTITIONS, Entries, Keys, dealt

_KEY_BYTES, _ENTRY_BYTES = 8, 4


@dataclass(frozen=True)
class KeyStore:
    """The file of keys that belongs to a case."""

    path: Path

    @staticmethod
    def of(case: Path) -> KeyStore:
        """The one beside a case file."""
        return KeyStore(case.with_name(case.name + ".keys"))

    def append(self, connection: DuckDBPyConnection, keys: Keys, entries: Entries) -> None:
        """Write a block behind the last known one and enter it in ``key_block``.

        ``keys`` (n,) and ``entries`` (n,) as in `fingerprint.shared`. Raises CaseError when the file cannot
        be written, or known blocks are missing.
        """
        keys, entries, ends = dealt(keys, entries, 0, PARTITION_BITS)
        counts = np.diff(ends, prepend=0)
        position = self._known(connection)
        try:
            with self.path.open("r+b" if self.path.exists() else "w+b") as file:
                file.seek(position)
                file.write(keys.data)
                file.write(entries.data)
        except OSError as error:
            raise CaseError(f"cannot write {self.path}: {error.strerror}") from error
        stop = position + (_KEY_BYTES + _ENTRY_BYTES) * len(keys)
        connection.execute("INSERT INTO key_block VALUES (?, ?, ?)", [position, stop, counts.tolist()])

    def open(self, connection: DuckDBPyConnection) -> Partitions:
        """The blocks that the case knows.

        Raises CaseError when bytes of them are missing.
        """
        self._known(connection)
        rows = connection.execute("SELECT position, counts FROM key_block ORDER BY position").fetchall()
        counts = np.array([row[1] for row in rows], np.int64).reshape(-1, PARTITIONS)
        return Partitions(self.path, np.array([row[0] for row in rows], np.int64), counts)

    def _known(self, connection: DuckDBPyConnection) -> int:
        """The first byte behind all blocks that the case knows."""
        ((end,),) = connection.execute("SELECT coalesce(max(stop), 0) FROM key_block").fetchall()
        if end and (not self.path.exists() or self.path.stat().st_size < end):
            raise CaseError(
                f"{self.path}, the fingerprints of the files that are already in the case, is missing or cut"
                " short; put it back beside the case, or ingest all files into a new case"
            )
        return int(end)


@dataclass(frozen=True)
class Partitions:
    """All keys of a case by partition: the file, where its blocks begin, and their counts by partition."""

    path: Path
    positions: Int64s
    counts: Int64s

    def read(self, partition: int) -> tuple[Keys, Entries]:
        """Keys (n,) and entries (n,) of one partition, in the order they came in."""
        total = int(self.counts[:, partition].sum())
        keys, entries = np.empty(total, np.uint64), np.empty(total, np.uint32)
        before = self.counts[:, :partition].sum(axis=1)
        if total == 0:
            return keys, entries
        filled = 0
        # Not memory-mapped: mapped pages would count as memory until the end.
        with self.path.open("rb", buffering=0) as file:
            for position, block, first in zip(self.positions, self.counts, before, strict=True):
                into = slice(filled, filled + int(block[partition]))
                file.seek(position + _KEY_BYTES * first)
                file.readinto(keys[into].data)
                file.seek(position + _KEY_BYTES * block.sum() + _ENTRY_BYTES * first)
                file.readinto(entries[into].data)
                filled = into.stop
        return keys, entries

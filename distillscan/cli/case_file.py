"""The case file that a command names, and what the database may use of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distillscan.case.store import Case


@dataclass(frozen=True)
class CaseFile:
    """A case file to be opened, perhaps several times."""

    path: Path
    threads: int | None
    memory_limit: str | None

    def make(self) -> Case:
        """Open the case for writing; make it where there is none."""
        return self._open(create=True)

    def write(self) -> Case:
        """Open the case for writing, which one process at a time can."""
        return self._open()

    def read(self) -> Case:
        """Open the case for reading only, as several processes can at a time, also a protected copy."""
        return self._open(read_only=True)

    def _open(self, *, create: bool = False, read_only: bool = False) -> Case:
        from distillscan.case.store import open_case

        return open_case(
            self.path,
            create=create,
            read_only=read_only,
            threads=self.threads,
            memory_limit=self.memory_limit,
        )

"""The inputs of a bundle: as its manifest lists them, and found again by their SHA-256 wherever they lie."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.errors import EvidenceError, LogError
from distillscan.findings.document.model import Model
from distillscan.logs.files.parts import InputPath, parts_of


class SealedInput(Model):
    """An input file: its number in the row index, how it was read, and what became of its records."""

    number: int
    kind: str
    name: str
    sha256: str
    bytes: int
    mapping: dict[str, str]
    read: int
    accepted: int
    duplicate: int
    rejected: int
    first_seen: datetime | None
    last_seen: datetime | None


_INPUTS = """
    SELECT kind, name, sha256, bytes, mapping, rows_read AS read, accepted, duplicate, rejected,
           first_seen, last_seen
    FROM ledger JOIN (SELECT file_id, mapping FROM files) USING (file_id)
    JOIN sealed_input USING (file_id)
    LEFT JOIN (SELECT file_id, MIN(ts) AS first_seen, MAX(ts) AS last_seen FROM accepted GROUP BY file_id)
        USING (file_id)
    ORDER BY input
"""


def sealed_inputs(connection: DuckDBPyConnection) -> list[SealedInput]:
    """Return the numbered inputs of a case, in the order of their numbers."""
    rows = frame(connection, _INPUTS).iter_rows(named=True)
    return [
        SealedInput(number=number, **row | {"mapping": json.loads(row["mapping"])})
        for number, row in enumerate(rows, start=1)
    ]


def find_inputs(inputs: Iterable[SealedInput], places: Iterable[Path]) -> dict[int, Path]:
    """Return where each input lies, by its number; those that are nowhere below the places are left out.

    Only files of a wanted size are hashed. Raises EvidenceError for a place that is not there.
    """
    wanted: dict[int, dict[str, list[int]]] = {}
    for file in inputs:
        wanted.setdefault(file.bytes, {}).setdefault(file.sha256, []).append(file.number)
    found: dict[int, Path] = {}
    for place in places:
        if not place.exists():
            raise EvidenceError(f"{place} does not exist; name the directory of the inputs")
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                for number, where in _found_in(path, wanted):
                    found.setdefault(number, where)
    return found


def _found_in(path: Path, wanted: dict[int, dict[str, list[int]]]) -> Iterator[tuple[int, Path]]:
    """The inputs that a file is, or that lie in it when it is an archive."""
    try:
        for part in parts_of(InputPath(path, path.name)):
            if of_size := wanted.get(part.size):
                for number in of_size.get(part.sha256(), []):
                    yield number, part.path
    except LogError:
        # No archive, a broken one, or no file to read: then no input is in it.
        return

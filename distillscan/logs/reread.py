"""Single prompts of an export, fetched again from the evidence itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.errors import LogError
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.formats import records_a_line
from distillscan.logs.mapping import Mapping
from distillscan.logs.parts import InputPath, Part, archive_of, found_part, parts_of
from distillscan.logs.record import REQUESTS, Record

# A row is wanted for its prompt alone, whichever of its fields the case took for the account.
_PROMPTS = Record("requests", tuple(replace(field, required=False) for field in REQUESTS.fields))


@dataclass(frozen=True, order=True)
class Reading:
    """A file as the case knows it: its path, how many bytes it had, and how it was read."""

    path: str
    size: int
    mapping: str


def read_prompts(wanted: dict[Reading, Collection[int]]) -> Iterator[tuple[Reading, dict[int, str]]]:
    """The prompts of some rows of many files, file by file, as `read_rows` gives them.

    An archive is gone through once, however many of its members are wanted.
    """
    archives: defaultdict[Path, dict[str, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    for reading in sorted(wanted):
        archive, member = archive_of(Path(reading.path))
        archives[archive][member].append(reading)
    for archive, of_member in archives.items():
        for reading in of_member.pop("", []):
            mapping = Mapping.from_canonical_json(reading.mapping)
            yield reading, read_rows(archive, mapping, wanted[reading], size=reading.size)
        with suppress(OSError, LogError), closing(_members(archive, frozenset(of_member))) as parts:
            for part in parts:
                for reading in of_member[archive_of(part.path)[1]]:
                    yield reading, _prompts(part, reading, wanted[reading])


def _members(archive: Path, names: frozenset[str]) -> Generator[Part]:
    if names:
        yield from parts_of(InputPath(archive, archive.name, names))


def _prompts(part: Part, reading: Reading, rows: Collection[int]) -> dict[int, str]:
    if part.size != reading.size:
        return {}
    try:
        tables = _read(part, Mapping.from_canonical_json(reading.mapping), _numbers(rows))
        return {row["row_number"]: row["prompt"] for table in tables for row in table.to_pylist()}
    except LogError:
        return {}


def read_rows(path: Path, mapping: Mapping, rows: Collection[int], *, size: int) -> dict[int, str]:
    """The prompts of these rows of a requests file, by row number; rows without a prompt are left out.

    Reads no further than the last row. Returns nothing when the file is gone or no longer has ``size`` bytes.
    """
    found: dict[int, str] = {}
    try:
        for table in read_blocks(path, mapping, rows, size=size):
            found |= {row["row_number"]: row["prompt"] for row in table.to_pylist()}
    except (OSError, LogError):
        return {}
    return found


def read_blocks(path: Path, mapping: Mapping, rows: Collection[int], *, size: int) -> Iterator[pa.Table]:
    """The same block by block, as tables of row_number and prompt, so that texts need not pile up.

    Raises OSError or LogError when the file is gone or cannot be read; none come when its size changed.
    """
    with found_part(path) as part:
        if part is None:
            raise LogError(f"{path} is gone")
        if rows and part.size == size:
            yield from _read(part, mapping, _numbers(rows))


def _numbers(rows: Collection[int]) -> npt.NDArray[np.int64]:
    return np.unique(np.fromiter(rows, np.int64, len(rows)))


def _read(part: Part, mapping: Mapping, wanted: npt.NDArray[np.int64]) -> Iterator[pa.Table]:
    lines = np.unique(wanted // records_a_line(mapping.format))
    with Export(part, _PROMPTS, mapping) as export, duckdb.connect() as connection:
        configure(connection)
        for block in export.blocks():
            table = block.table.filter(pc.is_in(block.table["row_number"], value_set=pa.array(lines)))
            if table.num_rows:
                rows = canonical_rows(connection, table, _PROMPTS, mapping, "account_id")
                asked = pc.is_in(rows["row_number"], value_set=pa.array(wanted))
                yield rows.select(["row_number", "prompt"]).filter(pc.and_(asked, rows["prompt"].is_valid()))
            last = block.table["row_number"][-1].as_py() if block.table.num_rows else 0
            if last >= lines[-1]:
                break

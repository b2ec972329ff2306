"""Single prompts of an export, fetched again from the evidence itself."""

from collections import defaultdict
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.arrays import Int64s
from distillscan.errors import LogError
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.files.parts import InputPath, Part, archive_of, file_part, parts_of
from distillscan.logs.formats import records_a_line
from distillscan.logs.mapping import Mapping
from distillscan.logs.record import PROMPTS


@dataclass(frozen=True, order=True)
class Reading:
    """A file as the case knows it: its path, how many bytes it had, and how it was read."""

    path: str
    size: int
    mapping: str


#: The rows that are wanted of each file.
Wanted = dict[Reading, Collection[int]]


def containers(readings: Iterable[Reading]) -> list[list[Reading]]:
    """Readings grouped by the file or archive that they lie in, in a fixed order."""
    found: defaultdict[Path, list[Reading]] = defaultdict(list)
    for reading in sorted(readings):
        found[archive_of(Path(reading.path))[0]].append(reading)
    return list(found.values())


def read_prompts(wanted: Wanted) -> dict[Reading, dict[int, str]]:
    """The prompts of these rows of requests files, by row number; rows without a prompt are left out.

    A file that is gone, is no longer of its size or cannot be read has none, as one that ends early.
    """
    found: dict[Reading, dict[int, str]] = {reading: {} for reading in wanted}
    for reading, table in read_blocks(wanted):
        found[reading] |= {row["row_number"]: row["prompt"] for row in table.to_pylist()}
    return found


def read_blocks(wanted: Wanted) -> Iterator[tuple[Reading, pa.Table]]:
    """The same block by block, as tables of row_number and prompt, so that texts need not pile up.

    An archive is gone through once, however many of its members are wanted, and nothing further than needed.
    """
    for together in containers(reading for reading, rows in wanted.items() if rows):
        path, _ = archive_of(Path(together[0].path))
        by_path: defaultdict[Path, list[Reading]] = defaultdict(list)
        for reading in together:
            by_path[Path(reading.path)].append(reading)
        members = frozenset(archive_of(inside)[1] for inside in by_path)
        # what a container still gives is as good as all of it: whoever asks checks the texts
        with suppress(OSError, LogError), closing(_parts(path, members)) as parts:
            for part in parts:
                for reading in by_path[part.path]:
                    yield from _of_part(part, reading, wanted[reading])


def _parts(path: Path, members: frozenset[str]) -> Generator[Part]:
    """The file itself, or these members of the archive, and no more of it than up to the last of them."""
    if members == {""}:
        yield file_part(path)
        return
    waiting = set(members)
    for part in parts_of(InputPath(path, path.name, members)):
        yield part
        waiting.discard(archive_of(part.path)[1])
        if not waiting:
            return


def _of_part(part: Part, reading: Reading, rows: Collection[int]) -> Iterator[tuple[Reading, pa.Table]]:
    if part.size != reading.size:
        return
    with suppress(LogError):
        for table in _read(part, Mapping.from_canonical_json(reading.mapping), _numbers(rows)):
            yield reading, table


def _numbers(rows: Collection[int]) -> Int64s:
    return np.unique(np.fromiter(rows, np.int64, len(rows)))


def _read(part: Part, mapping: Mapping, wanted: Int64s) -> Iterator[pa.Table]:
    lines = np.unique(wanted // records_a_line(mapping.format))
    with Export(part, PROMPTS, mapping) as export, duckdb.connect() as connection:
        configure(connection)
        for block in export.blocks():
            table = block.table.filter(pc.is_in(block.table["row_number"], value_set=pa.array(lines)))
            if table.num_rows:
                rows = canonical_rows(connection, table, PROMPTS, mapping, "")
                asked = pc.is_in(rows["row_number"], value_set=pa.array(wanted))
                yield rows.select(["row_number", "prompt"]).filter(pc.and_(asked, rows["prompt"].is_valid()))
            last = block.table["row_number"][-1].as_py() if block.table.num_rows else 0
            if last >= lines[-1]:
                break

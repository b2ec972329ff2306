"""What goes into the case at once: one file of any size, or many small ones whose rows are read together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.arrays import Int64s
from distillscan.logs.containers import Container, Export, FileIdentity
from distillscan.logs.files.parts import Part
from distillscan.logs.mapping import Mapping
from distillscan.logs.readers.block import Block, Fault, in_pieces, only_faults

# A query costs some hundredths of a second whatever it reads, so small files share one.
MOST_FILES = 4096
_MOST_BYTES = 32 << 20


@dataclass(frozen=True)
class ReadFile:
    """A file that was read to its end; ``warning`` says why that came early, if it did."""

    part: Part
    container: Container
    identity: FileIdentity
    warning: str | None


class Batch(Protocol):
    """Files that are read in the same way, with their rows numbered through."""

    @property
    def mapping(self) -> Mapping:
        """How all of them are read."""

    @property
    def position(self) -> int:
        """Bytes read so far, as they lie on disk."""

    def blocks(self) -> Iterator[Block]:
        """The rows of all files, in order."""

    def files(self) -> tuple[ReadFile, ...]:
        """The files; only after their blocks."""

    def places(self, numbers: Int64s, step: int) -> tuple[Int64s, Int64s]:
        """The file of each row, by its position, and the number of the row in it.

        A raw row makes up to ``step`` rows.
        """


@dataclass(frozen=True)
class SingleFile:
    """A batch of one file, read as it goes."""

    export: Export
    mapping: Mapping

    @property
    def position(self) -> int:
        """Bytes read so far, as they lie on disk."""
        return self.export.position

    def blocks(self) -> Iterator[Block]:
        """The rows, in order."""
        return self.export.blocks()

    def files(self) -> tuple[ReadFile, ...]:
        """The file; only after its blocks."""
        export = self.export
        return (ReadFile(export.part, export.container, export.identity(), export.warning),)

    def places(self, numbers: Int64s, step: int) -> tuple[Int64s, Int64s]:
        """All in the one file, as they are."""
        del step
        return np.zeros(len(numbers), np.int64), numbers


@dataclass(frozen=True)
class SmallFile:
    """A file that is held whole: its raw rows, one table of one kind at most, and its faults."""

    file: ReadFile
    mapping: Mapping
    table: pa.Table | None
    faults: tuple[Fault, ...]

    @property
    def rows(self) -> int:
        """The highest number of its rows."""
        last = int(pc.max(self.table["row_number"]).as_py()) if self.table is not None else 0
        return max([last, *(fault.row_number for fault in self.faults)])

    @property
    def key(self) -> str:
        """Files with the same key can be read together."""
        columns = "" if self.table is None else self.table.schema.to_string(show_schema_metadata=True)
        return f"{self.mapping.canonical_json()}\n{columns}"


def read_small(export: Export, mapping: Mapping) -> SmallFile:
    """All of a small file."""
    blocks = list(export.blocks())
    tables = [block.table for block in blocks if block.table.num_rows]
    faults = tuple(fault for block in blocks for fault in block.faults)
    file = ReadFile(export.part, export.container, export.identity(), export.warning)
    return SmallFile(file, mapping, pa.concat_tables(tables) if tables else None, faults)


class SmallFiles:
    """A batch of small files, which are numbered through in the order they were added."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._files: list[SmallFile] = []
        self._starts = [0]
        self._bytes = 0

    def add(self, file: SmallFile) -> None:
        """Add a file behind the others."""
        self._files.append(file)
        self._starts.append(self._starts[-1] + file.rows)
        self._bytes += file.table.nbytes if file.table is not None else 0

    @property
    def is_full(self) -> bool:
        """Whether another file is better put into another batch."""
        return len(self._files) >= MOST_FILES or self._bytes >= _MOST_BYTES

    @property
    def position(self) -> int:
        """Bytes read so far, as they lie on disk."""
        return 0

    def blocks(self) -> Iterator[Block]:
        """The rows of all files, in order."""
        tables, faults = [], []
        for start, file in zip(self._starts, self._files, strict=False):
            faults += [replace(fault, row_number=start + fault.row_number) for fault in file.faults]
            if file.table is not None:
                numbers = pc.add(file.table["row_number"], start)
                tables.append(file.table.set_column(0, file.table.schema.field(0), numbers))
        if not tables:
            yield only_faults(faults)
            return
        yield Block(in_pieces(pa.concat_tables(tables).combine_chunks()), tuple(faults))

    def files(self) -> tuple[ReadFile, ...]:
        """The files, in order."""
        return tuple(file.file for file in self._files)

    def places(self, numbers: Int64s, step: int) -> tuple[Int64s, Int64s]:
        """The position of the file, and the row in it."""
        raw, made = np.divmod(numbers, step)
        starts = np.array(self._starts[:-1], np.int64)
        positions = np.searchsorted(starts, raw, side="left") - 1
        return positions, (raw - starts[positions]) * step + made

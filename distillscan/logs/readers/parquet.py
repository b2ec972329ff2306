"""Parquet: read in batches, only the columns that the canonical records want."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from distillscan.errors import LogError, one_line
from distillscan.logs.files.unpack import LEAST_BOMB_BYTES, MOST_UNPACKED_RATIO, BrokenStreamError
from distillscan.logs.mapping import UNREAD, Mapping
from distillscan.logs.memo import may_repeat
from distillscan.logs.readers.block import BLOCK_BYTES, BLOCK_ROWS, SMALL_BYTES, Block, Fault, only_faults
from distillscan.logs.readers.columns import canonical_block, resolve_columns
from distillscan.logs.readers.repeats import safe_rows, unpacked_bytes
from distillscan.logs.record import Record

# Rows of a block where a sample is all that is wanted.
_SAMPLE_ROWS = 1024


class ParquetReader:
    """The blocks of one Parquet file, given by its path or, when it was packed as a whole, its bytes.

    ``constants`` are columns that have one value in all of it, unless it has a column of that name itself.
    ``broken`` says why the rows ended early, once they did.
    """

    broken: str | None = None
    _given = 0

    def __init__(
        self, path: Path, source: Path | BinaryIO, record: Record, mapping: Mapping, constants: dict[str, str]
    ) -> None:
        try:
            self._file = pq.ParquetFile(source)
            names = list(self._file.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise LogError(f"{path} is no readable Parquet file: {one_line(error)}") from error
        self._constants = {name: value for name, value in constants.items() if name not in names}
        columns = [*names, *self._constants]
        self._sources = resolve_columns(path, columns, record, mapping)
        self._names = [columns[source.column] for source in self._sources]
        self._stored = sorted(set(self._names) - set(self._constants))
        self._size = source.stat().st_size if isinstance(source, Path) else source.seek(0, 2)
        self._rows = min(self._block_rows(), _SAMPLE_ROWS if mapping.format == UNREAD else BLOCK_ROWS)
        self._batch_rows = safe_rows(source, self._file.metadata, self._stored, self._rows)
        self._repeating: list[str] = []
        if not self.is_small:
            self._read_repeating(source, record)

    def blocks(self) -> Iterator[Block]:
        """Blocks of canonical columns; what cannot be read ends them with one fault."""
        self._given = 0
        try:
            for table in self._tables():
                number = self._given + 1
                numbers = np.arange(number, number + table.num_rows, dtype=np.int64)
                columns = [self._column(table, name) for name in self._names]
                self._given += table.num_rows
                yield canonical_block(numbers, columns, self._sources)
        except BrokenStreamError as error:
            number = self._given + 1
            rest = self._file.metadata.num_rows - self._given
            self.broken = f"{rest} rows from row {number} on are unreadable: {error}"
            fault = Fault(number, "truncated_file", self.broken)
            yield only_faults([fault])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def share(self) -> float:
        """How much of the rows was given out, from 0 to 1."""
        return float(self._given / max(1, self._file.metadata.num_rows))

    @property
    def is_small(self) -> bool:
        """Whether what the file unpacks to is so little that it can be held whole."""
        rows = self._file.metadata.num_rows
        return self._bytes() <= SMALL_BYTES and self._batch_rows >= min(rows, self._rows)

    def _tables(self) -> Iterator[pa.Table]:
        """The stored columns in tables of a block each. Raises BrokenStreamError behind the last good row."""
        held: list[pa.RecordBatch] = []
        rows = size = given = 0
        batches = self._file.iter_batches(batch_size=self._batch_rows, columns=self._stored)
        broken: str | None = None
        while broken is None:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError) as error:
                broken = one_line(error)
                break
            if batch is None:
                break
            held.append(batch)
            rows, size = rows + batch.num_rows, size + unpacked_bytes(batch)
            if rows + self._batch_rows > self._rows or size >= BLOCK_BYTES:
                yield pa.Table.from_batches(held)
                given += size
                held, rows, size = [], 0, 0
            if given > LEAST_BOMB_BYTES and given > MOST_UNPACKED_RATIO * self._size:
                broken = f"unpacks to more than {MOST_UNPACKED_RATIO} times its size: not read on"
        if held:
            yield pa.Table.from_batches(held)
        if broken is not None:
            raise BrokenStreamError(broken)

    def _read_repeating(self, source: Path | BinaryIO, record: Record) -> None:
        """Have the columns of few different values read as they are stored: each value once.

        Lists and structs, such as tools, are several columns in the file, and none has their name.
        """
        schema = self._file.schema_arrow
        repeating = {field.name for field in record.fields if may_repeat(field)}
        self._repeating = [
            name
            for name, place in zip(self._names, self._sources, strict=True)
            if place.field in repeating
            and not place.inside
            and name not in self._constants
            and not pa.types.is_nested(schema.field(name).type)
        ]
        plain, metadata = self._file, self._file.metadata
        self._file = pq.ParquetFile(source, metadata=metadata, read_dictionary=self._repeating)
        plain.close()

    def _column(self, table: pa.Table, name: str) -> pa.Array:
        if name in self._constants:
            return pa.array([self._constants[name]] * table.num_rows, pa.string())
        chunks = table[name].chunks
        # One is as good as it is: put together, it would be copied.
        column = chunks[0] if len(chunks) == 1 else table[name].combine_chunks()
        if pa.types.is_dictionary(column.type) and name not in self._repeating:
            return column.dictionary_decode()
        return column

    def _bytes(self) -> int:
        """What the pages unpack to."""
        metadata = self._file.metadata
        return sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))

    def _block_rows(self) -> int:
        per_row = max(1, self._bytes() // max(1, self._file.metadata.num_rows))
        return int(min(BLOCK_ROWS, max(1, BLOCK_BYTES // per_row)))

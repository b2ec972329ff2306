"""Parquet: read in batches, only the columns that the canonical records want."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from distillscan.errors import LogError
from distillscan.logs.block import BLOCK_BYTES, BLOCK_ROWS, Block, Fault
from distillscan.logs.columns import canonical_block, resolve_columns
from distillscan.logs.mapping import Mapping
from distillscan.logs.record import Record


class ParquetReader:
    """The blocks of one Parquet file, given by its path or, when it was packed as a whole, its bytes.

    ``constants`` are columns that have one value in all of it, unless it has a column of that name itself.
    """

    def __init__(
        self, path: Path, source: Path | BinaryIO, record: Record, mapping: Mapping, constants: dict[str, str]
    ) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(source)
            names = list(self._file.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise LogError(f"{path} is no readable Parquet file: {_one_line(error)}") from error
        self._constants = {name: value for name, value in constants.items() if name not in names}
        columns = [*names, *self._constants]
        self._sources = resolve_columns(path, columns, record, mapping)
        self._names = [columns[source.column] for source in self._sources]

    def blocks(self) -> Iterator[Block]:
        """Blocks of canonical columns; a page that cannot be read ends them with one fault."""
        number = 1
        stored = sorted(set(self._names) - set(self._constants))
        batches = self._file.iter_batches(batch_size=self._batch_rows(), columns=stored)
        while True:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError) as error:
                rest = self._file.metadata.num_rows - number + 1
                fault = Fault(
                    number, "truncated_file", f"{rest} rows from here are unreadable: {_one_line(error)}"
                )
                empty = pa.table({"row_number": pa.array([], pa.int64())})
                yield Block(empty, (fault,))
                return
            if batch is None:
                return
            numbers = np.arange(number, number + batch.num_rows, dtype=np.int64)
            columns = [self._column(batch, name) for name in self._names]
            yield canonical_block(numbers, columns, self._sources)
            number += batch.num_rows

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def bytes(self) -> int:
        """What the pages unpack to."""
        metadata = self._file.metadata
        return sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))

    def _column(self, batch: pa.RecordBatch, name: str) -> pa.Array:
        if name in self._constants:
            return pa.array([self._constants[name]] * batch.num_rows, pa.string())
        return batch.column(name)

    def _batch_rows(self) -> int:
        per_row = max(1, self.bytes // max(1, self._file.metadata.num_rows))
        return int(min(BLOCK_ROWS, max(1, BLOCK_BYTES // per_row)))


def _one_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]

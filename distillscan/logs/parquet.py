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
    """The blocks of one Parquet file, given by its path or, when it was compressed as a whole, its bytes."""

    def __init__(self, path: Path, source: Path | BinaryIO, record: Record, mapping: Mapping) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(source)
            names = list(self._file.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise LogError(f"{path} is no readable Parquet file: {_one_line(error)}") from error
        self._sources = resolve_columns(path, names, record, mapping)
        self._names = [names[source.column] for source in self._sources]

    def blocks(self) -> Iterator[Block]:
        """Blocks of canonical columns; a page that cannot be read ends them with one fault."""
        number = 1
        batches = self._file.iter_batches(batch_size=self._batch_rows(), columns=sorted(set(self._names)))
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
            yield canonical_block(numbers, [batch.column(name) for name in self._names], self._sources)
            number += batch.num_rows

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _batch_rows(self) -> int:
        metadata = self._file.metadata
        size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        per_row = max(1, size // max(1, metadata.num_rows))
        return int(min(BLOCK_ROWS, max(1, BLOCK_BYTES // per_row)))


def _one_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]

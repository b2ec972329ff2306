"""How much the rows of a Parquet file unpack to: a value stands there once, however many rows repeat it."""

from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

#: What one column of one batch may unpack to at the worst.
MOST_COLUMN_BYTES = 128 << 20


def safe_rows(source: Path | BinaryIO, metadata: pq.FileMetaData, columns: Collection[str], rows: int) -> int:
    """How many of the rows, up to ``rows``, stay within `MOST_COLUMN_BYTES` wherever in the file they lie.

    Looks at the dictionary of each column chunk that could hold a value too long to be repeated so often.
    """
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            if chunk.physical_type != "BYTE_ARRAY" or chunk.path_in_schema.partition(".")[0] not in columns:
                continue
            # Values in a row: more than one in lists.
            each = -(-chunk.num_values // max(1, group.num_rows))
            if min(rows, group.num_rows) * each * chunk.total_uncompressed_size <= MOST_COLUMN_BYTES:
                continue
            longest = _longest(source, metadata, number, chunk)
            if rows * each * longest > MOST_COLUMN_BYTES:
                rows = max(1, MOST_COLUMN_BYTES // (each * longest))
    return rows


def unpacked_bytes(batch: pa.RecordBatch) -> int:
    """Bytes of the values of a batch, repeated ones as often as they stand there."""
    return sum(_bytes(column) for column in batch.columns)


def _longest(
    source: Path | BinaryIO, metadata: pq.FileMetaData, group: int, chunk: pq.ColumnChunkMetaData
) -> int:
    """Bytes of the longest value in the dictionary of a column chunk; 0 where it has none or is broken."""
    path = chunk.path_in_schema
    try:
        file = pq.ParquetFile(source, metadata=metadata, read_dictionary=[path])
        first = next(file.iter_batches(batch_size=1, row_groups=[group], columns=[path]), None)
        file.close()
    except (pa.ArrowException, OSError):
        return 0
    values = None if first is None else _innermost(first.column(0))
    if values is None or not chunk.has_dictionary_page:
        return 0
    # A dictionary that the first page does not use is not known yet.
    return (
        int(pc.max(pc.binary_length(values)).as_py()) if len(values) else int(chunk.total_uncompressed_size)
    )


def _innermost(array: pa.Array) -> pa.Array | None:
    """The dictionary at the bottom of lists and objects; None where other values are."""
    while True:
        if pa.types.is_map(array.type):
            array = array.keys
        elif pa.types.is_nested(array.type) and not pa.types.is_struct(array.type):
            array = array.values
        elif pa.types.is_struct(array.type) and array.type.num_fields:
            array = array.field(0)
        else:
            return array.dictionary if pa.types.is_dictionary(array.type) else None


def _bytes(column: pa.Array) -> int:
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.fill_null(pc.binary_length(column.dictionary), 0).to_numpy()
    places = column.indices.drop_null().to_numpy()
    return int(lengths[places].sum(dtype=np.int64))

"""CSV with a header; quoted fields may hold newlines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from distillscan.errors import LogError
from distillscan.logs.block import BLOCK_BYTES, Block, Fault
from distillscan.logs.columns import canonical_block, resolve_columns
from distillscan.logs.mapping import Mapping
from distillscan.logs.record import Record
from distillscan.logs.stream import ByteStream

_HEADER_BYTES = 1 << 20
# The parser wants a whole record in one block. A file with a larger record is read again with larger blocks.
_LARGE_BLOCK_BYTES = 1 << 29


def header_of(stream: ByteStream) -> list[str]:
    """The column names. Raises LogError when the first record is no header in UTF-8."""
    head = stream.peek(_HEADER_BYTES)
    cut = len(head) if len(head) < _HEADER_BYTES else head.rfind(b"\n") + 1
    try:
        text = head[:cut].decode("utf-8-sig", errors="replace")
        names = next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error as error:
        raise LogError(f"{stream.path}: the first line is no CSV header ({error})") from error
    if any("\ufffd" in name or "\0" in name for name in names):
        raise LogError(f"{stream.path}: the CSV header is not UTF-8 text")
    return names


class CsvReader:
    """The blocks of one CSV file; ``stream`` is the one that was read to its end and knows the hash."""

    def __init__(self, stream: ByteStream, record: Record, mapping: Mapping) -> None:
        self.stream = stream
        self._header = header_of(stream)
        self._sources = resolve_columns(stream.path, self._header, record, mapping)

    def blocks(self) -> Iterator[Block]:
        """Blocks of canonical columns; the row number is that of the record, the header not counted."""
        delivered = 0
        for block_bytes in (BLOCK_BYTES, _LARGE_BLOCK_BYTES):
            try:
                for rows in self._rows(block_bytes):
                    new = rows.after(delivered)
                    block = canonical_block(new.numbers, self._columns(new.batch), self._sources)
                    yield Block(block.table, (*new.faults, *block.faults))
                    delivered = max(delivered, rows.last)
            except pa.ArrowInvalid as error:
                if "straddling" not in str(error) or block_bytes == _LARGE_BLOCK_BYTES:
                    raise LogError(f"{self.stream.path} cannot be read as CSV: {error}") from error
                self.stream.close()
                self.stream = ByteStream(self.stream.path)
            else:
                return

    def _rows(self, block_bytes: int) -> Iterator[_Rows]:
        pending: list[Fault] = []

        def note(row: pa_csv.InvalidRow) -> str:
            detail = f"{row.actual_columns} fields where the header has {row.expected_columns}"
            pending.append(Fault(row.number - 1, "wrong_field_count", detail))
            return "skip"

        held = _Rows(np.zeros(0, np.int64), pa.record_batch({}), ())
        for batch in self._parsed(block_bytes, note):
            if batch.num_rows == 0:
                continue
            yield held
            numbers = _numbers(batch.num_rows, held.last + 1, pending)
            held = _Rows(numbers, batch, tuple(fault for fault in pending if fault.row_number < numbers[-1]))
            pending[:] = pending[len(held.faults) :]
        held = _Rows(held.numbers, held.batch, (*held.faults, *pending))
        yield held.cut_off(self.stream) if self.stream.broken else held

    def _parsed(self, block_bytes: int, note: Callable[[pa_csv.InvalidRow], str]) -> Iterator[pa.RecordBatch]:
        if b"\n" not in self.stream.peek(_HEADER_BYTES):
            return
        names = sorted({self._header[source.column] for source in self._sources})
        reader = pa_csv.open_csv(
            pa.PythonFile(self.stream, mode="r"),
            # Only one thread knows the numbers of the rows it skips.
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=block_bytes),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()),
                include_columns=names,
                strings_can_be_null=False,
            ),
        )
        yield from reader

    def _columns(self, batch: pa.RecordBatch) -> list[pa.Array]:
        if batch.num_rows == 0:
            return [pa.array([], pa.binary()) for _ in self._sources]
        return [batch.column(self._header[source.column]) for source in self._sources]


@dataclass(frozen=True)
class _Rows:
    """Parsed rows with their numbers, and the faults up to them."""

    numbers: npt.NDArray[np.int64]
    batch: pa.RecordBatch
    faults: tuple[Fault, ...]

    @property
    def last(self) -> int:
        """Number of the last row or fault; 0 when there is none."""
        return max(
            int(self.numbers[-1]) if len(self.numbers) else 0, *(f.row_number for f in self.faults), 0, 0
        )

    def after(self, row_number: int) -> _Rows:
        """Only what comes after a row."""
        new = self.numbers > row_number
        faults = tuple(fault for fault in self.faults if fault.row_number > row_number)
        return _Rows(self.numbers[new], self.batch.filter(pa.array(new)), faults)

    def cut_off(self, stream: ByteStream) -> _Rows:
        """The same without the record that the break cut in two, and with a fault for it."""
        cut = self.last + 1 if stream.ended_on_newline or self.last == 0 else self.last
        kept = int(np.searchsorted(self.numbers, cut))
        faults = tuple(fault for fault in self.faults if fault.row_number < cut)
        broken = Fault(cut, "truncated_file", stream.broken or "")
        return _Rows(self.numbers[:kept], self.batch.slice(0, kept), (*faults, broken))


def _numbers(rows: int, first: int, skipped: list[Fault]) -> npt.NDArray[np.int64]:
    """The numbers of parsed rows, which leave out those of the rows the parser skipped between them."""
    candidates = np.arange(first, first + rows + len(skipped), dtype=np.int64)
    damaged = np.fromiter((fault.row_number for fault in skipped), np.int64, len(skipped))
    return np.setdiff1d(candidates, damaged, assume_unique=True)[:rows]

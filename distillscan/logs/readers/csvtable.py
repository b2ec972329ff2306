"""CSV with a header: quoted fields may hold newlines, or escapes stand for them."""

import csv
import io
import re
from collections.abc import Generator, Iterator

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from distillscan.arrays import Int64s, UInt8s
from distillscan.errors import LogError
from distillscan.logs.files.stream import ByteStream
from distillscan.logs.mapping import Mapping
from distillscan.logs.readers.block import BLOCK_BYTES, BLOCK_ROWS, Block, Fault, only_faults
from distillscan.logs.readers.columns import canonical_block, resolve_columns
from distillscan.logs.readers.csvsplit import NO_QUOTE, QUOTE, UNCLOSED, split
from distillscan.logs.readers.jsonl import MAX_LINE_BYTES
from distillscan.logs.record import Record

_HEADER_BYTES = 1 << 20
_DELIMITERS = ",;\t|"
#: A field without a value, as PostgreSQL, MySQL, Hive and Snowflake write it; in quotes it would be text.
_NO_VALUE = r"\N"
#: Databases that copy a table into a text write it between tabs, with these for letters that would end a
#: field, and no quotes.
_ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}
_COPIED = re.compile(rb"(?:^|\t)\\N(?:\t|\r?$)", re.MULTILINE)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
#: What names no column: that, a time, an address.
_VALUE = re.compile(r"\\N|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.*|[0-9]{1,3}(\.[0-9]{1,3}){3}")


def header_of(stream: ByteStream) -> tuple[list[str], str]:
    """The column names, and what stands between them: a comma, or what some programs write in its place.

    Raises LogError when the first record is no header in UTF-8.
    """
    head = stream.peek(_HEADER_BYTES)
    cut = len(head) if len(head) < _HEADER_BYTES else head.rfind(b"\n") + 1
    text = head[:cut].decode("utf-8-sig", errors="replace").lstrip("\r\n")
    line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise LogError(f"{stream.path}: the first line is no CSV header ({error})") from error
    if any(_CONTROL.search(name) for name in names):
        raise LogError(f"{stream.path} is no text, or compressed in a way that is not read: unpack it first")
    if any("\ufffd" in name or "\0" in name for name in names):
        raise LogError(f"{stream.path}: the CSV header is not UTF-8 text; convert the file, as with iconv")
    if not any(re.search(r"[^\W_]", name) for name in names) and line:
        raise LogError(
            f"{stream.path}: the first line names no column; of a database, export tables with a header"
        )
    if any(_VALUE.fullmatch(name) for name in names):
        raise LogError(f"{stream.path}: the first line holds values; write the names of the columns above it")
    return names, delimiter


class CsvReader:
    """The blocks of one CSV file; ``constants`` are columns that have one value in all of it."""

    def __init__(
        self, stream: ByteStream, record: Record, mapping: Mapping, constants: dict[str, str]
    ) -> None:
        self._stream = stream
        header, self._delimiter = header_of(stream)
        names, _, rows = stream.peek(_HEADER_BYTES).partition(b"\n")
        self._is_copied = self._delimiter == "\t" and b'"' not in names and bool(_COPIED.search(rows))
        self._width = len(header)
        self._constants = list(constants.values())
        self._sources = resolve_columns(stream.path, [*header, *constants], record, mapping)
        # Record 0 is the header.
        self._number = 0
        self._names = sorted({str(source.column) for source in self._sources if source.column < self._width})

    def blocks(self) -> Iterator[Block]:
        """Blocks of canonical columns; the row number is that of the record, the header not counted."""
        self._stream.skip_mark()
        rest = b""
        while chunk := self._stream.read(BLOCK_BYTES):
            rest += chunk
            behind = yield from self._split(rest, final=False)
            rest = rest[behind:]
            if len(rest) > MAX_LINE_BYTES:
                yield self._skip_line()
                rest = b""
        if self._stream.broken:
            # The record that the break cut in two has no end.
            rest = rest[: rest.rfind(b"\n") + 1]
        yield from self._split(rest, final=True)
        if self._stream.broken:
            yield only_faults([Fault(max(1, self._number), "truncated_file", self._stream.broken)])

    def _split(self, data: bytes, *, final: bool) -> Generator[Block, None, int]:
        """The records that end in the data; returns the place behind them."""
        text = np.frombuffer(data, np.uint8)
        ends, fields = np.empty(BLOCK_ROWS, np.int64), np.empty(BLOCK_ROWS, np.int64)
        delimiter, quote = ord(self._delimiter), NO_QUOTE if self._is_copied else QUOTE
        at = 0
        while True:
            count, length = split(text[at:], delimiter, quote, final, MAX_LINE_BYTES, ends, fields)
            if count == 0:
                return at
            yield from self._records(text[at : at + length], ends[:count], fields[:count])
            at += length

    def _records(self, text: UInt8s, ends: Int64s, fields: Int64s) -> Iterator[Block]:
        numbers = np.arange(self._number, self._number + len(ends))
        self._number += len(ends)
        good = (fields == self._width) & (numbers > 0)
        bad = ~good & (numbers > 0)
        faults = [self._misshapen(row, found) for row, found in zip(numbers[bad], fields[bad], strict=True)]
        lengths = np.diff(ends, prepend=0)
        if not good.all():
            text, lengths, numbers = text[np.repeat(good, lengths)], lengths[good], numbers[good]
        yield only_faults(faults)
        yield from self._parsed(text, lengths, numbers)

    def _parsed(self, text: UInt8s, lengths: Int64s, numbers: Int64s) -> Iterator[Block]:
        """The blocks of records; where the parser sees other records than the splitter, it gets fewer."""
        if len(numbers) == 0:
            return
        try:
            table = pa_csv.read_csv(
                pa.BufferReader(pa.py_buffer(text)),
                pa_csv.ReadOptions(
                    use_threads=False,
                    block_size=len(text) + 1,
                    column_names=[str(i) for i in range(self._width)],
                ),
                pa_csv.ParseOptions(
                    delimiter=self._delimiter,
                    quote_char=False if self._is_copied else '"',
                    newlines_in_values=True,
                ),
                pa_csv.ConvertOptions(
                    column_types={name: pa.binary() for name in self._names},
                    include_columns=self._names or ["0"],
                    null_values=[_NO_VALUE],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
            agreed = table.num_rows == len(numbers)
        except pa.ArrowInvalid:
            agreed = False
        if agreed:
            yield self._canonical(table, numbers)
        elif len(numbers) == 1:
            yield only_faults([Fault(int(numbers[0]), "invalid_csv", "")])
        else:
            half = len(numbers) // 2
            cut = int(lengths[:half].sum())
            yield from self._parsed(text[:cut], lengths[:half], numbers[:half])
            yield from self._parsed(text[cut:], lengths[half:], numbers[half:])

    def _canonical(self, table: pa.Table, numbers: Int64s) -> Block:
        columns = [
            table[str(source.column)].combine_chunks()
            if source.column < self._width
            else pa.array([self._constants[source.column - self._width]] * len(numbers), pa.binary())
            for source in self._sources
        ]
        block = canonical_block(numbers, columns, self._sources)
        return Block(_unescaped(block.table), block.faults) if self._is_copied else block

    def _misshapen(self, row: int, fields: int) -> Fault:
        if fields == UNCLOSED:
            return Fault(int(row), "unclosed_quote", "a quoted text begins in this line and is not closed")
        detail = f"{fields} fields where the header has {self._width}"
        return Fault(int(row), "wrong_field_count", detail)

    def _skip_line(self) -> Block:
        self._stream.skip_line()
        self._number += 1
        return only_faults(
            [Fault(max(1, self._number - 1), "line_too_long", f"longer than {MAX_LINE_BYTES} bytes")]
        )


def _unescaped(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if field.name != "row_number":
            texts = pl.Series(table[field.name]).str.replace_many(_ESCAPES).to_arrow()
            table = table.set_column(place, field, texts.cast(field.type))
    return table

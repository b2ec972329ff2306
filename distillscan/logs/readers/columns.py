"""Tables with a header, CSV or Parquet: which column holds which canonical field."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.arrays import Bools, Int64s
from distillscan.errors import LogError
from distillscan.logs.extraction import column_of, dotted_column
from distillscan.logs.formats import format_named
from distillscan.logs.mapping import FLAT, UNREAD, Mapping
from distillscan.logs.readers.block import Block, Fault, invalid_utf8, is_valid_utf8
from distillscan.logs.record import RECORDS, REQUESTS, FieldType, Record

_ADDRESSES = {
    field.name for record in RECORDS.values() for field in record.fields if field.type is FieldType.ADDRESS
}
# Key of the field metadata that says which dotted path inside the column's values is meant.
INSIDE = b"inside"

_TEXT_TYPES = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)


@dataclass(frozen=True)
class ColumnSource:
    """Where a field stands: a column by its position, and a dotted path inside its values or nothing.

    In a format ``field`` is a name of ours, not a canonical one, and ``inside`` the column's own.
    """

    field: str
    column: int
    inside: str


def resolve_columns(
    path: Path, columns: list[str], record: Record, mapping: Mapping
) -> tuple[ColumnSource, ...]:
    """The columns of the canonical fields that the table has.

    A format reads its own columns (`_format_columns`). A map that names the columns of a request log is often
    given beside a side table with the canonical names; there they hold where the map's are missing. Raises
    LogError when a required one is missing; it names what there is and the map line to write.
    """
    if mapping.format != FLAT:
        return _format_columns(columns, mapping)
    found = tuple(
        source
        for name in record.names
        if (source := _mapped_source(name, record, mapping, columns)) is not None
    )
    missing = [name for name in record.required if name not in {source.field for source in found}]
    if missing:
        shown = ", ".join(repr(column) for column in columns[:40]) or "none"
        lines = " and ".join(f'{name} = "<its column>"' for name in missing)
        below = "" if record.kind == REQUESTS.kind else f" below a line [{record.kind}]"
        wanted = " or ".join(repr(mapping.path_of(name)) for name in missing)
        raise LogError(
            f"{path} has no column {wanted} for {record.kind};"
            f" it has {shown}. Write {lines}{below} into a file and give it with --map;"
            " `ingest --dry-run` suggests one"
        )
    return found


def _format_columns(columns: list[str], mapping: Mapping) -> tuple[ColumnSource, ...]:
    """The columns that a format reads, under names of ours, with their own names for what is inside."""
    format_ = None if mapping.format == UNREAD else format_named(mapping.format)
    if format_ is None:
        wanted = set(columns)
    else:
        paths = (*format_.every_path(), *(path for _, path in mapping.paths))
        wanted = {column_of(path, tuple(columns))[0] or "" for path in paths}
    return tuple(
        ColumnSource(f"column_{position}", position, name)
        for position, name in enumerate(columns)
        if name in wanted and name and columns.index(name) == position
    )


def _mapped_source(field: str, record: Record, mapping: Mapping, columns: list[str]) -> ColumnSource | None:
    found = _source_of(field, mapping.path_of(field), columns)
    return found if found or record.kind == REQUESTS.kind else _source_of(field, field, columns)


def _source_of(field: str, path: str, columns: list[str]) -> ColumnSource | None:
    column, inside = dotted_column(path, columns)
    return None if column is None else ColumnSource(field, columns.index(column), inside)


def canonical_block(numbers: Int64s, columns: list[pa.Array], sources: tuple[ColumnSource, ...]) -> Block:
    """A block whose columns carry canonical names, without the rows whose text is not UTF-8.

    ``columns`` are the arrays of ``sources``, in their order.
    """
    bad = np.zeros(len(numbers), np.bool_)
    arrays = []
    for column, source in zip(columns, sources, strict=True):
        written = _written_out(column, is_address=source.field in _ADDRESSES)
        array, bad_here = _plain_array(written) if source.inside else _repeating_array(written)
        bad |= bad_here
        arrays.append(array)
    fields = [
        pa.field(source.field, array.type, metadata={INSIDE: source.inside.encode()})
        for source, array in zip(sources, arrays, strict=True)
    ]
    schema = pa.schema([pa.field("row_number", pa.int64()), *fields])
    table = pa.Table.from_arrays([pa.array(numbers), *arrays], schema=schema)
    faults = tuple(Fault(int(row), "invalid_utf8", "bytes that are not UTF-8") for row in numbers[bad])
    return Block(table.filter(pa.array(~bad)) if bad.any() else table, faults)


def _written_out(array: pa.Array, *, is_address: bool) -> pa.Array:
    """Values of 16 bytes that are no text as a UUID is written, or as an address."""
    if not (pa.types.is_binary(array.type) or pa.types.is_fixed_size_binary(array.type)):
        return array
    if pc.any(pc.not_equal(pc.binary_length(array), 16)).as_py() is not False:
        return array
    if is_valid_utf8(array.cast(pa.large_binary()).view(pa.large_string())):
        return array
    digits = pl.Series(array.cast(pa.binary())).bin.encode("hex").str
    if is_address:
        return digits.replace_all("(.{4})", "${1}:").str.strip_suffix(":").to_arrow()
    return digits.replace("(.{8})(.{4})(.{4})(.{4})", "${1}-${2}-${3}-${4}-").to_arrow()


def _repeating_array(array: pa.Array) -> tuple[pa.Array, Bools]:
    """As `_plain_array`; texts of which each different one is stored once stay so."""
    if pa.types.is_dictionary(array.type) and any(is_text(array.type.value_type) for is_text in _TEXT_TYPES):
        texts, bad = _valid_text(array.dictionary.cast(pa.large_binary()))
        if not bad.any():
            indices = array.indices.cast(pa.int32())
            return pa.DictionaryArray.from_arrays(indices, texts.cast(pa.string())), np.zeros(
                len(array), np.bool_
            )
    return _plain_array(array)


def _plain_array(array: pa.Array) -> tuple[pa.Array, Bools]:
    """The array in a type that the database reads as it is; and which of its texts are not UTF-8."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    good = np.zeros(len(array), np.bool_)
    if any(is_text(kind) for is_text in _TEXT_TYPES):
        return _valid_text(array.cast(pa.large_binary()))
    if pa.types.is_nested(kind):
        return _valid_nested(array)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        # Nanoseconds below a microsecond are dropped: no log is that exact.
        return array.cast(
            pa.timestamp("us", kind.tz if pa.types.is_timestamp(kind) else None), safe=False
        ), good
    if pa.types.is_decimal(kind):
        # as text: ids may have more digits than a float, and two of them must not become one
        return pc.replace_substring_regex(array.cast(pa.string()), r"\.0+$", ""), good
    if pa.types.is_time(kind) or pa.types.is_duration(kind) or pa.types.is_null(kind):
        return pa.nulls(len(array), pa.string()), good
    return array, good


def _valid_nested(array: pa.Array) -> tuple[pa.Array, Bools]:
    if is_valid_utf8(array):
        return array, np.zeros(len(array), np.bool_)
    bad = np.array([not is_valid_utf8(array.slice(row, 1)) for row in range(len(array))], np.bool_)
    return pc.if_else(pa.array(bad), pa.scalar(None, array.type), array), bad


def _valid_text(binary: pa.Array) -> tuple[pa.Array, Bools]:
    text = binary.view(pa.large_string())
    if is_valid_utf8(text):
        return text, np.zeros(len(text), np.bool_)
    bad = invalid_utf8(binary)
    return pc.if_else(pa.array(bad), pa.scalar(None, pa.large_string()), text), bad

"""Raw rows to columns with canonical names, of texts: the one step that knows how an export is laid out."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.logs.extraction import LINE
from distillscan.logs.format_query import Query, format_query, records_query
from distillscan.logs.formats import Format, format_named, records_a_line
from distillscan.logs.formats.spans import LINKS, counted_once
from distillscan.logs.mapping import FLAT, Mapping, json_paths
from distillscan.logs.readers.block import in_pieces
from distillscan.logs.readers.columns import INSIDE
from distillscan.logs.readers.jsonl import repaired_lines
from distillscan.logs.record import FieldType, Record
from distillscan.logs.typed import has_type_of, is_text


def raw_rows(
    connection: duckdb.DuckDBPyConnection, block: pa.Table, record: Record, mapping: Mapping
) -> pa.Table:
    """One row per raw row: ``row_number``, the text of each field that any row has, and what is wrong.

    Columns of a table that have the type of their field keep it (`has_type_of`). ``fault`` is the reason code
    of a row that is no record, ``found`` the start of it.
    """
    if mapping.format == FLAT and LINE not in block.column_names:
        return _present(_table_rows(connection, block, record))
    rows = _found(connection, block, record, mapping)
    if LINE in block.column_names:
        rows = _repaired(connection, block, record, mapping, rows)
    if LINKS[0] in rows.column_names:
        rows = counted_once(connection, rows)
    return _present(rows)


def _found(
    connection: duckdb.DuckDBPyConnection, block: pa.Table, record: Record, mapping: Mapping
) -> pa.Table:
    """The texts of each record of the block."""
    format_ = format_named(mapping.format)
    if format_ is not None and format_.has_several_a_line and LINE in block.column_names:
        # The records are cut out first: the query is written for them, and not for the lines.
        block = in_pieces(_records(connection, block, format_))
    return _run(connection, format_query(block, format_, record, mapping), block)


def _records(connection: duckdb.DuckDBPyConnection, lines: pa.Table, format_: Format) -> pa.Table:
    """The records that stand in the lines."""
    records = lines
    if format_.cut is not None:
        records = format_.cut(lines)
    if format_.explode is not None:
        records = _run(connection, records_query(format_.explode), lines)
    if format_.gather is None:
        return records
    return _run(connection, Query(format_.gather("SELECT row_number, line FROM block"), ()), records)


def _repaired(
    connection: duckdb.DuckDBPyConnection, block: pa.Table, record: Record, mapping: Mapping, rows: pa.Table
) -> pa.Table:
    """The rows, with those of the lines that could be repaired."""
    step = records_a_line(mapping.format)
    invalid = rows.filter(pc.equal(rows["fault"], "invalid_json"))["row_number"]
    if len(invalid) == 0:
        return rows
    numbers = pc.divide(invalid, step).combine_chunks()
    lines = repaired_lines(block.filter(pc.is_in(block["row_number"], value_set=numbers)))
    again = pc.is_in(pc.divide(rows["row_number"], step), value_set=lines["row_number"].combine_chunks())
    found = _found(connection, lines, record, mapping)
    return pa.concat_tables([rows.filter(pc.invert(again)), found])


def _run(connection: duckdb.DuckDBPyConnection, query: Query, block: pa.Table) -> pa.Table:
    connection.register("block", block)
    try:
        return connection.sql(query.sql, params=query.parameters or None).to_arrow_table()
    finally:
        connection.unregister("block")


def _present(rows: pa.Table) -> pa.Table:
    """Without empty columns: most exports have a few of the fields, and every one costs time."""
    kept = [name for name in rows.column_names if rows[name].null_count < rows.num_rows]
    # in one piece the next query keeps their order, and two threads would not make it quicker
    return rows.select(kept).combine_chunks()


def _table_rows(connection: duckdb.DuckDBPyConnection, block: pa.Table, record: Record) -> pa.Table:
    """Fields of a table, whose columns already have canonical names."""
    fields = [field for field in record.fields if field.name in block.column_names]
    parameters: list[str] = []
    columns = ["row_number"]
    for field in fields:
        stored = block.schema.field(field.name)
        inside = (stored.metadata or {}).get(INSIDE, b"").decode()
        text = _column_text(stored.type, field.type, field.name)
        if inside:
            own = json_paths(inside)
            text = f"coalesce({', '.join(f'try(json_extract_string({text}, ?))' for _ in own)}, NULL)"
            parameters += own
        columns.append(f"{text} AS {field.name}" if text != field.name else text)
    names = ["row_number", *(field.name for field in fields)]
    if columns == names:
        return block.select(names)
    return _run(connection, Query(f"SELECT {', '.join(columns)} FROM block", parameters), block)


def _column_text(stored: pa.DataType, wanted: FieldType, column: str) -> str:
    """The text of a column, or the column itself where it holds text or values of the wanted type."""
    if is_text(stored) or has_type_of(stored, wanted):
        return column
    if pa.types.is_floating(stored):
        # Whole numbers turn into floats as soon as one of them is missing; an id must not.
        whole = f"{column} = floor({column}) AND abs({column}) < 9007199254740992"
        text = f"CASE WHEN isfinite({column}) THEN {column}::VARCHAR END"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {text} END"
    if pa.types.is_nested(stored):
        return f"to_json({column})::VARCHAR"
    return f"{column}::VARCHAR"

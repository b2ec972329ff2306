"""Raw rows to columns with canonical names, of texts: the one step that knows how an export is laid out."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.logs.extraction import LINE, NO_PATH, coalesced, is_json
from distillscan.logs.formats import Format, format_named, records_a_line
from distillscan.logs.formats.spans import LINKS, counted_once
from distillscan.logs.mapping import FLAT, Mapping, json_paths, paths_above
from distillscan.logs.nested import BLANK, FOUND_CHARACTERS, Query, format_query, records_query
from distillscan.logs.quoted import paths_in
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
    if format_ is None:
        return _run(connection, _raw_lines(block, record, mapping), block)
    if format_.has_several_a_line and LINE in block.column_names:
        # As a table of their own: what is costly to plan is planned for the keys that these records have.
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


def _raw_lines(block: pa.Table, record: Record, mapping: Mapping) -> Query:
    """Fields of JSON lines; one parse of each line and of JSON texts in it, however many fields."""
    own = {name: json_paths(mapping.path_of(name)) for name in record.names}
    splits = {name: _splits(mapping.path_of(name)) for name in record.names}
    outer = {path for pairs in splits.values() for path, _ in pairs}
    known = paths_in(block[LINE], [*outer, *(path for found in own.values() for path in found)])
    paths: list[str] = []
    inside: dict[str, list[str]] = {}
    direct: dict[str, list[str]] = {}
    columns = []
    for name in record.names:
        values = []
        for path in own[name]:
            if path in known.paths:
                paths.append(path)
                values.append(f"found_values[{len(paths)}]")
        found = tuple(values)
        for path, rest in splits[name] if found else ():
            if path in known.paths and path not in known.objects:
                inside.setdefault(path, []).append(rest)
                direct.setdefault(path, []).extend(found)
                values.append(f"inside_{list(inside).index(path)}[{len(inside[path])}]")
        columns.append(f"{coalesced(values)} AS {name}")
    parsed = []
    for place, path in enumerate(inside):
        text = f"found_values[{len(paths) + place + 1}]"
        # an object is written out as a text, too, which is not to be parsed again
        is_text = f"coalesce({', '.join([*direct[path], 'NULL'])}) IS NULL AND {is_json(text)}"
        parsed.append(f"CASE WHEN {is_text} THEN try(json_extract_string({text}, ?)) END AS inside_{place}")
    lines = "SELECT row_number, line, try(json_extract_string(line, ?)) AS found_values FROM block"
    sql = rf"""
  SELECT row_number,
    CASE
      WHEN found_values IS NULL OR NOT starts_with(line, '{{')
      THEN trim(left(line, {FOUND_CHARACTERS}), E'\r\n')
    END AS found,
    CASE
      WHEN found_values IS NULL AND regexp_full_match(line, '\s*') THEN '{BLANK}'
      WHEN found_values IS NULL THEN 'invalid_json'
      WHEN NOT starts_with(line, '{{') AND NOT regexp_matches(line, '^\s*\{{') THEN 'not_an_object'
    END AS fault,
    {", ".join(columns)}
  FROM ({f"SELECT *, {', '.join(parsed)} FROM ({lines})" if parsed else lines})"""
    return Query(sql, [*inside.values(), [*paths, *inside] or [NO_PATH]])


def _splits(path: str) -> list[tuple[str, str]]:
    """The JSON paths of what a path leads through, maybe JSON in a string, and those of the rest in it."""
    return [
        (json_paths(above)[-1], below)
        for above in paths_above(path)
        for below in json_paths(path[len(above) + 1 :])
    ]


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

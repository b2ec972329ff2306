"""Raw rows to canonical records, as one SQL query per block."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.logs import body
from distillscan.logs.columns import INSIDE
from distillscan.logs.jsonl import repaired_lines
from distillscan.logs.mapping import Mapping, json_paths
from distillscan.logs.record import FieldType, Record
from distillscan.logs.values import VALUE, address_masked, canonical_addresses, identity_value

BLANK = "blank"
_DETAIL_CHARACTERS = 200
_LINE_CHARACTERS = 60


@dataclass(frozen=True)
class Query:
    """SQL over the view ``block``, with the parameters it binds."""

    sql: str
    parameters: tuple[object, ...] = ()


def configure(connection: duckdb.DuckDBPyConnection) -> None:
    """Set what the queries here rely on: times without a zone are UTC."""
    connection.execute("SET TimeZone = 'UTC'")


def canonical_rows(
    connection: duckdb.DuckDBPyConnection,
    block: pa.Table,
    record: Record,
    mapping: Mapping,
    account_field: str,
) -> pa.Table:
    """One row per raw row: ``row_number``, ``reason`` and ``detail`` of a reject, and the canonical columns.

    Requests come with what the case derives from them (`_request_columns`), sidecars with their own fields.
    Rows of white space only carry the reason ``blank``: they are no records.
    """
    rows = _run(connection, block, record, mapping, account_field)
    if "line" not in block.column_names:
        return rows
    invalid = rows.filter(pc.equal(rows["reason"], "invalid_json"))["row_number"]
    if len(invalid) == 0:
        return rows
    damaged = pc.is_in(block["row_number"], value_set=invalid.combine_chunks())
    lines = repaired_lines(block.filter(damaged))
    kept = pc.invert(pc.is_in(rows["row_number"], value_set=lines["row_number"].combine_chunks()))
    return pa.concat_tables([rows.filter(kept), _run(connection, lines, record, mapping, account_field)])


def _run(
    connection: duckdb.DuckDBPyConnection,
    block: pa.Table,
    record: Record,
    mapping: Mapping,
    account_field: str,
) -> pa.Table:
    query = canonical_query(block.schema, record, mapping, account_field)
    connection.register("block", block)
    try:
        rows = connection.sql(query.sql, params=list(query.parameters)).to_arrow_table()
    finally:
        connection.unregister("block")
    for field in record.fields:
        if field.type is FieldType.ADDRESS and field.name in rows.column_names:
            position = rows.column_names.index(field.name)
            rows = rows.set_column(position, field.name, canonical_addresses(rows[field.name]))
    return rows


def canonical_query(schema: pa.Schema, record: Record, mapping: Mapping, account_field: str) -> Query:
    """The query from a block of this shape to canonical rows."""
    raw = _raw_lines(record, mapping) if "line" in schema.names else _raw_columns(schema, record, mapping)
    typed = ",\n    ".join(
        f"{VALUE[field.type](f'raw.{field.name}')} AS {field.name}" for field in record.fields
    )
    required = ", ".join(f"raw.{name} AS raw_{name}" for name in record.required)
    if record.kind == "requests":
        extra, texts, columns = _TURNS, _TEXTS, _request_columns(record, account_field)
    else:
        extra, texts, columns = "", "SELECT * FROM typed", ", ".join(record.names)
    # Materialised, because the optimizer would copy the costly texts into every use of them.
    sql = f"""
WITH raw AS ({raw.sql}),
typed AS (
  SELECT row_number, fault, found, {required}{extra},
    {typed}
  FROM raw
),
texts AS MATERIALIZED ({texts})
SELECT row_number, {_reason(record)} AS reason, {_detail(record)} AS detail,
  {columns}
FROM texts"""
    return Query(sql, raw.parameters)


# The messages stand in their own column, or some exporters put them where the prompt belongs.
_PROMPT_TURNS = f"CASE WHEN {body.may_be_list('raw.prompt')} THEN {body.turns('raw.prompt')} END"
_TURNS = f""",
    CASE
      WHEN {body.has_turns(_PROMPT_TURNS)} THEN {_PROMPT_TURNS}
      ELSE {body.turns("raw.messages")}
    END AS turns,
    {address_masked("raw.client_ip")} AS ip_masked"""

_TEXTS = f"""
  SELECT * REPLACE (
      coalesce(
        CASE WHEN NOT ({body.may_be_list("prompt")} AND {body.has_turns("turns")}) THEN prompt END,
        {body.last_user_text("turns")}
      ) AS prompt,
      {body.system_text("system", "turns")} AS system
    )
  FROM typed"""


def _request_columns(record: Record, account_field: str) -> str:
    """The columns of table ``requests`` that one row decides, the two texts, and the hashes of its keys.

    ``identity_hash`` is of account and request id, NULL without one; ``record_hash`` is of all fields but
    the address, which is not canonical yet.
    """
    account = record.names.index(account_field)
    others = [name for name in record.names if name not in ("client_ip", "prompt", "system")]
    parameters = body.parameters_key("temperature", "top_p", "max_tokens", "stop", "stream")
    return f"""{record.names[account]} AS account_id, timestamp AS ts, org_id, model,
  CASE WHEN NOT {body.redacted("prompt")} THEN prompt END AS prompt,
  CASE WHEN NOT {body.redacted("system")} THEN system END AS system,
  CASE WHEN {body.redacted("prompt")} THEN 0 ELSE coalesce(length(prompt), 0) END::INTEGER AS prompt_chars,
  {body.truncated("prompt")} AS prompt_truncated, {body.redacted("prompt")} AS prompt_redacted,
  {body.tools_key("tools")} AS tools_key, {parameters} AS parameters_key,
  client_ip, ip_masked, user_agent, tls_fingerprint, asn, country,
  try_cast(status_code AS INTEGER) AS status_code, input_tokens, output_tokens,
  CASE WHEN request_id IS NOT NULL THEN hash({record.names[account]}, request_id) END AS identity_hash,
  hash({", ".join(others)}, prompt, system) AS record_hash"""


def _reason(record: Record) -> str:
    """Why a row is rejected, as a fixed code; NULL for a good one."""
    cases = []
    for field in record.fields:
        if not field.required:
            continue
        missing = f"'missing_{field.name}'"
        if field.type in (FieldType.TIMESTAMP, FieldType.DATE):
            unreadable = f"'unreadable_{field.type.value}'"
            given = identity_value(f"raw_{field.name}")
            why = f"CASE WHEN {given} IS NULL THEN {missing} ELSE {unreadable} END"
            cases.append(f"WHEN {field.name} IS NULL THEN {why}")
        else:
            cases.append(f"WHEN {field.name} IS NULL THEN {missing}")
            cases.append(f"WHEN {_is_composite(field.name)} THEN 'invalid_{field.name}'")
    return f"CASE WHEN fault IS NOT NULL THEN fault {' '.join(cases)} END"


def _detail(record: Record) -> str:
    """What was found in the field that a row is rejected for."""
    cases = []
    for field in record.fields:
        if field.required:
            raw = f"raw_{field.name}"
            bad = f"{field.name} IS NULL OR {_is_composite(raw)}"
            cases.append(f"WHEN {bad} THEN left(coalesce({raw}, ''), {_DETAIL_CHARACTERS})")
    return f"coalesce(CASE WHEN fault IS NOT NULL THEN found {' '.join(cases)} END, '')"


def _is_composite(text: str) -> str:
    """A JSON object or list where a name should be."""
    return f"(starts_with({text}, '{{') OR starts_with({text}, '['))"


def _raw_lines(record: Record, mapping: Mapping) -> Query:
    """Fields of JSON lines; one parse of each line, whatever the number of fields."""
    paths: list[str] = []
    columns = []
    for name in record.names:
        own = json_paths(mapping.path_of(name))
        values = ", ".join(f"found_values[{len(paths) + position}]" for position in range(1, len(own) + 1))
        paths += own
        columns.append(f"coalesce({values}) AS {name}" if len(own) > 1 else f"{values} AS {name}")
    sql = rf"""
  SELECT row_number,
    CASE
      WHEN found_values IS NULL OR NOT starts_with(line, '{{')
      THEN trim(left(line, {_LINE_CHARACTERS}), E'\r\n')
    END AS found,
    CASE
      WHEN found_values IS NULL AND regexp_full_match(line, '\s*') THEN '{BLANK}'
      WHEN found_values IS NULL THEN 'invalid_json'
      WHEN NOT starts_with(line, '{{') AND NOT regexp_matches(line, '^\s*\{{') THEN 'not_an_object'
    END AS fault,
    {", ".join(columns)}
  FROM (SELECT row_number, line, try(json_extract_string(line, ?)) AS found_values FROM block)"""
    return Query(sql, (paths,))


def _raw_columns(schema: pa.Schema, record: Record, mapping: Mapping) -> Query:
    """Fields of a table, whose columns already have canonical names."""
    parameters: list[str] = []
    columns = []
    for field in record.fields:
        if field.name not in schema.names:
            columns.append(f"NULL::VARCHAR AS {field.name}")
            continue
        expression = _column_text(schema.field(field.name).type, field.type, field.name)
        inside = (schema.field(field.name).metadata or {}).get(INSIDE, b"").decode()
        if inside:
            own = json_paths(inside)
            expression = (
                f"coalesce({', '.join(f'try(json_extract_string({expression}, ?))' for _ in own)}, NULL)"
            )
            parameters += own
        columns.append(f"{expression} AS {field.name}")
    sql = (
        f"SELECT row_number, NULL::VARCHAR AS found, NULL::VARCHAR AS fault, {', '.join(columns)} FROM block"
    )
    return Query(sql, tuple(parameters))


def _column_text(stored: pa.DataType, wanted: FieldType, column: str) -> str:
    """The text of a column; a time stays a time where a time is wanted."""
    if pa.types.is_timestamp(stored):
        if wanted not in (FieldType.TIMESTAMP, FieldType.DATE):
            return f"{column}::VARCHAR"
        # As microseconds it goes the road of every other time; earlier ones would be taken for milliseconds.
        return f"CASE WHEN year({column}) >= 2000 THEN epoch_us({column})::VARCHAR ELSE {column}::VARCHAR END"
    if pa.types.is_floating(stored):
        # Whole numbers turn into floats as soon as one of them is missing; an id must not.
        whole = f"{column} = floor({column}) AND abs({column}) < 9007199254740992"
        text = f"CASE WHEN isfinite({column}) THEN {column}::VARCHAR END"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {text} END"
    if pa.types.is_nested(stored):
        return f"to_json({column})::VARCHAR"
    return f"{column}::VARCHAR"

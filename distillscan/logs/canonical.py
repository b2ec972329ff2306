"""Raw text columns to canonical records, as one SQL query per block."""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.logs import body
from distillscan.logs.formats.spans import SPAN
from distillscan.logs.mapping import Mapping
from distillscan.logs.memo import MASKED, SETTLED, Memo
from distillscan.logs.raw import raw_rows
from distillscan.logs.record import PROMPTS, REQUESTS, Field, FieldType, Record
from distillscan.logs.turns import said_in
from distillscan.logs.typed import is_text, typed_value
from distillscan.logs.values import (
    VALUE,
    address_masked,
    canonical_addresses,
    identity_value,
    is_relative_clock,
)

_DETAIL_CHARACTERS = 200
_SQL_TYPE = {
    FieldType.TIMESTAMP: "TIMESTAMP",
    FieldType.DATE: "DATE",
    FieldType.INTEGER: "BIGINT",
    FieldType.DECIMAL: "DOUBLE",
    FieldType.BOOLEAN: "BOOLEAN",
}

#: Read only of requests without an id, to tell these apart: to hash such long texts is costly.
_HASHED_ONLY = ("messages", "response")
#: Fields of which only the hash of a request without an id is made. They are not read where all have one.
_HASHED_ALONE = (
    "account_id api_key_id end_user_id upstream_account_id session_id provider response reasoning_tokens"
    " cached_tokens endpoint error latency_ms finish_reason"
)
#: The address is not canonical yet, the texts are added last, and the others are no part of the request.
_NOT_HASHED = ("client_ip", "prompt", "system", "record_number", "sample_rate")
#: Some write the share of requests that they keep, some that it is one in so many.
_SAMPLE_RATE = "CASE WHEN sample_rate > 1 THEN 1 / sample_rate WHEN sample_rate > 0 THEN sample_rate END"
# What `turns` takes out of the messages, and the messages that it leaves.
_SAID_BY_USER, _SAID_BY_SYSTEM, _SAID_FIRST = "said_by_user", "said_by_system", "said_first"
_MESSAGES_LEFT = "messages_left"
_REQUEST_ID = Field("request_id", FieldType.IDENTITY)


def _unredacted(text: str) -> str:
    return f"CASE WHEN NOT {body.redacted(text)} THEN {text} END"


def configure(connection: duckdb.DuckDBPyConnection) -> None:
    """Set what the queries here rely on: times without a zone are UTC."""
    connection.execute("SET TimeZone = 'UTC'")


def canonical_rows(
    connection: duckdb.DuckDBPyConnection,
    block: pa.Table,
    record: Record,
    mapping: Mapping,
    account_field: str,
    memo: Memo | None = None,
) -> pa.Table:
    """One row per raw row: ``row_number``, ``reason`` and ``detail`` of a reject, and the canonical columns.

    They are in the order of their numbers. Requests come with what the case derives from them
    (`_request_columns`), those of record `PROMPTS` with ``prompt`` alone, and sidecars with their own fields.
    Rows of white space only carry the reason ``blank``: they are no records.
    """
    memo = memo or Memo()
    if record.kind != REQUESTS.kind or record == PROMPTS or not memo.all_have_ids:
        return _rows(connection, block, record, mapping, account_field, memo)
    rows = _rows(connection, block, _of_identified(record), mapping, account_field, memo)
    without = pc.and_(pc.is_null(rows["reason"]), pc.is_null(rows["identity_hash"]))
    memo.all_have_ids = not pc.any(without).as_py()
    return rows if memo.all_have_ids else _rows(connection, block, record, mapping, account_field, memo)


def _of_identified(record: Record) -> Record:
    """The fields to read of requests that all have an id."""
    alone = _HASHED_ALONE.split()
    fields = (field for field in record.fields if field.required or field.name not in alone)
    return Record(record.kind, tuple(fields))


def _rows(
    connection: duckdb.DuckDBPyConnection,
    block: pa.Table,
    record: Record,
    mapping: Mapping,
    account_field: str,
    memo: Memo,
) -> pa.Table:
    raw = memo.settled(connection, raw_rows(connection, block, record, mapping), record)
    if record.kind == REQUESTS.kind:
        raw = _with_turns(raw)
    connection.register("raw", raw)
    try:
        rows = connection.sql(_query(raw, record, account_field)).to_arrow_table()
    finally:
        connection.unregister("raw")
    for field in record.fields:
        unsettled = field.name in raw.column_names and SETTLED + field.name not in raw.column_names
        if field.type is FieldType.ADDRESS and unsettled:
            position = rows.column_names.index(field.name)
            rows = rows.set_column(position, field.name, canonical_addresses(rows[field.name]))
    return _in_order(rows)


def _in_order(rows: pa.Table) -> pa.Table:
    """The rows by their numbers: the database hands them out as its threads come by."""
    numbers = rows["row_number"].to_numpy()
    if np.all(numbers[:-1] <= numbers[1:]):
        return rows
    return rows.take(np.argsort(numbers, kind="stable"))


def _with_turns(raw: pa.Table) -> pa.Table:
    """The rows with what their messages say, and with the messages that are left to `body.turns`."""
    if "messages" not in raw.column_names:
        return raw
    messages = raw["messages"]
    if pa.types.is_dictionary(messages.type):
        messages = messages.cast(messages.type.value_type)
    wanted = pc.is_valid(messages)
    if "prompt" in raw.column_names:
        # Messages in the column of the prompt go before these; `_turns` reads them.
        wanted = pc.and_(wanted, pc.invert(pc.fill_null(pc.starts_with(raw["prompt"], "["), False)))
    said = said_in(messages, wanted)
    found = {_SAID_BY_USER: said.user, _SAID_BY_SYSTEM: said.system, _SAID_FIRST: said.opening}
    found[_MESSAGES_LEFT] = said.left
    for name, texts in found.items():
        if texts.null_count < len(texts):
            raw = raw.append_column(name, texts)
    return raw


def _texts(record: Record) -> tuple[str, ...]:
    return ("prompt",) if record == PROMPTS else ("prompt", "system", "opening")


def _query(raw: pa.Table, record: Record, account_field: str) -> str:
    present = set(raw.column_names)
    typed = ",\n    ".join(f"{_typed(field, raw)} AS {field.name}" for field in record.fields)
    found = ", ".join(f"{_text(name, present)}::VARCHAR AS {name}" for name in ("fault", "found"))
    found += "".join(
        f", {_as_found(field, raw)} AS raw_{field.name}" for field in record.fields if field.required
    )
    bodies, columns = "", ", ".join(record.names)
    texts = "(SELECT *, NULL::VARCHAR AS opening FROM typed)"
    spans = list[str]()
    if record.kind == REQUESTS.kind:
        columns = ", ".join(f"{_unredacted(name)} AS {name}" for name in _texts(record))
        columns += "" if record == PROMPTS else f", {_request_columns(record, account_field)}"
        spans = [name for name in SPAN if name in present]
        masked = (
            f"coalesce(raw.{MASKED}, false)"
            if MASKED in present
            else address_masked(_text("client_ip", present))
        )
        bodies = f", {masked} AS ip_masked" + "".join(f", raw.{name}" for name in spans)
        said = {name: _text(name, present) for name in (_SAID_BY_USER, _SAID_BY_SYSTEM, _SAID_FIRST)}
        bodies += "".join(f", {text} AS {name}" for name, text in said.items())
        if _has_lists(raw):
            bodies += f", {_turns(present)} AS turns"
            # Materialised, because the optimizer would copy the costly texts into every use of them.
            texts = f"MATERIALIZED ({_TEXTS_OF_LISTS})"
        elif not present.isdisjoint(said):
            texts = f"({_TEXTS})"
    return f"""
WITH typed AS (
  SELECT row_number, {found}{bodies},
    {typed}
  FROM raw
),
texts AS {texts}
SELECT row_number, reason, CASE WHEN reason IS NOT NULL THEN {_detail(record)} ELSE '' END AS detail,
  {", ".join([columns, *spans])}
FROM (SELECT *, {_reason(record)} AS reason FROM texts)"""


def _text(name: str, present: Collection[str]) -> str:
    return f"raw.{name}" if name in present else "NULL::VARCHAR"


def _as_found(field: Field, raw: pa.Table) -> str:
    """The text of a value, which is only shown where it could not be read."""
    text = f"{_text(field.name, raw.column_names)}::VARCHAR"
    if field.name not in raw.column_names or is_text(raw[field.name].type):
        return text
    return f"CASE WHEN ({_typed(field, raw)}) IS NULL THEN {text} END"


def _typed(field: Field, raw: pa.Table) -> str:
    value = _own_value(field, raw)
    if field.name == "record_number" and _some_ids_are_numbers(raw):
        digits = "regexp_full_match(raw.request_id, '[0-9]{1,18}')"
        return f"coalesce({value}, CASE WHEN {digits} THEN try_cast(raw.request_id AS BIGINT) END)"
    return value


def _some_ids_are_numbers(raw: pa.Table) -> bool:
    """Whether any request id is a number; to ask here is cheap where none is."""
    if "request_id" not in raw.column_names:
        return False
    ids = raw["request_id"]
    return pa.types.is_dictionary(ids.type) or bool(pc.any(pc.ascii_is_decimal(ids)).as_py())


def _own_value(field: Field, raw: pa.Table) -> str:
    if SETTLED + field.name in raw.column_names:
        return f"raw.{SETTLED}{field.name}"
    if field.name not in raw.column_names:
        return f"NULL::{_SQL_TYPE.get(field.type, 'VARCHAR')}"
    column = raw[field.name]
    if field.name in _HASHED_ONLY and "request_id" in raw.column_names:
        value = VALUE[field.type](f"raw.{field.name}")
        return f"CASE WHEN ({_typed(_REQUEST_ID, raw)}) IS NULL THEN {value} END"
    if not is_text(column.type):
        return typed_value(f"raw.{field.name}", column.type, field.type)
    return VALUE[field.type](f"raw.{field.name}")


def _has_lists(raw: pa.Table) -> bool:
    """Whether any text has to be taken out of a list of messages or parts that is not read yet."""
    if _MESSAGES_LEFT in raw.column_names:
        return True
    texts = [raw[name] for name in ("prompt", "system") if name in raw.column_names]
    return any(pc.any(pc.starts_with(text, "[")).as_py() for text in texts)


def _turns(present: Collection[str]) -> str:
    """The messages stand in their own column, or some exporters put them where the prompt belongs."""
    prompt, messages = _text("prompt", present), _text(_MESSAGES_LEFT, present)
    in_prompt = f"CASE WHEN {body.may_be_list(prompt)} THEN {body.turns(prompt)} END"
    return f"CASE WHEN {body.has_turns(in_prompt)} THEN {in_prompt} ELSE {body.turns(messages)} END"


_TEXTS = f"""
  SELECT * REPLACE (
      coalesce(prompt, {_SAID_BY_USER}) AS prompt,
      nullif(concat_ws(chr(10), system, {_SAID_BY_SYSTEM}), '') AS system
    ),
    CASE WHEN prompt IS NULL THEN {_SAID_FIRST} END AS opening
  FROM typed"""

_OWN_PROMPT = f"CASE WHEN NOT ({body.may_be_list('prompt')} AND {body.has_turns('turns')}) THEN prompt END"

_TEXTS_OF_LISTS = f"""
  SELECT * REPLACE (
      coalesce(
        {_OWN_PROMPT},
        {_SAID_BY_USER},
        {body.last_user_text("turns")}
      ) AS prompt,
      {body.system_text("system", _SAID_BY_SYSTEM, "turns")} AS system
    ),
    CASE WHEN {_OWN_PROMPT} IS NULL
         THEN coalesce({_SAID_FIRST}, {body.first_of_several_user_texts("turns")}) END AS opening
  FROM typed"""


def _request_columns(record: Record, account_field: str) -> str:
    """The columns of table ``requests`` that one row decides, and the hashes of its keys.

    ``identity_hash`` is `id_hash` with that of the account, NULL without a request id; ``record_hash`` is
    of all fields but the address, which is not canonical yet, and only there where it is needed for want of
    a request id.
    """
    account = record.names.index(account_field)
    others = [name for name in record.names if name not in _NOT_HASHED]
    parameters = body.parameters_key("temperature", "top_p", "max_tokens", "stop", "stream")
    return f"""{record.names[account]} AS account_id, timestamp AS ts, org_id, model,
  CASE WHEN {body.redacted("prompt")} THEN 0 ELSE coalesce(length(prompt), 0) END::INTEGER AS prompt_chars,
  {body.truncated("prompt")} AS prompt_truncated, {body.redacted("prompt")} AS prompt_redacted,
  {body.tools_key("tools")} AS tools_key, {parameters} AS parameters_key,
  client_ip, ip_masked, user_agent, tls_fingerprint, asn, country,
  try_cast(status_code AS INTEGER) AS status_code, input_tokens, output_tokens, record_number,
  {_SAMPLE_RATE} AS sample_rate,
  xor(hash(coalesce({record.names[account]}, '')), {id_hash("request_id")}) AS identity_hash,
  CASE WHEN request_id IS NULL THEN hash({", ".join(others)}, prompt, system) END AS record_hash"""


def id_hash(request_id: str) -> str:
    """The hash of a request id: XOR of a request's key with the hash of its account gives it back."""
    # Hashed twice, or a request would have the key of another whose account and id are exchanged.
    return f"CASE WHEN {request_id} IS NOT NULL THEN hash(hash({request_id})) END"


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
            relative = f"WHEN {is_relative_clock(f'raw_{field.name}')} THEN 'relative_{field.type.value}'"
            why = f"CASE WHEN {given} IS NULL THEN {missing} {relative} ELSE {unreadable} END"
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

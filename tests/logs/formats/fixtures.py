"""What the tests of formats share: the fixture of each, and the canonical rows that are expected of it."""

import json
from pathlib import Path

import duckdb

from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.formats import FORMATS, Format
from distillscan.logs.formats.spans import SPAN
from distillscan.logs.mapping import Mapping
from distillscan.logs.raw import raw_rows
from distillscan.logs.record import Record, record_of

FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats"
#: What the case keeps of a request beside hashes; the other fields are compared as the texts found.
_TYPED = {
    "requests": "reason account_id ts org_id model prompt system client_ip ip_masked user_agent"
    " tls_fingerprint asn country status_code input_tokens output_tokens prompt_truncated prompt_redacted"
}
# Hashes of spans are no field of a record.
_REPLACED = {"timestamp", "messages", "fault", "found", *SPAN}


def logs_of(format_: Format) -> list[Path]:
    """The files of a format's fixture; several hold the same records in other containers."""
    return sorted((FIXTURES / format_.name).glob("log*"))


def expected_path(format_: Format) -> Path:
    return FIXTURES / format_.name / "expected.json"


def record_for(format_: Format) -> Record:
    """The record of the format's kind, with the identity that the fixture fills taken for the account."""
    fields = ("account_id", "api_key_id", "end_user_id", "upstream_account_id", "org_id")
    body_fields = {"end_user_id"} if format_.request_body else set()
    account = next(name for name in fields if name in format_.fields or name in body_fields)
    return record_of(format_.kind, account if format_.kind == "requests" else "account_id")


def account_field(record: Record) -> str:
    return next((name for name in record.required if name != "timestamp"), "account_id")


def rows_of(path: Path, format_: Format) -> list[dict]:
    """All that a file gives: typed values where the case has them, else the texts found; no nulls."""
    record, mapping = record_for(format_), Mapping(format=format_.name)
    rows: dict[int, dict] = {}
    with Export(path, record, mapping) as export, duckdb.connect() as connection:
        configure(connection)
        for block in export.blocks():
            for fault in block.faults:
                rows[fault.row_number] = {"reason": fault.reason}
            if block.table.num_rows == 0:
                continue
            for row in raw_rows(connection, block.table, record, mapping).to_pylist():
                rows[row["row_number"]] = {name: row[name] for name in row if name not in _REPLACED}
            typed = canonical_rows(connection, block.table, record, mapping, account_field(record))
            kept = _TYPED.get(format_.kind, " ".join(typed.column_names)).split()
            for row in typed.to_pylist():
                rows[row["row_number"]] |= {name: row.get(name) for name in kept}
    return [_plain(rows[number]) for number in sorted(rows)]


def _plain(row: dict) -> dict:
    """A row as JSON can hold it, without what is missing and without flags that are not raised."""
    if row.get("reason") is not None:
        row = {"row_number": row.get("row_number"), "reason": row["reason"]}
    kept = {name: value for name, value in sorted(row.items()) if value not in (None, False, "")}
    return json.loads(json.dumps(kept, default=str))


ALL = [(format_, path) for format_ in FORMATS for path in logs_of(format_)]
IDS = [f"{format_.name}/{path.name}" for format_, path in ALL]

"""What the tests of the readers share: one export, read to canonical rows as the case would."""

from pathlib import Path

import duckdb

from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.mapping import Mapping
from distillscan.logs.record import record_of

GOOD = '{"account_id": "a1", "timestamp": "2026-01-02T03:04:05Z", "prompt": "hello"}'


def read(path: Path, kind: str = "requests", account_field: str = "account_id", **paths: str) -> list[dict]:
    """Canonical rows and faults of one file, in the order of their numbers."""
    record, mapping = record_of(kind, account_field), Mapping(tuple(sorted(paths.items())))
    rows: list[dict] = []
    with Export(path, record, mapping) as export, duckdb.connect() as connection:
        configure(connection)
        for block in export.blocks():
            rows += [
                {"row_number": f.row_number, "reason": f.reason, "detail": f.detail} for f in block.faults
            ]
            if block.table.num_rows:
                rows += canonical_rows(connection, block.table, record, mapping, account_field).to_pylist()
    return sorted(rows, key=lambda row: row["row_number"])


def raw(path: Path, column: str = "line") -> list[tuple[int, str | None]]:
    """Number and text of each raw row, and None for a row that could not be split off, by number."""
    found: list[tuple[int, str | None]] = []
    with Export(path, record_of("requests"), Mapping()) as export:
        for block in export.blocks():
            found += [(fault.row_number, None) for fault in block.faults]
            if block.table.num_rows:
                numbers, texts = block.table["row_number"].to_pylist(), block.table[column].to_pylist()
                found += zip(numbers, texts, strict=True)
    return sorted(found, key=lambda row: row[0])


def reasons_of(rows: list[dict]) -> dict[int, str]:
    return {row["row_number"]: row["reason"] for row in rows if row["reason"] is not None}


def numbers_of(rows: list[dict]) -> list[int]:
    return [row["row_number"] for row in rows if row["reason"] is None]

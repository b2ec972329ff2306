"""``ingest --dry-run``: what would be understood of each file."""

from __future__ import annotations

from distillscan.cli.screen import show_result
from distillscan.errors import LogError
from distillscan.findings.support import supported
from distillscan.logs.discovery import find_files
from distillscan.logs.mapping import FLAT, Mapping
from distillscan.logs.parts import Part, parts_of
from distillscan.logs.preview import preview
from distillscan.logs.recognise import reading_of, take_sample
from distillscan.logs.record import Record, record_of
from distillscan.logs.suggest import map_text, suggested_map
from distillscan.reports.terminal.preview import previewed, unreadable


def show_previews(sources: dict[str, list[str]], mapping: Mapping, format_: str, account_field: str) -> None:
    """Print one preview a file, of requests with what they and the tables beside them can support."""
    from_accounts: set[str] = set()
    for kind, files in sources.items():
        record = record_of(kind, account_field)
        chosen = reading_of(mapping, format_, record)
        for file in find_files(files):
            try:
                for part in parts_of(file):
                    filled = _show(part, record, chosen, account_field, from_accounts)
                    if kind in ("accounts", "edge"):
                        from_accounts |= filled
            except LogError as error:
                show_result(unreadable(file.name, str(error)))


def _show(
    part: Part, record: Record, mapping: Mapping, account_field: str, from_accounts: set[str]
) -> set[str]:
    """Print the preview of one file, and return the fields it fills."""
    try:
        seen = preview(part, part.name, record, mapping, account_field)
    except LogError as error:
        show_result(unreadable(part.name, str(error)))
        return set()
    filled = set(seen.filled)
    flat = seen.recognition.format == FLAT and not mapping.paths
    suggested = _suggestion(part, record, filled) if flat else None
    show_result(previewed(seen, supported(from_accounts | filled), suggested))
    return filled


def _suggestion(part: Part, record: Record, filled: set[str]) -> str | None:
    found = suggested_map(take_sample(part, record).records, record)
    missing = set(record.required) - filled
    return map_text(found, record, filled) if found or missing else None

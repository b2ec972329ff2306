"""``ingest --dry-run``: what would be understood of each file."""

from __future__ import annotations

from collections.abc import Iterator

from distillscan.cli.screen import show_result
from distillscan.errors import LogError
from distillscan.findings.whole_log.support import supported
from distillscan.logs.discovery import find_files
from distillscan.logs.mapping import Mapping
from distillscan.logs.parts import InputPath, parts_of
from distillscan.logs.preview import Preview, preview, together
from distillscan.logs.recognise import reading_of
from distillscan.logs.record import Record, record_of
from distillscan.logs.suggestion import suggestion
from distillscan.reports.terminal.preview import previewed, unreadable


def show_previews(sources: dict[str, list[str]], mapping: Mapping, format_: str, account_field: str) -> None:
    """Print one preview for all files of one shape, of requests with what they and the tables can support."""
    from_accounts: set[str] = set()
    for kind, files in sources.items():
        record = record_of(kind, account_field)
        chosen = reading_of(mapping, format_, record)
        found = [
            seen
            for file in find_files(files)
            for seen in _previews(file, record, chosen, account_field, alone="accounts" not in sources)
        ]
        suggested = {seen.shape: text for seen, text in reversed(found)}
        for seen in together(seen for seen, _ in found):
            if kind in ("accounts", "edge"):
                from_accounts |= set(seen.filled)
            support = supported(from_accounts | set(seen.filled))
            show_result(previewed(seen, support, suggested[seen.shape]))


def _previews(
    file: InputPath, record: Record, mapping: Mapping, account_field: str, *, alone: bool
) -> Iterator[tuple[Preview, str | None]]:
    """What is understood of a file, or of each member of an archive, with a map to edit where it needs one.

    Says at once what cannot be read.
    """
    try:
        for part in parts_of(file):
            try:
                seen = preview(part, part.name, record, mapping, account_field)
                yield seen, suggestion(part, seen, record, mapping, alone=alone)
            except LogError as error:
                show_result(unreadable(part.name, str(error)))
    except LogError as error:
        show_result(unreadable(file.name, str(error)))


def suggested_for(
    sources: dict[str, list[str]], mapping: Mapping, format_: str, account_field: str
) -> list[str]:
    """The lines of a map to edit for the first request log that can be read and needs one."""
    record = record_of("requests", account_field)
    chosen = reading_of(mapping, format_, record)
    for file in find_files(sources["requests"]):
        try:
            for part in parts_of(file):
                seen = preview(part, part.name, record, chosen, account_field)
                found = suggestion(part, seen, record, chosen, alone="accounts" not in sources)
                if found is not None:
                    return [*found.splitlines(), ""]
        except LogError:
            # the ingest itself has said what is wrong with it
            continue
    return []

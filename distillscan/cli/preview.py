"""``ingest --dry-run``: what would be understood of each file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from distillscan.cli.screen import show_result
from distillscan.errors import LogError
from distillscan.findings.whole_log.support import supported
from distillscan.logs.discovery import find_files
from distillscan.logs.mapping import Mapping
from distillscan.logs.parts import InputPath, parts_of
from distillscan.logs.preview import SAMPLED_ROWS, Preview, preview, together
from distillscan.logs.recognise import RawRecord, reading_of, take_sample
from distillscan.logs.record import Record, record_of
from distillscan.logs.suggestion import same_names, suggestion
from distillscan.reports.terminal.preview import nothing_at, previewed, unreadable


def show_previews(sources: dict[str, list[str]], mapping: Mapping, format_: str, account_field: str) -> None:
    """Print one preview for all files of one shape, of requests with what they and the tables can support."""
    from_accounts: set[str] = set()
    for kind in sources:
        found = list(_previews(kind, sources, mapping, format_, account_field, _show_unreadable))
        suggested = {seen.shape: text for seen, text in reversed(found)}
        for seen in together(seen for seen, _ in found):
            if kind in ("accounts", "edge"):
                from_accounts |= set(seen.filled)
            usable = kind == "requests" and seen.filled
            support = supported(from_accounts | set(seen.filled)) if usable else None
            show_result(previewed(seen, support, suggested[seen.shape]))


def suggested_for(
    sources: dict[str, list[str]], mapping: Mapping, format_: str, account_field: str
) -> list[str]:
    """The lines of a map to edit for the first request log that can be read and needs one."""
    found = _previews("requests", sources, mapping, format_, account_field, _said_by_the_ingest)
    suggested = next((text for _, text in found if text is not None), None)
    return [] if suggested is None else [*suggested.splitlines(), ""]


def without_values(
    sources: dict[str, list[str]], mapping: Mapping, format_: str, account_field: str
) -> list[str]:
    """A line for each field of a table, and line of a map, of which the first records give no value.

    Of the log its first file is looked at, for the map.
    """
    lines = []
    for kind in sorted(sources.keys() - {"edge"}):
        found = _previews(kind, sources, mapping, format_, account_field, _said_by_the_ingest)
        is_log = kind == "requests"
        if is_log and not mapping.of_record(record_of(kind, account_field)).paths:
            continue
        for seen, _ in islice(found, 1 if is_log else None):
            if seen.unread and not is_log:
                lines.append(f"{seen.name}: no value can be read of {', '.join(seen.unread)}")
            if seen.absent:
                lines.append(f"{seen.name}: {nothing_at(seen)}")
    return lines


def _previews(
    kind: str,
    sources: dict[str, list[str]],
    mapping: Mapping,
    format_: str,
    account_field: str,
    say_unreadable: Callable[[str, str], None],
) -> Iterator[tuple[Preview, str | None]]:
    """What is understood of each file of a kind, or member of an archive, and a map to edit if need be."""
    record = record_of(kind, account_field)
    chosen = reading_of(mapping, format_, record)
    accounts = {} if chosen.paths else _places_of_accounts(sources, account_field)
    for file in find_files(sources[kind]):
        try:
            for part in parts_of(file):
                try:
                    seen = preview(part, part.name, record, chosen, account_field)
                    alone, account = "accounts" not in sources, accounts.get(kind)
                    yield seen, suggestion(part, seen, record, chosen, alone=alone, account=account)
                except LogError as error:
                    say_unreadable(part.name, str(error))
        except LogError as error:
            say_unreadable(file.name, str(error))


def _places_of_accounts(sources: dict[str, list[str]], account_field: str) -> dict[str, str]:
    """Where the first files of the log and of the table beside it have the same names, by kind."""
    kinds = ("requests", "accounts")
    if not sources.keys() >= set(kinds):
        return {}
    try:
        samples = [
            _first_records(find_files(sources[kind]), record_of(kind, account_field)) for kind in kinds
        ]
    except LogError:
        # the preview of the file says why
        return {}
    return dict(zip(kinds, same_names(*samples) or (), strict=False))


def _first_records(files: list[InputPath], record: Record) -> tuple[RawRecord, ...]:
    for part in parts_of(files[0]):
        return take_sample(part, record, SAMPLED_ROWS).records
    return ()


def _show_unreadable(name: str, why: str) -> None:
    show_result(unreadable(name, why))


def _said_by_the_ingest(name: str, why: str) -> None:
    """The ingest itself has named the files that cannot be read."""

"""``ingest --dry-run``: what would be understood of each file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from distillscan.cli.screen import show_result
from distillscan.errors import LogError
from distillscan.findings.whole_log.support import supported
from distillscan.logs.discovery import find_files
from distillscan.logs.mapping import Mapping
from distillscan.logs.parts import InputPath, Part, parts_of
from distillscan.logs.preview import SAMPLED_ROWS, Preview, preview, together
from distillscan.logs.recognise import RawRecord, reading_of, take_sample
from distillscan.logs.record import Record, record_of
from distillscan.logs.suggestion import same_names, suggestion
from distillscan.reports.terminal.preview import nothing_at, previewed, unreadable


def show_previews(sources: dict[str, list[str]], mapping: Mapping, format_: str, account_field: str) -> None:
    """Print one preview for all files of one shape, of requests with what they and the tables can support."""
    from_accounts: set[str] = set()
    for kind in sources:
        found = list(_with_maps(kind, sources, mapping, format_, account_field, _show_unreadable))
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
    found = _with_maps("requests", sources, mapping, format_, account_field, _said_by_the_ingest)
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
        for _, seen in islice(found, 1 if is_log else None):
            if seen.unread and not is_log:
                lines.append(f"{seen.name}: no value can be read of {', '.join(seen.unread)}")
            if seen.absent:
                lines.append(f"{seen.name}: {nothing_at(seen)}")
    return lines


def _with_maps(
    kind: str,
    sources: dict[str, list[str]],
    mapping: Mapping,
    format_: str,
    account_field: str,
    say_unreadable: Callable[[str, str], None],
) -> Iterator[tuple[Preview, str | None]]:
    """`_previews`, and with each a map to edit if need be."""
    record = record_of(kind, account_field)
    chosen = reading_of(mapping, format_, record)
    account = None if chosen.paths else _place_of_account(kind, sources, account_field)
    alone = "accounts" not in sources
    for part, seen in _previews(kind, sources, mapping, format_, account_field, say_unreadable):
        try:
            yield seen, suggestion(part, seen, record, chosen, alone=alone, account=account)
        except LogError as error:
            say_unreadable(part.name, str(error))


def _previews(
    kind: str,
    sources: dict[str, list[str]],
    mapping: Mapping,
    format_: str,
    account_field: str,
    say_unreadable: Callable[[str, str], None],
) -> Iterator[tuple[Part, Preview]]:
    """What is understood of each file of a kind, or member of an archive."""
    record = record_of(kind, account_field)
    chosen = reading_of(mapping, format_, record)
    for file in find_files(sources[kind]):
        try:
            for part in parts_of(file):
                try:
                    yield part, preview(part, part.name, record, chosen, account_field)
                except LogError as error:
                    say_unreadable(part.name, str(error))
        except LogError as error:
            say_unreadable(file.name, str(error))


def _place_of_account(kind: str, sources: dict[str, list[str]], account_field: str) -> str | None:
    """Where, in the files of a kind, the names stand that the first files of log and accounts table share."""
    kinds = ("requests", "accounts")
    if kind not in kinds or not sources.keys() >= set(kinds):
        return None
    try:
        samples = [_first_records(find_files(sources[one]), record_of(one, account_field)) for one in kinds]
    except LogError:
        # the preview of the file says why
        return None
    return dict(zip(kinds, same_names(*samples) or (), strict=False)).get(kind)


def _first_records(files: list[InputPath], record: Record) -> tuple[RawRecord, ...]:
    for part in parts_of(files[0]):
        return take_sample(part, record, SAMPLED_ROWS).records
    return ()


def _show_unreadable(name: str, why: str) -> None:
    show_result(unreadable(name, why))


def _said_by_the_ingest(name: str, why: str) -> None:
    """The ingest itself has named the files that cannot be read."""

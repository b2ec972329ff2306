"""What would be understood of each file: ``ingest --dry-run``, and the notes of an ingest."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from distillscan.choices import AccountField
from distillscan.cli.screen import show_result
from distillscan.errors import LogError
from distillscan.findings.whole_log.support import supported
from distillscan.findings.wording import counted
from distillscan.logs.dryrun.preview import SAMPLED_ROWS, Preview, preview, together
from distillscan.logs.dryrun.suggestion import same_names, suggestion
from distillscan.logs.files.discovery import find_files
from distillscan.logs.files.parts import InputPath, Part, parts_of
from distillscan.logs.mapping import AUTO, Mapping
from distillscan.logs.recognise import reading_of
from distillscan.logs.record import Record, record_of
from distillscan.logs.sample import RawRecord, take_sample
from distillscan.reports.terminal.preview import looked_at, nothing_at, previewed, remark, unreadable

#: Of more files than this, so many are looked at: each takes a good part of a second.
_LOOKED_AT = 50
_NAMED = 5


@dataclass(frozen=True)
class Asked:
    """Files by their kind, and how they are to be read."""

    sources: dict[str, list[str]]
    mapping: Mapping = field(default_factory=Mapping)
    format: str = AUTO
    account_field: AccountField = "account_id"

    def record(self, kind: str) -> Record:
        """The record of a kind of file."""
        return record_of(kind, self.account_field)

    def reading(self, kind: str) -> Mapping:
        """The map and format of a kind of file."""
        return reading_of(self.mapping, self.format, self.record(kind))


def show_previews(asked: Asked) -> None:
    """Print one preview for all files of one shape, of requests with what they and the tables can support."""
    from_accounts: set[str] = set()
    for kind, sources in asked.sources.items():
        files = find_files(sources)
        if len(files) > len(_spread(files)):
            show_result(looked_at(len(_spread(files)), len(files)))
        others: list[str] = []
        found = list(_with_maps(kind, asked, _show_unreadable, others))
        for note in passed_over(others):
            show_result(remark(note))
        suggested = {seen.shape: text for seen, text in reversed(found)}
        for seen in together(seen for seen, _ in found):
            if kind in ("accounts", "edge"):
                from_accounts |= set(seen.filled)
            usable = kind == "requests" and seen.filled
            support = supported(from_accounts | set(seen.filled)) if usable else None
            show_result(previewed(seen, support, suggested[seen.shape]))


def passed_over(names: Iterable[str]) -> list[str]:
    """A line for what is not read of directories and archives."""
    found = list(dict.fromkeys(names))
    shown = ", ".join(found[:_NAMED]) + (" and more" if len(found) > _NAMED else "")
    what = "no JSON, CSV or Parquet, nor compressed in a way that is read"
    return [f"{counted(len(found), 'file')} left out, {what}: {shown}"] if found else []


def suggested_for(asked: Asked) -> list[str]:
    """The lines of a map to edit for the first request log that can be read and needs one."""
    found = _with_maps("requests", asked, _said_by_the_ingest)
    suggested = next((text for _, text in found if text is not None), None)
    return [] if suggested is None else [*suggested.splitlines(), ""]


def without_values(asked: Asked) -> list[str]:
    """A line for each field of a table, and line of a map, of which the first records give no value.

    Of the log its first file is looked at, for the map.
    """
    lines = []
    for kind in sorted(asked.sources.keys() - {"edge"}):
        found = _previews(kind, asked, _said_by_the_ingest)
        is_log = kind == "requests"
        if is_log and not asked.mapping.of_record(asked.record(kind)).paths:
            continue
        for _, seen in islice(found, 1 if is_log else None):
            if seen.unread and not is_log:
                lines.append(f"{seen.name}: no value can be read of {', '.join(seen.unread)}")
            if seen.absent:
                lines.append(f"{seen.name}: {nothing_at(seen)}")
    return lines


def _with_maps(
    kind: str, asked: Asked, say_unreadable: Callable[[str, str], None], others: list[str] | None = None
) -> Iterator[tuple[Preview, str | None]]:
    """`_previews`, and with each a map to edit if need be."""
    record, chosen = asked.record(kind), asked.reading(kind)
    account = None if chosen.paths else _place_of_account(kind, asked)
    alone = "accounts" not in asked.sources
    for part, seen in _previews(kind, asked, say_unreadable, others):
        try:
            yield seen, suggestion(part, seen, record, chosen, alone=alone, account=account)
        except LogError as error:
            say_unreadable(part.name, str(error))


def _previews(
    kind: str, asked: Asked, say_unreadable: Callable[[str, str], None], others: list[str] | None = None
) -> Iterator[tuple[Part, Preview]]:
    """What is understood of the files of a kind, or the first members of an archive.

    The names of those passed over go to ``others``.
    """
    record, chosen = asked.record(kind), asked.reading(kind)
    for file in _spread(find_files(asked.sources[kind], others)):
        try:
            for part in islice(parts_of(file, others), _LOOKED_AT):
                try:
                    yield part, preview(part, part.name, record, chosen, asked.account_field)
                except LogError as error:
                    say_unreadable(part.name, str(error))
        except LogError as error:
            say_unreadable(file.name, str(error))


def _spread(files: list[InputPath]) -> list[InputPath]:
    """As many of the files as are looked at, from all over the list."""
    return files[:: -(-len(files) // _LOOKED_AT)]


def _place_of_account(kind: str, asked: Asked) -> str | None:
    """Where, in the files of a kind, the names stand that the first files of log and accounts table share."""
    kinds = ("requests", "accounts")
    if kind not in kinds or not asked.sources.keys() >= set(kinds):
        return None
    try:
        samples = [_first_records(find_files(asked.sources[one]), asked.record(one)) for one in kinds]
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

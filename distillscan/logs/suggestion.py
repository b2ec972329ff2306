"""What to write into a column map for one file: where its preview leaves a field without a place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from distillscan.logs.formats import format_named
from distillscan.logs.formats.format import as_alternatives
from distillscan.logs.mapping import FLAT, Mapping
from distillscan.logs.parts import Part
from distillscan.logs.preview import Preview, leaves
from distillscan.logs.recognise import RawRecord, take_sample
from distillscan.logs.record import ACCOUNTS, Record
from distillscan.logs.suggest import map_text, section, suggested_map

#: What a request row may say about its account, to be read as of a table of accounts.
_OF_ACCOUNTS = ("email", "phone", "payment_fingerprint", "payment_bin", "device_id")
_BESIDE = "# these are of the accounts: give the same file with --accounts, too"


def suggestion(
    source: Path | Part, seen: Preview, record: Record, mapping: Mapping, *, alone: bool
) -> str | None:
    """A map to edit for a file that was previewed so; None where it needs none, or a map was given.

    ``alone`` says that no table of accounts was given: what the rows say of their accounts goes into a
    section of its own. Raises LogError as reading does.
    """
    if mapping.paths:
        return None
    records = take_sample(source, record).records
    paths = {path for found in records for path in leaves(found)}
    if seen.recognition.format == FLAT:
        found = suggested_map(records, record)
        present = set(seen.filled) | paths
        text = map_text(found, record, present) if found or set(record.required) - present else ""
    else:
        found, text = _of_format(records, seen, record)
    if alone and record.kind == "requests":
        text = "\n".join(filter(None, [text, _of_accounts(records, seen, record, found, paths)]))
    return text or None


def _of_format(records: tuple[RawRecord, ...], seen: Preview, record: Record) -> tuple[dict[str, str], str]:
    """Places of the required fields that the format does not find; all others stay with the format."""
    format_ = format_named(seen.recognition.format)
    if not seen.lacking or format_ is None or format_.has_several_a_line:
        return {}, ""
    lacking = replace(record, fields=tuple(known for known in record.fields if known.name in seen.lacking))
    found = suggested_map(records, lacking)
    return found, map_text(found, lacking, (), format_.name) if found else ""


def _of_accounts(
    records: tuple[RawRecord, ...], seen: Preview, record: Record, found: dict[str, str], paths: set[str]
) -> str:
    """The section of a map that reads accounts out of the rows of requests; empty where they say nothing."""
    name = next(name for name in record.required if name != "timestamp")
    account = found.get(name) or _place_of(name, seen.recognition.format, paths)
    free = set(seen.unmapped) - set(found.values())
    wanted = replace(ACCOUNTS, fields=tuple(known for known in ACCOUNTS.fields if known.name in _OF_ACCOUNTS))
    beside = {known: path for known, path in suggested_map(records, wanted).items() if path in free}
    beside |= {known: known for known in wanted.names if known in free}
    if account is None or not beside:
        return ""
    return "\n".join([_BESIDE, *section(ACCOUNTS, {"account_id": account} | beside)]) + "\n"


def _place_of(name: str, format_: str, paths: set[str]) -> str | None:
    """Where a format finds the account, of those that have no table of their own to go with them."""
    known = format_named(format_)
    if known is None:
        return name if name in paths else None
    places = () if known.sidecars else as_alternatives(known.fields.get(name, ()))
    return next((place for place in places if isinstance(place, str) and place in paths), None)

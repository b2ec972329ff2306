"""What to write into a column map for one file: where its preview leaves a field without a place."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from distillscan.logs.dryrun.candidates import candidates
from distillscan.logs.dryrun.likeness import (
    TELLING,
    by_values_alone,
    may_be_name,
    suggested_map,
    without_difference,
)
from distillscan.logs.dryrun.preview import CALLERS, SAMPLED_ROWS, TIME_AND_PLACE, Preview
from distillscan.logs.files.parts import Part
from distillscan.logs.formats import format_named
from distillscan.logs.formats.format import as_alternatives
from distillscan.logs.mapping import FLAT, Mapping
from distillscan.logs.record import ACCOUNTS, Record
from distillscan.logs.sample import RawRecord, places, take_sample, value_at

#: Fields of the accounts table that request logs may carry too.
_OF_ACCOUNTS = ("email", "phone", "payment_fingerprint", "payment_bin", "device_id")
#: Fields about the caller that are logged beside the body of a request.
_BESIDE_BODIES = ("client_ip", "user_agent", "tls_fingerprint", "asn", "country")
_ENOUGH_NAMES = 3
_ONE_VALUE = "the same in all first records"
_BESIDE = "# these are of the accounts: give the same file with --accounts, too"


def same_names(log: Iterable[RawRecord], accounts: Iterable[RawRecord]) -> tuple[str, str] | None:
    """The paths in a log and in a table of accounts that have the most values in common: these are accounts.

    Numbers, times, addresses and short words do not count. None where no two paths share three values.
    """
    in_log, in_table = _names_at(log), _names_at(accounts)
    shared = {
        (of_log, of_table): len(names & others)
        for of_log, names in in_log.items()
        for of_table, others in in_table.items()
    }
    best = max(shared, key=lambda pair: shared[pair], default=None)
    return best if best is not None and shared[best] >= _ENOUGH_NAMES else None


def _names_at(records: Iterable[RawRecord]) -> dict[str, set[str]]:
    records = tuple(records)
    values = {path: [value_at(record.values, path) for record in records] for path in places(records)}
    return {
        path: {
            str(value)
            for value in found
            if isinstance(value, str | int) and not isinstance(value, bool) and may_be_name(str(value))
        }
        for path, found in values.items()
    }


def suggestion(
    source: Path | Part,
    seen: Preview,
    record: Record,
    mapping: Mapping,
    *,
    alone: bool,
    account: str | None = None,
) -> str | None:
    """A map to edit for a file that was previewed so; None where it needs none, or a map was given.

    ``alone`` says that no table of accounts was given: what the rows say of their accounts goes into a
    section of its own. ``account`` is where the account stands if no key is like it. Raises LogError as
    reading does.
    """
    if mapping.paths or not seen.records:
        return None
    records = take_sample(source, record, SAMPLED_ROWS).records
    paths = set(places(records))
    if seen.recognition.format == FLAT:
        present = set(seen.filled) | paths
        found = _with_account(suggested_map(records, record), account, record, present)
        perhaps = _perhaps(records, record, found, paths - set(record.names), present)
        needed = found or set(record.required) - present
        text = (
            map_text(found, record, present, remarks=_remarks(records, found), perhaps=perhaps)
            if needed
            else ""
        )
    else:
        found, text = _of_format(records, seen, record, paths, account)
    if "account_id" in seen.lacking and "account_id" not in found and record.kind == "requests":
        callers = [name for name in CALLERS if name in found or name in seen.instead]
        text += "".join(f"# --account-field {name} takes each {name} for an account\n" for name in callers)
    if alone and record.kind == "requests":
        text = "\n".join(filter(None, [text, _of_accounts(records, seen, record, found, paths)]))
    return text or None


def _with_account(
    found: dict[str, str], account: str | None, record: Record, present: Collection[str]
) -> dict[str, str]:
    """The suggestion, with the place of the account where it has none."""
    if account is None:
        return found
    name = next(name for name in record.required if name != "timestamp")
    if name in found or name in present:
        return found
    return {known: path for known, path in found.items() if path != account} | {name: account}


def _of_format(
    records: tuple[RawRecord, ...], seen: Preview, record: Record, paths: set[str], account: str | None
) -> tuple[dict[str, str], str]:
    """Places of the required fields that the format does not find, and of what says who sends from where.

    All others stay with the format.
    """
    format_ = format_named(seen.recognition.format)
    if format_ is None or format_.has_several_a_line:
        return {}, ""
    beside = {name for name in _BESIDE_BODIES if _place_of(name, format_.name, paths) is None}
    wanted = set(seen.lacking) | (beside - set(seen.filled)) | (seen.same.keys() & set(TIME_AND_PLACE))
    lacking = replace(record, fields=tuple(known for known in record.fields if known.name in wanted))
    free = set(seen.unmapped)
    likely = suggested_map(records, lacking).items()
    found = {name: path for name, path in likely if name in seen.lacking or path in free}
    present = set(record.names) - set(seen.lacking)
    found = _with_account(found, account, record, present)
    if not found and not seen.lacking:
        return {}, ""
    unplaced = {"request_id"} if _place_of("request_id", format_.name, paths) is None else set()
    perhaps = _perhaps(records, record, found, free, present - unplaced)
    return found, map_text(found, lacking, present, format_.name, _remarks(records, found), perhaps)


def _remarks(records: tuple[RawRecord, ...], found: dict[str, str]) -> dict[str, str]:
    """What is to be checked of the suggested fields."""
    same, by_values = without_difference(records, found.values()), by_values_alone(found, records)
    remarks = {name: "by its values alone" for name, path in found.items() if path in by_values}
    return remarks | {name: _ONE_VALUE for name in TELLING if found.get(name) in same}


def _perhaps(
    records: tuple[RawRecord, ...],
    record: Record,
    found: dict[str, str],
    paths: set[str],
    present: Collection[str],
) -> list[str]:
    """Lines to choose from for what neither the suggestion nor the file itself has a place for."""
    free = [path for path in places(records) if path in paths - set(found.values())]
    known = {*found, *present} | ({"prompt"} if "messages" in {*found, *present} else set())
    return [
        f"# {field.name} = {toml_string(path)}  # {why}"
        for field in record.fields
        if field.name not in known
        for path, why in candidates(field, records, record, free)
    ]


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
    """Where a format finds a field, of those that have no table of their own to go with them."""
    known = format_named(format_)
    if known is None:
        return name if name in paths else None
    places = () if known.sidecars else as_alternatives(known.fields.get(name, ()))
    return next((place for place in places if isinstance(place, str) and place in paths), None)


def map_text(
    suggested: dict[str, str],
    record: Record,
    present: Iterable[str],
    format_: str = "",
    remarks: dict[str, str] | None = None,
    perhaps: Sequence[str] = (),
) -> str:
    """The suggestion as a section of a TOML map, with a commented line for each field that nothing is like.

    ``present`` are the fields that are found without a map, ``format_`` is the one that finds them, if not
    under their own names. ``remarks`` are on single fields, and ``perhaps`` lines to choose from. Sections of
    several tables can stand in one file.
    """
    chosen = [name for name in record.required if any(line.startswith(f"# {name} ") for line in perhaps)]
    missing = [name for name in record.required if name not in (*suggested, *present, *chosen)]
    lines = [
        f"# column map for {record.kind}: check each line, then ingest with --map",
        *([f"# and with --format {format_}, which reads the other fields"] if format_ else []),
        *section(record, suggested, remarks),
        *perhaps,
        *(f'# {name} = ""  # required, and no key is like it' for name in missing),
    ]
    return "\n".join(lines) + "\n"


def section(record: Record, suggested: dict[str, str], remarks: dict[str, str] | None = None) -> list[str]:
    """The lines of a section of a TOML map, with remarks on single fields."""
    ends = {name: f"  # {remark}" for name, remark in (remarks or {}).items()}
    names = [name for name in record.names if name in suggested]
    lines = [f"{name} = {toml_string(suggested[name])}{ends.get(name, '')}" for name in names]
    return [f"[{record.kind}]", *lines]


def toml_string(text: str) -> str:
    """Any text as TOML writes one: as JSON does, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

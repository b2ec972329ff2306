"""What would be understood of a file: its format, which fields its first records fill, what is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.errors import LogError
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.files.parts import Part
from distillscan.logs.format_query import BLANK
from distillscan.logs.formats import format_named
from distillscan.logs.formats.format import Format, as_alternatives, paths_of
from distillscan.logs.mapping import AUTO, UNREAD, Mapping, is_json_path
from distillscan.logs.raw import raw_rows
from distillscan.logs.readers.block import NO_ROWS
from distillscan.logs.recognise import Recognition, flat_rule, recognised, share_of
from distillscan.logs.record import ACCOUNT_FIELDS, FieldType, Record
from distillscan.logs.sample import Sample, places, take_sample
from distillscan.logs.values import VALUE, address_masked, identity_value, is_relative_clock, timestamp_value

SAMPLED_ROWS = 1000
# Texts of requests count as filled after the bodies were opened, addresses after they were checked.
_FROM_ROWS = ("prompt", "system", "client_ip")
#: From so many records on, it is remarked that all have the same account, time or address.
FEWEST_ALIKE = 20
#: What tells requests apart besides their account.
TIME_AND_PLACE = ("timestamp", "client_ip")
#: Who may have called, where no account stands.
CALLERS = ("api_key_id", "end_user_id", "org_id")
_FLAGS = ("prompt_truncated", "prompt_redacted", "ip_masked")
_UNMAPPED_SHOWN = 40
_FIRST, _LAST = 946_684_800, 4_102_444_800
_EPOCHS = {"epoch seconds": 1, "epoch milliseconds": 1e3, "epoch microseconds": 1e6, "epoch nanoseconds": 1e9}
_REFUSED = "a clock without a start, refused"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True)
class Preview:
    """One file as its first records show it, or several alike; shares are of the records that are requests.

    Of several, ``name`` is the first one's.
    """

    name: str
    container: str
    recognition: Recognition
    records: int
    #: Canonical field to the share of records in which it has a usable value; those without any are left out.
    filled: dict[str, float] = field(default_factory=dict)
    #: Reason to the number of records that would be rejected for it.
    rejected: dict[str, int] = field(default_factory=dict)
    #: Flag such as `ip_masked` to the share of records that carry it.
    flags: dict[str, float] = field(default_factory=dict)
    #: Keys with a value that nothing reads, dotted.
    unmapped: tuple[str, ...] = ()
    #: How the times are written, the most frequent way first.
    times: tuple[str, ...] = ()
    #: Optional fields that hold texts, none of which can be read.
    unread: tuple[str, ...] = ()
    #: Lines of the map whose path holds nothing in any record.
    absent: tuple[str, ...] = ()
    #: Required fields without a usable value in any record.
    lacking: tuple[str, ...] = ()
    #: Account, time or address to its value, where all records have the same.
    same: dict[str, str] = field(default_factory=dict)
    #: Other fields that name a caller, where the account is lacking.
    instead: tuple[str, ...] = ()
    #: Why the records cannot be read in this format, if so.
    problem: str | None = None
    #: How many different accounts the usable ones of the first records have.
    accounts: int = 0
    #: How many files this is of.
    files: int = 1

    @property
    def shape(self) -> tuple[object, ...]:
        """What files that are read alike have in common."""
        found = self.recognition
        return self.container, found.format, found.doubt, tuple(self.filled), self.absent, self.problem


def together(previews: Iterable[Preview]) -> list[Preview]:
    """One preview for all files of one shape, in the order of the first ones; shares weigh by records."""
    alike: dict[tuple[object, ...], list[Preview]] = {}
    for seen in previews:
        alike.setdefault(seen.shape, []).append(seen)
    return [_merged(group) for group in alike.values()]


def _merged(group: list[Preview]) -> Preview:
    records = sum(seen.records for seen in group)

    def mean(shares: list[float]) -> float:
        if not records:
            return shares[0]
        return sum(seen.records * share for seen, share in zip(group, shares, strict=True)) / records

    share = mean([seen.recognition.share for seen in group])
    flags = dict.fromkeys(flag for seen in group for flag in seen.flags)
    reasons = sorted({reason for seen in group for reason in seen.rejected})
    return replace(
        group[0],
        files=len(group),
        records=records,
        recognition=replace(group[0].recognition, share=share),
        filled={name: mean([seen.filled[name] for seen in group]) for name in group[0].filled},
        rejected={reason: sum(seen.rejected.get(reason, 0) for seen in group) for reason in reasons},
        flags={flag: mean([seen.flags.get(flag, 0.0) for seen in group]) for flag in flags},
        same=dict(set(group[0].same.items()).intersection(*(seen.same.items() for seen in group))),
        unmapped=tuple(dict.fromkeys(key for seen in group for key in seen.unmapped))[:_UNMAPPED_SHOWN],
        times=tuple(dict.fromkeys(form for seen in group for form in seen.times)),
    )


def preview(source: Path | Part, name: str, record: Record, mapping: Mapping, account_field: str) -> Preview:
    """Read the first records of a file as an ingest with this mapping would. Raises LogError as that does."""
    sample = take_sample(source, record, SAMPLED_ROWS)
    if mapping.format == AUTO:
        recognition = recognised(sample, record, mapping)
    else:
        asked = format_named(mapping.format)
        rule = flat_rule(record) if asked is None else asked.rule
        # A map says itself where the fields of flat records stand.
        share = 1.0 if asked is None and mapping.paths else share_of(rule, sample.records)
        recognition = Recognition(mapping.format, share)
    chosen = Mapping(mapping.paths, recognition.format)
    seen = Preview(name, sample.container, recognition, len(sample.records))
    try:
        if not sample.records and sample.container == "csv":
            # a column that the map lacks must not hide why there is no record
            chosen = Mapping(format=UNREAD)
        table, faults = _first_rows(source, record, chosen)
    except LogError as error:
        # the file is named by its preview, and others may have the same problem
        problem = str(error).removeprefix(str(getattr(source, "path", source))).lstrip(": ")
        return replace(seen, unmapped=_unmapped(sample, record, chosen), problem=problem)
    if table.num_rows == 0:
        return replace(seen, rejected=dict(sorted(faults.items())))
    return _filled(seen, table, sample, record, chosen, account_field)


def _first_rows(source: Path | Part, record: Record, mapping: Mapping) -> tuple[pa.Table, Counter[str]]:
    """The first rows, and the reasons of those that cannot even be split off before them."""
    faults = Counter[str]()
    with Export(source, record, mapping) as export:
        for block in export.blocks():
            faults.update(fault.reason for fault in block.faults)
            if block.table.num_rows:
                return block.table.slice(0, SAMPLED_ROWS), faults
    return NO_ROWS, faults


def _filled(
    seen: Preview, table: pa.Table, sample: Sample, record: Record, mapping: Mapping, account_field: str
) -> Preview:
    with duckdb.connect() as connection:
        configure(connection)
        rows = canonical_rows(connection, table, record, mapping, account_field)
        raw = _texts(raw_rows(connection, table, record, mapping))
        good = rows["row_number"].filter(pc.is_null(rows["reason"]))
        usable = raw.filter(pc.is_in(raw["row_number"], value_set=good.combine_chunks()))
        shares = _shares(connection, usable, record)
        anywhere = _shares(connection, raw, record)
        unread = _unread(connection, raw, record, anywhere)
        times = _time_forms(connection, raw, record)
    kept = rows.filter(pc.is_null(rows["reason"]))
    names = set(rows.column_names)
    for name in _FROM_ROWS:
        if name in names and record.kind == "requests":
            shares[name] = _share(pc.is_valid(kept[name]))
    flags = {name: _share(kept[name]) for name in _FLAGS if name in names}
    reasons = pc.value_counts(rows["reason"].drop_null()).to_pylist()
    rejected = {reason["values"]: reason["counts"] for reason in reasons if reason["values"] != BLANK}
    lacking = () if len(good) else _lacking(record, anywhere, rejected)
    return replace(
        seen,
        filled={name: shares[name] for name in record.names if shares.get(name)},
        rejected=dict(sorted(rejected.items())),
        unread=unread,
        lacking=lacking,
        same=_same(usable if len(good) else raw, record),
        instead=tuple(name for name in CALLERS if anywhere.get(name)) if "account_id" in lacking else (),
        flags={name: share for name, share in flags.items() if share},
        unmapped=_unmapped(sample, record, mapping),
        absent=tuple(f'{name} = "{path}"' for name, path in mapping.paths if name not in raw.column_names),
        times=times,
        accounts=len(kept["account_id"].unique()) if "account_id" in names else 0,
    )


def _lacking(record: Record, anywhere: dict[str, float], rejected: dict[str, int]) -> tuple[str, ...]:
    """Required fields that no record has, or that have an object or a list where a name should be."""
    return tuple(
        name for name in record.required if not anywhere.get(name) or rejected.get(f"invalid_{name}")
    )


def _same(raw: pa.Table, record: Record) -> dict[str, str]:
    """Account, time and address where they are the same in all of many records."""
    telling = [name for name in (*ACCOUNT_FIELDS, *TIME_AND_PLACE) if name in {*record.required, "client_ip"}]
    found = {name: raw[name].drop_null() for name in telling if name in raw.column_names}
    return {
        name: texts[0].as_py()
        for name, texts in found.items()
        if len(texts) >= FEWEST_ALIKE and len(texts.unique()) == 1
    }


def _texts(raw: pa.Table) -> pa.Table:
    """The rows with the texts of all fields, also of those that came in the type of the field."""
    columns = ", ".join(f"{name}::VARCHAR AS {name}" for name in raw.column_names if name != "row_number")
    return duckdb.from_arrow(raw).project(f"row_number, {columns}").to_arrow_table()


def _share(flags: pa.ChunkedArray) -> float:
    return (pc.sum(flags).as_py() or 0) / len(flags) if len(flags) else 0.0


def _shares(connection: duckdb.DuckDBPyConnection, raw: pa.Table, record: Record) -> dict[str, float]:
    """Of each field, the share of rows whose text gives a value."""
    present = [known for known in record.fields if known.name in raw.column_names]
    if not present or raw.num_rows == 0:
        return {}
    counts = ", ".join(f"count({VALUE[known.type](f'raw.{known.name}')})" for known in present)
    ((found),) = connection.from_arrow(raw).set_alias("raw").aggregate(counts).fetchall()
    return {known.name: count / raw.num_rows for known, count in zip(present, found, strict=True)}


def _unread(
    connection: duckdb.DuckDBPyConnection, raw: pa.Table, record: Record, shares: dict[str, float]
) -> tuple[str, ...]:
    """The fields with texts of which none gives a value; addresses may be masked, which is said elsewhere."""
    names = [name for name, share in shares.items() if not share and name not in record.required]
    if not names:
        return ()
    texts = ", ".join(
        f"count({identity_value(name)}) FILTER (NOT coalesce({address_masked(name)}, false))"
        for name in names
    )
    (found,) = connection.from_arrow(raw).aggregate(texts).fetchall()
    return tuple(name for name, count in zip(names, found, strict=True) if count)


def _time_forms(connection: duckdb.DuckDBPyConnection, raw: pa.Table, record: Record) -> tuple[str, ...]:
    """The ways in which the first time of the record is written."""
    name = next((known.name for known in record.fields if known.type is FieldType.TIMESTAMP), None)
    if name is None or name not in raw.column_names:
        return ()
    number = f"try_cast({name} AS DOUBLE)"
    units = " ".join(
        f"WHEN {number} < {_LAST * per_second} AND {number} >= {_FIRST * per_second} THEN '{unit}'"
        for unit, per_second in _EPOCHS.items()
    )
    zoned = f"regexp_matches({name}, '([zZ]|UTC|GMT|[+-][0-9]{{2}}(:?[0-9]{{2}})?)( \\([^()]*\\))?\\]?$')"
    form = f"""CASE
      WHEN {timestamp_value(name)} IS NULL AND {is_relative_clock(name)} THEN '{_REFUSED}'
      WHEN {timestamp_value(name)} IS NULL THEN 'unreadable'
      {units}
      WHEN {number} IS NOT NULL THEN '.NET ticks'
      WHEN {zoned} AND NOT regexp_full_match({name}, '{_DATE}') THEN 'dates with a zone'
      ELSE 'dates without a zone, taken for UTC' END"""
    counted = (
        connection.from_arrow(raw).filter(f"{name} IS NOT NULL").aggregate(f"{form} AS form, count(*) AS n")
    )
    return tuple(row[0] for row in sorted(counted.fetchall(), key=lambda row: (-row[1], row[0])))


def _unmapped(sample: Sample, record: Record, mapping: Mapping) -> tuple[str, ...]:
    """Keys of the sample that hold something and that neither format nor map reads, in their order."""
    format_ = format_named(mapping.format)
    if format_ is None:
        read = tuple(mapping.path_of(name) for name in record.names)
        whole: tuple[str, ...] = ()
        ignored: tuple[str, ...] = ()
    else:
        read = tuple(_dotted(path) for path in (*format_.every_path(), *(path for _, path in mapping.paths)))
        whole, ignored = _bodies(format_), format_.ignored
    if format_ is not None and format_.has_several_a_line:
        return ()
    there = places(sample.records)
    # a message that has its body below it is no body
    around = {path for path in whole for other in whole if _is_below(other, path, there)}
    read, whole = (tuple(path for path in paths if path not in around) for paths in (read, whole))
    keys = [key for key in there if not _covered(key, read, whole, ignored)]
    return tuple(keys)[:_UNMAPPED_SHOWN]


def _is_below(path: str, other: str, there: Collection[str]) -> bool:
    return path.startswith(f"{other}.") and any(key == path or key.startswith(f"{path}.") for key in there)


def _bodies(format_: Format) -> tuple[str, ...]:
    sources = (*as_alternatives(format_.request_body), *as_alternatives(format_.response_body))
    return tuple(_dotted(path) for source in sources for path in paths_of(source))


def _dotted(path: str) -> str:
    """A path as `leaves` writes it; positions in lists are left out."""
    if not is_json_path(path):
        return path
    return ".".join(part.strip('"').partition("[")[0] for part in path.removeprefix("$.").split('."'))


def _covered(key: str, read: Collection[str], whole: Collection[str], ignored: Collection[str]) -> bool:
    inside = any(key.startswith(f"{path}.") for path in (*read, *whole, *ignored))
    return inside or key in ignored or key in read or any(path.startswith(f"{key}.") for path in read)

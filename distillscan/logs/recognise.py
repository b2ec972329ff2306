"""Which format a file is in: a vote over its first records, each held against the rule of every format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson
import pyarrow as pa

from distillscan.logs.containers import Container, Export
from distillscan.logs.extraction import LINE
from distillscan.logs.files.parts import Part
from distillscan.logs.formats import FORMATS, format_named
from distillscan.logs.formats.format import Rule
from distillscan.logs.mapping import AUTO, FLAT, UNREAD, Mapping
from distillscan.logs.readers.block import NO_ROWS
from distillscan.logs.readers.columns import INSIDE
from distillscan.logs.record import Record

SAMPLED_RECORDS = 100
#: Of the records, so many must fit a format before it is taken without a word of doubt.
SURE = 0.9
_MAX_RECORD_CHARACTERS = 10_000_000


@dataclass(frozen=True)
class RawRecord:
    """One record of a sample, as its keys and values and as JSON."""

    values: dict[str, object]

    @cached_property
    def text(self) -> str:
        """The record as JSON, without white space."""
        return orjson.dumps(self.values, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


@dataclass(frozen=True)
class Sample:
    """The first records of a file."""

    container: Container
    records: tuple[RawRecord, ...]
    #: The block they stand in, as the readers deliver it.
    block: pa.Table


@dataclass(frozen=True)
class Vote:
    """How many of the sampled records fit the rule of a format."""

    format: str
    share: float
    strength: int


@dataclass(frozen=True)
class Recognition:
    """The format a file is read in, the share of its sampled records that fit, and the next best formats."""

    format: str
    share: float
    others: tuple[Vote, ...] = ()

    @property
    def doubt(self) -> str | None:
        """What an analyst should check, in a sentence; None when the format is plain."""
        if self.share == 0:
            return "no format fits: it is read as flat records; name one with --format or give a --map"
        tied = [vote.format for vote in self.others if vote.share >= self.share]
        if tied and self.share >= SURE and self.format != FLAT:
            return f"{', '.join(tied)} fit as well as {self.format}; name one with --format"
        if self.share < SURE:
            seen = f"{100 * self.share:.0f} % of the first records"
            return f"only {seen} look like {self.format}; name it with --format"
        return None


def reading_of(mapping: Mapping, format_: str, record: Record) -> Mapping:
    """The part of a map that speaks of a record, with the format asked for.

    A format of another kind of record leaves this one to be recognised. Raises LogError for an unknown one.
    """
    own = mapping.of_record(record)
    named = None if format_ == AUTO else format_named(format_)
    other = named is not None and named.kind != record.kind
    return Mapping(own.paths, AUTO if other else format_)


def mapping_for(source: Path | Part, record: Record, mapping: Mapping) -> tuple[Mapping, str | None]:
    """How one file is read, as asked or in the format its first records show, and any doubt about that."""
    if mapping.format != AUTO:
        return mapping, None
    found = recognised(take_sample(source, record), record, mapping)
    return Mapping(mapping.paths, found.format), found.doubt


def recognised(sample: Sample, record: Record, mapping: Mapping) -> Recognition:
    """The format that a sample is in, of which a map may override single fields.

    Where the format is in doubt, a map is of flat records: it says itself where their fields stand.
    """
    found = recognise(sample, record)
    return Recognition(FLAT, 1.0) if mapping.paths and (found.doubt or found.format == FLAT) else found


def take_sample(source: Path | Part, record: Record, size: int = SAMPLED_RECORDS) -> Sample:
    """The first records of a file that can be read at all. Raises LogError as the readers do."""
    with Export(source, record, Mapping(format=UNREAD)) as export:
        for block in export.blocks():
            table = block.table.slice(0, size)
            records = tuple(_records(table))
            if records:
                return Sample(export.container, records, table)
        return Sample(export.container, (), NO_ROWS)


def recognise(sample: Sample, record: Record) -> Recognition:
    """The format that the sample is in; flat where its records carry the canonical names, or nothing fits."""
    records = sample.records[:SAMPLED_RECORDS]
    flat = Vote(FLAT, share_of(flat_rule(record), records), 0)
    votes = [
        Vote(known.name, share_of(known.rule, records), known.rule.strength)
        for known in FORMATS
        if known.kind == record.kind
    ]
    ranked = sorted(votes, key=lambda vote: (-vote.share, -vote.strength, vote.format))
    fitting = tuple(vote for vote in ranked if vote.share > 0)
    if flat.share >= SURE or not fitting:
        return Recognition(FLAT, flat.share, fitting)
    best, *others = fitting
    if flat.share > best.share:
        return Recognition(FLAT, flat.share, fitting)
    rivals = tuple(vote for vote in others if (vote.share, vote.strength) >= (best.share, best.strength))
    return Recognition(best.format, best.share, rivals)


def flat_rule(record: Record) -> Rule:
    """What a record with the canonical names looks like."""
    return Rule(keys=record.required)


def fits(rule: Rule, record: RawRecord) -> bool:
    """Whether a record obeys a rule."""
    values = record.values
    return (
        all(_has(values, key) for key in rule.keys)
        and all(any(_has(values, key) for key in group) for group in rule.any_of)
        and not any(_has(values, key) for key in rule.absent)
        and all(_text(values, key) in words for key, words in rule.values.items())
        and (not rule.key_starts or any(key.startswith(rule.key_starts) for key in values))
        and (not rule.mentions or any(word in record.text for word in rule.mentions))
        and not any(word in record.text for word in rule.silent_on)
    )


def share_of(rule: Rule, records: Sequence[RawRecord]) -> float:
    """The share of records that obey a rule."""
    return sum(fits(rule, record) for record in records) / len(records) if records else 0.0


_NOTHING = object()


def value_at(values: object, path: str) -> object:
    """The value at a dotted path, also through JSON in a string; `None` where there is none or it is null."""
    found = _find(values, path)
    return None if found is _NOTHING else found


def _has(values: object, path: str) -> bool:
    return _find(values, path) is not _NOTHING


def _text(values: object, path: str) -> str:
    found = _find(values, path)
    return found if isinstance(found, str) else orjson.dumps(found, default=str).decode()


def _find(values: object, path: str) -> object:
    inside = opened(values)
    if not isinstance(inside, dict):
        return _NOTHING
    if path in inside:
        return inside[path]
    head, dot, rest = path.partition(".")
    return _find(inside[head], rest) if dot and head in inside else _NOTHING


def opened(value: object) -> object:
    """A value, parsed when it is JSON in a string."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        return parsed(value)
    return value


def parsed(text: str) -> object:
    """The value of a JSON text; None when it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _records(table: pa.Table) -> Iterable[RawRecord]:
    if LINE in table.column_names:
        values = [parsed(line) for line in table[LINE].to_pylist() if len(line) <= _MAX_RECORD_CHARACTERS]
    else:
        names = {column.name: (column.metadata or {}).get(INSIDE, b"").decode() for column in table.schema}
        wanted = {name: own for name, own in names.items() if own}
        rows = table.select(list(wanted)).to_pylist()
        values = [{own: row[name] for name, own in wanted.items()} for row in rows]
    return (RawRecord(value) for value in values if isinstance(value, dict))

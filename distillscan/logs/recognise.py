"""Which format a file is in: a vote over its first records, each held against the rule of every format."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from distillscan.logs.files.parts import Part
from distillscan.logs.formats import FORMATS, format_named
from distillscan.logs.formats.bodies import AROUND_BODIES
from distillscan.logs.formats.format import Rule
from distillscan.logs.mapping import AUTO, FLAT, Mapping
from distillscan.logs.record import Record
from distillscan.logs.sample import SAMPLED_RECORDS, RawRecord, Sample, has, take_sample, value_at

#: The share of the sampled records that must fit a format for it to be taken without a warning.
SURE = 0.9


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
    around = next((vote for vote in fitting if vote.format in AROUND_BODIES and vote.share >= SURE), None)
    if flat.share >= SURE and around and not any(_has_text(found) for found in records):
        # the canonical names stand beside a body, in which the texts are
        return Recognition(around.format, around.share)
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
        all(has(values, key) for key in rule.keys)
        and all(any(has(values, key) for key in group) for group in rule.any_of)
        and not any(has(values, key) for key in rule.absent)
        and all(_text(values, key) in words for key, words in rule.values.items())
        and (not rule.key_starts or any(key.startswith(rule.key_starts) for key in values))
        and (not rule.mentions or any(word in record.text for word in rule.mentions))
        and not any(word in record.text for word in rule.silent_on)
    )


def share_of(rule: Rule, records: Sequence[RawRecord]) -> float:
    """The share of records that obey a rule."""
    return sum(fits(rule, record) for record in records) / len(records) if records else 0.0


def _has_text(record: RawRecord) -> bool:
    return has(record.values, "prompt") or has(record.values, "messages")


def _text(values: object, path: str) -> str:
    found = value_at(values, path)
    return found if isinstance(found, str) else orjson.dumps(found, default=str).decode()

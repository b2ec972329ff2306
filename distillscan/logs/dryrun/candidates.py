"""Keys that may hold a field that no key is surely like: lines of a map for the analyst to choose from."""

from collections.abc import Iterable, Iterator, Sequence

from distillscan.logs.dryrun.likeness import (
    another_writes,
    is_address,
    is_named,
    is_said,
    may_be_name,
    mostly,
    values_at,
)
from distillscan.logs.dryrun.preview import FEWEST_ALIKE
from distillscan.logs.record import REQUESTS, Field, FieldType, Record
from distillscan.logs.sample import RawRecord, opened

_SHOWN = 5
_EXAMPLE_CHARACTERS = 30


def candidates(
    field: Field, records: Sequence[RawRecord], record: Record, free: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """The paths that may hold a field, of those that are free, and why: of accounts the likeliest first.

    Callers are several and call again, and ids of requests never repeat; of few records neither is said.
    """
    found = [
        (-len(set(texts)), path, why)
        for path in free
        if (
            texts := [str(value) for value in values_at(path, records) if not isinstance(opened(value), list)]
        )
        if (why := _reason(field, path, texts, records, record))
    ]
    for _, path, why in sorted(found, key=lambda one: one[0])[:_SHOWN]:
        yield path, why


def _reason(
    field: Field, path: str, texts: list[str], records: Sequence[RawRecord], record: Record
) -> str | None:
    different, is_request = len(set(texts)), record.kind == REQUESTS.kind
    if field.name == "prompt" and mostly(is_said, texts):
        others = another_writes(path, records)
        return (
            f"beside it the role is {others}: read those of users alone"
            if others
            else "is it what users asked?"
        )
    if field.name in ("account_id", "request_id"):
        many = different > 1 and len(texts) >= max(FEWEST_ALIKE, 0.8 * len(records))
        never_repeats = different == len(texts)
        fits = (field.name == "request_id" or not is_request) == never_repeats
        if many and fits and all(may_be_name(text) and not is_said(text) for text in texts):
            return f"{different} different values in {len(records)} records"
    if field.type is FieldType.ADDRESS and all(map(is_address, texts)):
        return "addresses, but of what?"
    if field.type in (FieldType.ADDRESS, FieldType.TIMESTAMP) and is_named(field.name, path):
        kind = "address" if field.type is FieldType.ADDRESS else "time"
        return f"named so, but no {kind} can be read of {texts[0][:_EXAMPLE_CHARACTERS]!r}"
    return None

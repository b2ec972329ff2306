"""Spans and log records of any line of OTLP JSON, one after the other: for those that few exporters write."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from distillscan.logs.formats.format import RECORDS_A_LINE

# Every record repeats the attributes of its resource: a hostile line could make any number of bytes.
_MOST_CHARACTERS = 1 << 28


@dataclass(frozen=True)
class Layout:
    """How the lines of a kind of telemetry are laid out, and under which key a record has its own text."""

    owners: str
    scopes: str
    items: str
    item: str


def cut_unusual(lines: pa.Table, layout: Layout) -> pa.Table:
    """The records in some lines; a line with none stands for itself. Tables are of row_number and line."""
    numbers, texts = [], []
    for number, line in zip(*lines.to_pydict().values(), strict=True):
        for place, text in enumerate(_of_line(line, layout), start=1):
            numbers.append(number * RECORDS_A_LINE + place)
            texts.append(text)
    return pa.table([numbers, texts], schema=lines.schema)


def _of_line(line: str, layout: Layout) -> list[str]:
    records, characters = [], 0
    try:
        for record in _records(json.loads(line, object_pairs_hook=_first), layout):
            records.append(json.dumps(record))
            characters += len(records[-1])
            if characters > _MOST_CHARACTERS:
                return [line]
    except (ValueError, RecursionError):
        return [line]
    return records or [line]


def _first(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; of a key that stands there twice the database takes the first value, too."""
    found: dict[str, object] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def _records(whole: object, layout: Layout) -> Iterator[dict[str, object]]:
    for owner in _listed(whole, layout.owners):
        resource = owner.get("resource") if isinstance(owner, dict) else None
        shared = _named(_listed(resource, "attributes"), inside=False)
        for scope in _listed(owner, layout.scopes):
            for item in _listed(scope, layout.items):
                own = _named(_listed(item, "attributes"), inside=False)
                yield {"resource": shared, "attributes": own, layout.item: item}


def _listed(value: object, key: str) -> list[object]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _named(pairs: list[object], *, inside: bool) -> dict[str, object]:
    """A list of attributes as one object, without what is wrapped around their values."""
    return {
        pair["key"]: _plain(pair.get("value"), inside=inside)
        for pair in reversed(pairs)
        if isinstance(pair, dict) and isinstance(pair.get("key"), str)
    }


def _plain(value: object, *, inside: bool) -> object:
    """A value without its wrapping; inside lists and objects every number is a text."""
    kind, found = next(iter(value.items()), ("", None)) if isinstance(value, dict) else ("", None)
    if kind == "arrayValue":
        return [_plain(item, inside=True) for item in _listed(found, "values")]
    if kind == "kvlistValue":
        return _named(_listed(found, "values"), inside=True)
    return json.dumps(found) if inside and isinstance(found, bool | int | float) else found

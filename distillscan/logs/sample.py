"""The first records of a file, as values to look into: by them its format is recognised and previewed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson
import pyarrow as pa

from distillscan.logs.containers import Container, Export
from distillscan.logs.extraction import LINE
from distillscan.logs.files.parts import Part
from distillscan.logs.mapping import UNREAD, Mapping
from distillscan.logs.readers.columns import INSIDE
from distillscan.logs.record import Record

SAMPLED_RECORDS = 100
_MAX_RECORD_CHARACTERS = 10_000_000
#: Objects inside one another that are looked into.
_DEPTH = 8


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


def take_sample(source: Path | Part, record: Record, size: int = SAMPLED_RECORDS) -> Sample:
    """The first records of a file that can be read at all. Raises LogError as the readers do."""
    with Export(source, record, Mapping(format=UNREAD)) as export:
        for block in export.blocks():
            records = tuple(_records(block.table.slice(0, size)))
            if records:
                return Sample(export.container, records)
        return Sample(export.container, ())


def _records(table: pa.Table) -> Iterable[RawRecord]:
    if LINE in table.column_names:
        values = [parsed(line) for line in table[LINE].to_pylist() if len(line) <= _MAX_RECORD_CHARACTERS]
    else:
        names = {column.name: (column.metadata or {}).get(INSIDE, b"").decode() for column in table.schema}
        wanted = {name: own for name, own in names.items() if own}
        rows = table.select(list(wanted)).to_pylist()
        values = [{own: row[name] for name, own in wanted.items()} for row in rows]
    return (RawRecord(value) for value in values if isinstance(value, dict))


_NOTHING = object()


def value_at(values: object, path: str) -> object:
    """The value at a dotted path, also through JSON in a string; `None` where there is none or it is null."""
    found = _find(values, path)
    return None if found is _NOTHING else found


def has(values: object, path: str) -> bool:
    """Whether something stands at a dotted path, null among it."""
    return _find(values, path) is not _NOTHING


def _find(values: object, path: str) -> object:
    inside = opened(values)
    if isinstance(inside, list):
        inside = {str(place): value for place, value in enumerate(inside)}
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


def places(records: Iterable[RawRecord]) -> tuple[str, ...]:
    """The dotted paths at which something stands in a sample, in their order.

    What is inside of a text that happens to be JSON, as a prompt in quotation marks of code may be, is no
    place: it is one where the whole is a text in more records than have it.
    """
    counted = Counter(path for found in records for path in leaves(found))
    return tuple(
        path
        for path, n in counted.items()
        if not any(counted.get(path[: dot.start()], 0) > n for dot in re.finditer(r"\.", path))
    )


def leaves(record: RawRecord) -> Iterator[str]:
    """The dotted paths of a record at which something stands, through objects and JSON in strings."""
    yield from _leaves(record.values, "", _DEPTH)


def _leaves(value: object, path: str, depth: int) -> Iterator[str]:
    inside = opened(value)
    if isinstance(inside, dict) and depth and (inside or not path):
        for key, below in inside.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key), depth - 1)
    elif path and value not in (None, "", [], {}) and inside not in ([], {}):
        yield path

"""What two bundles of the same inputs differ in, said so that a person can follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

import duckdb
import orjson

from distillscan.evidence.numbers import literally
from distillscan.findings.pseudonyms import hidden

#: What differs between machines and versions without a difference in what was found.
_CIRCUMSTANCES = (
    "/tool_version",
    "/python",
    "/dependencies",
    "/date",
    "/outputs",
    "/decisions",
    "/pseudonym_key",
)

Text = Callable[[str], str]


def of_documents(sealed: bytes, fresh: bytes, *, blind: bool) -> list[str]:
    """Return where two JSON documents differ: place, what is sealed, what was derived.

    With ``blind``, pseudonyms are not compared. An exemplar that was not at hand when the bundle was made is
    no difference.
    """
    see: Text = hidden if blind else str
    return [
        f"{place or '/'}: sealed {_cut(old)}, derived {_cut(new)}"
        for place, old, new in _walk(orjson.loads(sealed), orjson.loads(fresh), "", see)
        if not place.startswith(_CIRCUMSTANCES) and not (place.endswith("/exemplar") and old is None)
    ]


def of_tables(sealed: Path, fresh: Path, *, blind: bool) -> list[str]:
    """Return which rows two Parquet files do not have in common; with ``blind``, texts are left out."""
    with duckdb.connect() as connection:
        columns = [
            (name, kind)
            for path in (sealed, fresh)
            for name, kind, *_ in connection.execute(
                "DESCRIBE FROM read_parquet(?)", [literally(path)]
            ).fetchall()
        ]
        half = len(columns) // 2
        if columns[:half] != columns[half:]:
            return ["its columns are others"]
        compared = [f'"{name}"' for name, kind in columns[:half] if not (blind and kind == "VARCHAR")]
        return [
            difference
            for here, there, what in ((sealed, fresh, "not derived"), (fresh, sealed, "missing"))
            if (difference := _rows_beyond(connection, ", ".join(compared), here, there, what))
        ]


def of_texts(sealed: bytes, fresh: bytes, *, blind: bool) -> list[str]:
    """Return which lines of two texts differ; with ``blind``, pseudonyms are not compared."""
    see: Text = hidden if blind else str
    pairs = zip_longest(sealed.split(b"\n"), fresh.split(b"\n"), fillvalue=b"")
    return [
        f"line {number}"
        for number, (old, new) in enumerate(pairs, start=1)
        if old != new and see(old.decode("utf-8", "replace")) != see(new.decode("utf-8", "replace"))
    ]


def _rows_beyond(
    connection: duckdb.DuckDBPyConnection, columns: str, here: Path, there: Path, what: str
) -> str | None:
    beyond = (
        f"SELECT {columns} FROM read_parquet($here) EXCEPT ALL SELECT {columns} FROM read_parquet($there)"
    )
    paths = {"here": literally(here), "there": literally(there)}
    ((count,),) = connection.execute(f"SELECT COUNT(*) FROM ({beyond})", paths).fetchall()
    if not count:
        return None
    first = connection.execute(f"FROM ({beyond}) ORDER BY ALL LIMIT 1", paths)
    names = [column[0] for column in first.description]
    values = ", ".join(f"{name} {value}" for name, value in zip(names, first.fetchall()[0], strict=True))
    return f"{count:,} rows {what}, the first: {_cut(values)}"


def _walk(old: object, new: object, place: str, see: Text) -> Iterator[tuple[str, object, object]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _walk(old.get(key), new.get(key), f"{place}/{key}", see)
    elif isinstance(old, list) and isinstance(new, list):
        for number, (left, right) in enumerate(zip_longest(old, new)):
            yield from _walk(left, right, f"{place}/{number}", see)
    elif isinstance(old, str) and isinstance(new, str):
        if see(old) != see(new):
            yield place, old, new
    elif old != new or type(old) is not type(new):
        yield place, old, new


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else text[:159] + "…"

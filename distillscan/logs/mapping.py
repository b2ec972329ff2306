"""How an export is to be read: in which format, and where a column map says that a field stands elsewhere."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from distillscan.errors import LogError
from distillscan.logs.record import RECORDS, Record

#: The format of records that carry the canonical names themselves, or those of a column map.
FLAT = "flat"
#: Asks for each file to be recognised.
AUTO = "auto"
#: No format: every column of a table as it stands, to see what the file holds.
UNREAD = "*"
# The key of the format in the JSON of a map, beside the names of fields; no field is called so.
_FORMAT_KEY = "format"
_PLACE = re.compile("[0-9]{1,6}")


@dataclass(frozen=True)
class Mapping:
    """The format of an export, and canonical name to path where the analyst knows better than it.

    In format ``flat`` a name that is not mapped stands for itself. ``sections`` are the paths of single kinds
    of records; where a kind has such, those of all do not hold.
    """

    paths: tuple[tuple[str, str], ...] = ()
    format: str = FLAT
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    def path_of(self, name: str) -> str:
        """The path of one canonical field in a flat export, dotted for nested values."""
        return dict(self.paths).get(name, name)

    def canonical_json(self) -> str:
        """The map in one fixed spelling, by which a case knows it again."""
        entries = dict(sorted(self.paths))
        if self.format != FLAT:
            entries = {_FORMAT_KEY: self.format, **entries}
        return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_canonical_json(text: str) -> Mapping:
        """The map a case keeps in that spelling."""
        entries = json.loads(text)
        format_ = entries.pop(_FORMAT_KEY, FLAT)
        return Mapping(tuple(entries.items()), format_)

    def of_record(self, record: Record) -> Mapping:
        """The part of the map that speaks of this record."""
        paths = dict(self.sections).get(record.kind, self.paths)
        return Mapping(tuple(pair for pair in paths if pair[0] in record.names), self.format)


def load_mapping(path: Path) -> Mapping:
    """Read a TOML column map, ``canonical = "their.path"``, below ``[accounts]`` for that table alone.

    Raises LogError for a file that cannot be read, a name no record has, or a path that is not text.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LogError(f"cannot read the column map {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LogError(
            f'{path} is no column map: {error}; write lines such as account_id = "user.id", each name once, '
            "and those of another table below a line [accounts]"
        ) from error
    sections = {kind: lines for kind, lines in entries.items() if kind in RECORDS and isinstance(lines, dict)}
    known = {name for record in RECORDS.values() for name in record.names}
    common = {name: target for name, target in entries.items() if name not in sections}
    return Mapping(
        _checked(path, common, known, _known_names()),
        sections=tuple(
            (kind, _checked(path, lines, RECORDS[kind].names, ", ".join(RECORDS[kind].names)))
            for kind, lines in sorted(sections.items())
        ),
    )


def _checked(
    path: Path, entries: dict[str, object], known: Collection[str], listed: str
) -> tuple[tuple[str, str], ...]:
    """The lines of a map in one order, once their names are known and their paths can be followed."""
    found = []
    for name, target in sorted(entries.items()):
        if name not in known:
            raise LogError(f"{path} maps {name!r}, which is no canonical field; known are: {listed}")
        if not isinstance(target, str) or not all(target.split(".")):
            raise LogError(f'{path}: the path of {name} must be text such as "user.id"')
        found.append((name, target))
    return tuple(found)


def _known_names() -> str:
    return "; ".join(f"{kind}: {', '.join(record.names)}" for kind, record in RECORDS.items())


def is_json_path(path: str) -> bool:
    """Whether a path is one of JSON as it stands, and not the name of a key such as ``$oid``."""
    return path.startswith(("$.", "$["))


def json_paths(path: str) -> tuple[str, ...]:
    """JSON paths under which a value may stand: a key of the whole name first, then the nested one.

    A number is a key too, before it is a position in a list.
    """
    parts = path.split(".")
    keys = [f".{_quoted(part)}" for part in parts]
    places = [f"[{part}]" if _PLACE.fullmatch(part) else key for part, key in zip(parts, keys, strict=True)]
    return tuple(dict.fromkeys([f"$.{_quoted(path)}", "$" + "".join(keys), "$" + "".join(places)]))


def paths_above(path: str) -> tuple[str, ...]:
    """What a dotted path leads through, from above."""
    return tuple(path[:place] for place, letter in enumerate(path) if letter == ".")


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'

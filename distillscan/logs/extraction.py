"""The SQL that takes the texts of a format out of its records: each document is parsed once for all paths.

A document is the line itself, a column of a table, a value that may be JSON in a string, or a message body.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from distillscan.logs.mapping import is_json_path, json_paths

_FIRST_KEY = re.compile(r'^\$\.(?:"((?:[^"\\]|\\.)*)"|([^.\[]+))(.*)$', re.DOTALL)
ABSENT = "NULL::VARCHAR"
LINE = "line"
#: The path that is asked for where a document is only parsed to see whether it is JSON.
NO_PATH = "$.none"


@dataclass
class _Document:
    """One JSON text and the paths asked of it so far."""

    text: str
    level: int
    alias: str
    paths: list[str] = field(default_factory=list)
    #: Paths of which the type of the value is asked.
    typed: list[str] = field(default_factory=list)

    @property
    def types(self) -> str:
        """The column with the types at those paths."""
        return f"types_of_{self.alias}"

    @property
    def columns(self) -> list[str]:
        """What is worked out of it, in the order of `parameters`."""
        found = [f"{self._each('json_extract_string')} AS {self.alias}"]
        return [*found, f"{self._each('json_type')} AS {self.types}"] if self.typed else found

    @property
    def parameters(self) -> list[list[str]]:
        """The paths that the columns ask for."""
        return [self.paths or [NO_PATH], *([self.typed] if self.typed else [])]

    def _each(self, function: str) -> str:
        found = f"try({function}({self.text}, ?))"
        return found if self.text == LINE else f"CASE WHEN {is_json(self.text)} THEN {found} END"


@dataclass(frozen=True)
class _Shared:
    """A value that several fields are made of, worked out once."""

    sql: str
    level: int
    alias: str
    parameters: tuple[list[str], ...] = ()

    @property
    def columns(self) -> list[str]:
        """Its column."""
        return [f"{self.sql} AS {self.alias}"]


class Extraction:
    """Collects the paths that are asked for, and writes the query that finds them.

    ``columns`` are the own names of a table's columns with the SQL of their texts; None for JSON lines.
    ``strings`` are the paths at which this export seems to have JSON in a string. Such JSON is found at any
    path, and so is an object at these: only the speed depends on the guess.
    """

    def __init__(
        self,
        documents: tuple[str, ...],
        columns: dict[str, str] | None = None,
        strings: frozenset[str] = frozenset(),
    ) -> None:
        self._declared = sorted(documents, key=len, reverse=True)
        self._columns = columns
        self._strings = strings
        self._documents: dict[str, _Document] = {}
        self._shared: dict[str, _Shared] = {}

    @property
    def of_lines(self) -> bool:
        """Whether the records are JSON lines."""
        return self._columns is None

    def text(self, path: str) -> str:
        """The SQL of the text at a path of the record."""
        if self._columns is not None and path in self._columns:
            return self._columns[path]
        inside = [
            self.below(declared, (path[len(declared) + 1 :],))
            for declared in self._declared
            if path.startswith(f"{declared}.")
        ]
        if self._columns is None:
            return coalesced([self._member(self._document(LINE, 0), path), *inside])
        return coalesced(inside) if inside else self._in_column(path, self._columns)

    def below(self, place: str, paths: tuple[str, ...]) -> str:
        """The SQL of the first text at one of some paths inside what stands at a path of the record."""
        if self._columns is not None or place in self._strings:
            return self.inside(self.text(place), paths)
        # To write an object out as a text, only to parse it again, costs more than all else here.
        line = self._document(LINE, 0)
        texts = [
            self._member(line, start + end[1:])
            for path in paths
            for start in self._starts(place)
            for end in _own_paths(path)
        ]
        return coalesced([*texts, self.inside(self.string(place), paths)])

    def string(self, place: str) -> str:
        """The SQL of what stands at a path of the record, unless it is an object."""
        if self._columns is not None or place in self._strings:
            return self.text(place)
        line, found = self._document(LINE, 0), []
        for start in self._starts(place):
            if start not in line.typed:
                line.typed.append(start)
            known = f"{line.types}[{line.typed.index(start) + 1}] <> 'OBJECT'"
            found.append(f"CASE WHEN {known} THEN json_extract_string({LINE}, '{_literal(start)}') END")
        for declared in self._declared:
            if place.startswith(f"{declared}."):
                found.append(self.inside(self.string(declared), (place[len(declared) + 1 :],)))
                break
        return self.shared(coalesced(found))

    def _starts(self, place: str) -> tuple[str, ...]:
        """The JSON paths at which a value stands in the line."""
        own = _own_paths(place)
        is_inner = any(place.startswith(f"{declared}.") for declared in self._declared)
        return own[-1:] if is_inner else own

    def inside(self, document: str, paths: tuple[str, ...]) -> str:
        """The SQL of the first text that stands at one of some paths inside a document, given as SQL text."""
        if document == ABSENT:
            return ABSENT
        found = self._document(document, self._level_of(document) + 1)
        return coalesced([self._member(found, path) for path in paths])

    def parsed(self, document: str) -> str:
        """The SQL of the texts found in a document; NULL where it is no JSON."""
        level = 0 if document == LINE else self._level_of(document) + 1
        return self._document(document, level).alias

    def shared(self, sql: str) -> str:
        """The SQL of a value that is used more than once, as a column that is worked out once."""
        if sql == ABSENT or sql in (found.alias for found in self._shared.values()):
            return sql
        if sql not in self._shared:
            self._shared[sql] = _Shared(sql, self._level_of(sql) + 1, f"shared_{len(self._shared)}_")
        return self._shared[sql].alias

    def query(self, source: str) -> tuple[str, list[list[str]]]:
        """A query that yields the columns of ``source`` and the documents' texts, and its parameters."""
        sql, parameters = source, list[list[str]]()
        steps: list[_Document | _Shared] = [*self._documents.values(), *self._shared.values()]
        for level in range(1 + max((step.level for step in steps), default=-1)):
            here = [step for step in steps if step.level == level]
            columns = ", ".join(column for step in here for column in step.columns)
            sql = f"SELECT *, {columns} FROM ({sql})"
            # Parameters are numbered from the left, and the outer query stands left of the inner one.
            parameters = [paths for step in here for paths in step.parameters] + parameters
        return sql, parameters

    def _document(self, text: str, level: int) -> _Document:
        if text not in self._documents:
            self._documents[text] = _Document(text, level, f"document_{len(self._documents)}")
        return self._documents[text]

    def _level_of(self, text: str) -> int:
        """The highest level of the columns that a text names; it is worked out above that. -1 for none."""
        levels = [found.level for found in self._documents.values() if f"{found.alias}[" in text]
        levels += [found.level for found in self._shared.values() if found.alias in text]
        return max(levels, default=-1)

    def _member(self, document: _Document, path: str) -> str:
        texts = []
        for json_path in _own_paths(path):
            if json_path not in document.paths:
                document.paths.append(json_path)
            texts.append(f"{document.alias}[{document.paths.index(json_path) + 1}]")
        return coalesced(texts)

    def _in_column(self, path: str, columns: dict[str, str]) -> str:
        column, inside = column_of(path, tuple(columns))
        if column is None:
            return ABSENT
        return self.inside(columns[column], (inside,)) if inside else columns[column]


def _own_paths(path: str) -> tuple[str, ...]:
    """The JSON paths that a path stands for."""
    return (path,) if is_json_path(path) else json_paths(path)


def _literal(text: str) -> str:
    return text.replace("'", "''")


def column_of(path: str, columns: tuple[str, ...]) -> tuple[str | None, str]:
    """The column that a path leads to, and the path inside its values; None when there is none."""
    if is_json_path(path):
        match = _FIRST_KEY.match(path)
        key = "" if match is None else match[1] or match[2]
        rest = "" if match is None else match[3]
        return (key, f"${rest}" if rest else "") if key in columns else (None, "")
    return dotted_column(path, columns)


def dotted_column(path: str, columns: Collection[str]) -> tuple[str | None, str]:
    """The longest beginning of a dotted path that names a column, and what is left of the path."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        head = ".".join(parts[:length])
        if head in columns:
            return head, ".".join(parts[length:])
    return None, ""


def first_of(texts: list[str]) -> str:
    """The first text that is present and not empty."""
    return coalesced(texts, "nullif({}, '')")


def coalesced(texts: list[str], each: str = "{}") -> str:
    """The first text that is present; a single one as it is, because the database would copy it."""
    present = [text for text in dict.fromkeys(texts) if text != ABSENT]
    if len(present) < 2:
        return present[0] if present else ABSENT
    return f"coalesce({', '.join(each.format(text) for text in present)})"


def is_json(text: str) -> str:
    """Whether a text could be a JSON object or list; cheap, so that plain texts are never parsed."""
    return f"(starts_with({text}, '{{') OR starts_with({text}, '['))"

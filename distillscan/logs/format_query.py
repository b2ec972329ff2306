"""Records of a format to texts with canonical names: one query a block, written from the declaration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl
import pyarrow as pa

from distillscan.logs import answer, body
from distillscan.logs.extraction import ABSENT, LINE, Extraction, first_of, is_json
from distillscan.logs.formats.format import (
    NOT_A_REQUEST,
    RECORDS_A_LINE,
    Computed,
    Format,
    Rule,
    Source,
    as_alternatives,
)
from distillscan.logs.formats.spans import LINKS
from distillscan.logs.mapping import FLAT, Mapping, is_json_path, paths_above
from distillscan.logs.readers.columns import INSIDE
from distillscan.logs.record import Record
from distillscan.logs.sample import parsed, value_at

BLANK = "blank"
_FOUND_CHARACTERS = 60
# A column that is always NULL: some functions are not found for a bare NULL in place of a text.
_NOTHING = "nothing"
# Flat records: their fields stand under the canonical names, or where a map says.
_FLAT = Format(FLAT, "", Rule(), {})
_REQUEST_LINE = r"[A-Z]+ \S+ HTTP/[0-9.]+"


@dataclass(frozen=True)
class Query:
    """SQL over the registered table ``block``, with its parameters."""

    sql: str
    parameters: Sequence[str | list[str]]


def format_query(block: pa.Table, declared: Format | None, record: Record, mapping: Mapping) -> Query:
    """The query that yields ``row_number``, ``fault``, ``found`` and the text of each field of the record.

    The block is of records, which are flat without a format; those of an exploded one come out of
    `records_query`.
    """
    format_ = declared or _FLAT
    columns = None if LINE in block.column_names else _own_columns(block.schema)
    strings = _strings(block, format_)
    # what a map leads through may be JSON in a string, too
    above = (place for _, path in mapping.paths for place in paths_above(path))
    documents = tuple(dict.fromkeys([*format_.documents, *above]))
    extraction = Extraction(documents, columns, strings)
    fields = _Fields(extraction, format_, mapping, block)
    selected = [f"{fields.text(name)} AS {name}" for name in record.names]
    selected += [
        f"{extraction.text(path)} AS {name}" for name, path in zip(LINKS, format_.links, strict=False)
    ]
    found, fault = _fault(extraction, format_)
    sql, parameters = extraction.query(f"SELECT *, {ABSENT} AS {_NOTHING} FROM block")
    head = ["row_number", f"{found} AS found", f"{fault} AS fault"]
    return Query(f"SELECT {', '.join([*head, *selected])} FROM ({sql})", parameters)


def records_query(explode: Callable[[str], str]) -> Query:
    """The query that yields the records that stand in the lines; a line with none stands for itself."""
    sql = f"""
SELECT row_number * {RECORDS_A_LINE} + generate_subscripts(records, 1) AS row_number, unnest(records) AS line
FROM (
  SELECT row_number, CASE WHEN len(records) > 0 THEN records ELSE [line] END AS records
  FROM (SELECT row_number, line, try({explode(LINE)}) AS records FROM block)
)"""
    return Query(sql, ())


def _own_columns(block: pa.Schema) -> dict[str, str]:
    """The table's own names of its columns, and the SQL of their texts."""
    texts = {}
    for column in block:
        own = (column.metadata or {}).get(INSIDE)
        if own is not None:
            nested = pa.types.is_nested(column.type)
            texts[own.decode()] = f"to_json({column.name})::VARCHAR" if nested else f"{column.name}::VARCHAR"
    return texts


def _strings(block: pa.Table, format_: Format) -> frozenset[str]:
    """Where the first record of the block has JSON in a string, of the places that may have it."""
    bodies = (format_.request_body, format_.response_body)
    places = (*format_.documents, *(body_ for body_ in bodies if isinstance(body_, str)))
    if LINE not in block.column_names:
        return frozenset(places)
    first = parsed(block[LINE][0].as_py()) if block.num_rows else None
    return frozenset(
        place for place in places if is_json_path(place) or isinstance(value_at(first, place), str)
    )


def _fault(extraction: Extraction, format_: Format) -> tuple[str, str]:
    """The start of what is no record, and why it is none."""
    cases, found = [], ["NULL"]
    if extraction.of_lines:
        whole = extraction.parsed(LINE)
        cases.append(rf"WHEN {whole} IS NULL AND regexp_full_match(line, '\s*') THEN '{BLANK}'")
        cases.append(f"WHEN {whole} IS NULL THEN 'invalid_json'")
        cases.append(
            r"WHEN NOT starts_with(line, '{') AND NOT regexp_matches(line, '^\s*\{') THEN 'not_an_object'"
        )
        start = rf"trim(left(line, {_FOUND_CHARACTERS}), E'\r\n')"
        found = [f"CASE WHEN {whole} IS NULL OR NOT starts_with(line, '{{') THEN {start} END"]
    if format_.keep is not None:
        found_ = [extraction.text(path) for path in format_.keep.paths]
        texts = [_NOTHING if text == ABSENT else text for text in found_]
        cases.append(f"WHEN NOT coalesce({format_.keep.sql(*texts)}, false) THEN '{NOT_A_REQUEST}'")
        found += [f"left({text}, {_FOUND_CHARACTERS})" for text in texts[:1]]
    fault = f"CASE {' '.join(cases)} END" if cases else "NULL::VARCHAR"
    return f"coalesce({', '.join(found)}, NULL)", fault


class _Body:
    """What the client sent or the model sent back: an object in the record, or a text."""

    def __init__(self, extraction: Extraction, text: str, place: str | None) -> None:
        self._extraction = extraction
        self._place = place
        #: The SQL of the text; where the body is an object it may be NULL instead.
        self.text = text

    def inside(self, paths: tuple[str, ...]) -> str:
        """The SQL of the first text that stands at one of some paths of the body."""
        if self._place is None:
            return self._extraction.inside(self.text, paths)
        return self._extraction.below(self._place, paths)

    def unparsed(self) -> str:
        """A body that is a list of messages, plain text, or JSON that was cut off.

        What web servers write under ``request`` is none: method, path and version.
        """
        if self.text == ABSENT:
            return ABSENT
        parsed_ = self._extraction.parsed(self.text)
        is_text = f"(NOT starts_with({self.text}, '{{') OR {parsed_} IS NULL)"
        is_line = f"regexp_full_match({self.text}, '{_REQUEST_LINE}')"
        return f"CASE WHEN {is_text} AND NOT {is_line} THEN {self.text} END"


class _Fields:
    """The SQL of each canonical field: where the format or the map says, else out of the bodies."""

    def __init__(self, extraction: Extraction, format_: Format, mapping: Mapping, block: pa.Table) -> None:
        self._extraction = extraction
        self._block = block
        self._format = format_
        self._mapped = dict(mapping.paths)
        self._request = self._body(format_.request_body)
        self._response = self._body(format_.response_body)
        streamed = ABSENT if self._response.text == ABSENT else answer.events(self._response.text)
        self._events = extraction.shared(streamed)

    def text(self, name: str) -> str:
        """The SQL of one field as text; `ABSENT` when the format has no place for it."""
        if self._format is _FLAT:
            return self._extraction.text(self._mapped.get(name, name))
        return self._messages if name == "messages" else self._found(name)

    @cached_property
    def _messages(self) -> str:
        # Worked out once: the prompt is made of them too.
        return self._extraction.shared(self._found("messages"))

    def _found(self, name: str) -> str:
        if name in self._mapped:
            return self._extraction.text(self._mapped[name])
        places = [self._source(self._format.fields.get(name, ()))]
        if name in body.REQUEST_PATHS:
            places.append(self._request.inside(body.REQUEST_PATHS[name]))
        if name in answer.RESPONSE_PATHS:
            places.append(self._answered(name))
        if name == "prompt":
            places += [self._request.unparsed(), self._plain_messages()]
        if name == "response":
            places.append(self._response_text())
        if self._mapped and name not in as_alternatives(self._format.response_body):
            # as in flat records, a map need not name fields that stand under their canonical names
            places.append(self._extraction.text(name))
        return first_of(places)

    def _body(self, source: Source) -> _Body:
        if isinstance(source, str):
            return _Body(self._extraction, self._extraction.string(source), source)
        return _Body(self._extraction, self._extraction.shared(self._source(source)), None)

    def _source(self, source: Source) -> str:
        return first_of([self._place(place) for place in as_alternatives(source)])

    def _place(self, place: str | Computed) -> str:
        if isinstance(place, str):
            return self._extraction.text(place)
        if place.mark and not self._may_have(place.mark):
            return ABSENT
        texts = [self._extraction.text(path) for path in place.paths]
        if texts and all(text == ABSENT for text in texts):
            return ABSENT
        given = [_NOTHING if text == ABSENT else text for text in texts]
        if place.check is not None:
            given.append(self._extraction.shared(place.check(*given)))
        return f"({place.sql(*given)})::VARCHAR"

    def _may_have(self, mark: str) -> bool:
        """Whether some record may have a key that begins so."""
        if LINE not in self._block.column_names:
            return True
        return bool(pl.Series(self._block[LINE]).str.contains(mark, literal=True).any())

    def _plain_messages(self) -> str:
        """Some gateways write a text where the messages belong."""
        messages = self._messages
        if messages == ABSENT:
            return ABSENT
        return f"CASE WHEN NOT {is_json(messages)} THEN {messages} END"

    def _answered(self, name: str) -> str:
        whole = self._response.inside(answer.RESPONSE_PATHS[name])
        streamed = ABSENT if self._events == ABSENT else answer.streamed_value(self._events, name)
        return first_of([whole, streamed])

    def _response_text(self) -> str:
        content = self._extraction.shared(self._response.inside(answer.TEXT_PATHS))
        whole = ABSENT if content == ABSENT else answer.whole_text(content)
        streamed = ABSENT if self._events == ABSENT else answer.streamed_text(self._events)
        return first_of([whole, streamed, self._response.unparsed()])

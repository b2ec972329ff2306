"""Spans and log records cut out of lines of OTLP JSON by a compiled pass.

A record has the objects ``resource`` and ``attributes``, whose values are plain JSON, and its own text. A
line that is not laid out as the exporters lay it out is left to `telemetry_unusual`: one that is no JSON,
misses what every one has, has a key twice or writes one with a backslash.
"""

import numpy as np
import pyarrow as pa

from distillscan.arrays import Bools, Int32s, Int64s, UInt8s, UInt64s
from distillscan.compiled import in_place, inner
from distillscan.logs.buffers import bytes_of, eights_of, letters, same
from distillscan.logs.formats.format import RECORDS_A_LINE
from distillscan.logs.formats.telemetry_unusual import Layout, cut_unusual
from distillscan.logs.jsontape import (
    BEGIN,
    END,
    ESCAPED,
    NEXT,
    NOWHERE,
    UNCLEAR,
    Tape,
    member,
    new_tape,
    write_tape,
)

Words = tuple[UInt8s, UInt8s, UInt8s, UInt8s]

# Room for what is made at once; a line that makes more is unusual.
_OUT_BYTES, _OUT_RECORDS, _TAPE_ROWS, _DEPTH = 96 << 20, 1 << 17, 1 << 22, 64
_OBJECT, _OBJECT_END, _LIST, _LIST_END, _QUOTE = (ord(mark) for mark in '{}[]"')
_COMMA, _COLON, _POINT, _ZERO, _NINE = (ord(mark) for mark in ",:.09")
_FULL = -2
_NOTHING, _SCALAR, _OF_PAIRS, _OF_VALUES = range(4)
# The columns of what is written at one time, a list in a list: its row, the row of its next item, its kind.
_OF, _ITEM, _KIND = range(3)
_FRAME_BYTES = 256

_RESOURCE, _ATTRIBUTES, _KEY, _VALUE = (letters(word) for word in ("resource", "attributes", "key", "value"))
_BEGIN, _OWN, _NULL = (letters(word) for word in ('{"resource":{', '},"attributes":{', "null"))
_KVLIST, _ARRAY, _INSIDE = (letters(word) for word in ("kvlistValue", "arrayValue", "values"))


def cut_records(lines: pa.Table, layout: Layout) -> pa.Table:
    """The records in some lines; a line with none stands for itself. Tables are of row_number and line."""
    room = new_tape(_TAPE_ROWS), new_tape(_DEPTH), np.empty(_DEPTH, np.int64)
    made, left = [lines.slice(0, 0)], [lines.slice(0, 0)]
    for batch in lines.to_batches():
        numbers = batch["row_number"].to_numpy()
        data, bounds = bytes_of(batch["line"])
        eights = eights_of(data)
        at = 0
        while at < len(batch):
            out, ends = np.empty(_OUT_BYTES, np.uint8), np.empty(_OUT_RECORDS, np.int32)
            owners, kept = np.empty(_OUT_RECORDS, np.int32), np.zeros(len(batch), np.bool_)
            after, count = _cut(data, eights, bounds, at, _words(layout), *room, out, ends, owners, kept)
            left.append(
                pa.Table.from_batches([batch.slice(at, after - at)]).filter(pa.array(~kept[at:after]))
            )
            made.append(_records(numbers, out, ends[:count], owners[:count], lines.schema))
            at = after
    unusual = pa.concat_tables(left)
    if unusual.num_rows == 0:
        return pa.concat_tables(made)
    return pa.concat_tables([*made, cut_unusual(unusual, layout)]).sort_by("row_number")


def _words(layout: Layout) -> Words:
    """The keys of the levels, and what stands between the attributes of a record and its own text."""
    own = f'}},"{layout.item}":'
    return letters(layout.owners), letters(layout.scopes), letters(layout.items), letters(own)


def _records(numbers: Int64s, out: UInt8s, ends: Int32s, owners: Int32s, schema: pa.Schema) -> pa.Table:
    """The records whose texts stand one behind the other, each in the line at the place of its owner."""
    offsets = np.concatenate((np.zeros(1, np.int32), ends))
    first = np.searchsorted(owners, owners, side="left")
    within = np.arange(1, len(owners) + 1) - first
    texts = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(out))
    return pa.table(
        [pa.array(numbers[owners] * RECORDS_A_LINE + within), texts.cast(schema.field("line").type)], schema
    )


@inner
def _copied(data: UInt8s, begin: int, end: int, out: UInt8s, at: int) -> int:
    # Known not to be negative, the places are copied many at a time by vector instructions.
    if begin < 0 or at < 0:
        return UNCLEAR
    for place in range(end - begin):
        out[at + place] = data[begin + place]
    return at + end - begin


@inner
def _word(word: UInt8s, out: UInt8s, at: int) -> int:
    for place in range(len(word)):
        out[at + place] = word[place]
    return at + len(word)


@inner
def _mark(mark: int, out: UInt8s, at: int) -> int:
    out[at] = mark
    return at + 1


@inner
def _member(data: UInt8s, tape: Tape, row: int, word: UInt8s, kind: int) -> int:
    """As `member`, and not clear either where the value is not of the kind that its first byte shows."""
    found = member(data, tape, row, word)
    return UNCLEAR if found > NOWHERE and data[tape[found, BEGIN]] != kind else found


@inner
def _scalar(data: UInt8s, tape: Tape, row: int, as_text: bool, out: UInt8s, at: int) -> int:
    """Write a text, number or word, if asked as a text; the place behind it, or a negative one."""
    begin = data[tape[row, BEGIN]]
    if begin in (_OBJECT, _LIST):
        return UNCLEAR
    bare = as_text and begin != _QUOTE and begin != _NULL[0]
    if bare:
        at = _mark(_QUOTE, out, at)
    at = _copied(data, tape[row, BEGIN], tape[row, END], out, at)
    return _mark(_QUOTE, out, at) if bare else at


@inner
def _kind(data: UInt8s, tape: Tape, value: int) -> int:
    """What a value is: nothing, a scalar, a list or an object; negative where it has another form."""
    if value <= NOWHERE or data[tape[value, BEGIN]] != _OBJECT:
        return UNCLEAR
    if tape[value, NEXT] == value + 1:
        return _NOTHING
    if tape[value + 1, ESCAPED] or tape[value + 2, NEXT] < tape[value, NEXT]:
        return UNCLEAR
    begin, end = tape[value + 1, BEGIN] + 1, tape[value + 1, END] - 1
    if same(data, begin, end, _KVLIST):
        return _OF_PAIRS
    return _OF_VALUES if same(data, begin, end, _ARRAY) else _SCALAR


@inner
def _named(data: UInt8s, tape: Tape, item: int, out: UInt8s, at: int) -> tuple[int, int]:
    """Write the key of an attribute; the place behind it, negative for none, and the row of its value."""
    key = _member(data, tape, item, _KEY, _QUOTE)
    value = _member(data, tape, item, _VALUE, _OBJECT)
    if key <= NOWHERE or tape[key, ESCAPED]:
        return UNCLEAR, value
    return _mark(_COLON, out, _copied(data, tape[key, BEGIN], tape[key, END], out, at)), value


@inner
def _attributes(data: UInt8s, tape: Tape, row: int, levels: Tape, out: UInt8s, at: int) -> int:
    """Write a list of attributes as the members of an object, with nothing wrapped around their values.

    Inside lists and objects a number is written as a text. Returns the place behind it, or a negative one.
    """
    depth = 0
    levels[0, _OF], levels[0, _ITEM], levels[0, _KIND] = row, row + 1, _OF_PAIRS
    while row != NOWHERE and at >= 0:
        here, item, kind = levels[depth, _OF], levels[depth, _ITEM], levels[depth, _KIND]
        if here == NOWHERE or item == tape[here, NEXT]:
            if depth == 0:
                break
            at = _mark(_OBJECT_END if kind == _OF_PAIRS else _LIST_END, out, at)
            depth -= 1
            continue
        levels[depth, _ITEM] = tape[item, NEXT]
        at, value = _mark(_COMMA, out, at) if item > here + 1 else at, item
        if kind == _OF_PAIRS:
            at, value = _named(data, tape, item, out, at)
        inner = _kind(data, tape, value) if at >= 0 else UNCLEAR
        if inner == _NOTHING:
            at = _word(_NULL, out, at)
        elif inner == _SCALAR:
            at = _scalar(data, tape, value + 2, depth > 0, out, at)
        elif inner < 0 or depth + 1 == len(levels):
            return UNCLEAR
        else:
            depth += 1
            inside = _member(data, tape, value + 2, _INSIDE, _LIST)
            levels[depth, _OF], levels[depth, _ITEM], levels[depth, _KIND] = inside, inside + 1, inner
            at = _mark(_OBJECT if inner == _OF_PAIRS else _LIST, out, at) if inside >= NOWHERE else UNCLEAR
    return at


@inner
def _is_numbered(data: UInt8s, begin: int, end: int) -> bool:
    place = begin
    while place < end - 1 and not (data[place] == _POINT and _ZERO <= data[place + 1] <= _NINE):
        place += 1
    return place < end - 1


@inner
def _numbered(data: UInt8s, tape: Tape, row: int, out: UInt8s, at: int) -> int:
    """Write those attributes of a list that have a number in their key, as they are."""
    begin = at
    item = row + 1
    while item < tape[row, NEXT]:
        key = _member(data, tape, item, _KEY, _QUOTE)
        if _is_numbered(data, tape[key, BEGIN], tape[key, END]):
            at = _mark(_COMMA, out, at) if at > begin else at
            at = _copied(data, tape[item, BEGIN], tape[item, END], out, at)
        item = tape[item, NEXT]
    return at


@inner
def _item(data: UInt8s, tape: Tape, item: int, own: int, out: UInt8s, at: int) -> int:
    """Write a span or log record, of its attributes only those that have a number in the key."""
    if own == NOWHERE:
        return _copied(data, tape[item, BEGIN], tape[item, END], out, at)
    at = _copied(data, tape[item, BEGIN], tape[own, BEGIN] + 1, out, at)
    at = _numbered(data, tape, own, out, at)
    return _copied(data, tape[own, END] - 1, tape[item, END], out, at)


@inner
def _record(
    data: UInt8s, tape: Tape, levels: Tape, resource: int, item: int, words: Words, out: UInt8s, at: int
) -> int:
    """Write a span or log record with the attributes of its resource; the place behind it, or negative."""
    own = _member(data, tape, item, _ATTRIBUTES, _LIST)
    if own < NOWHERE:
        return UNCLEAR
    size = tape[item, END] - tape[item, BEGIN]
    shared = tape[resource, END] - tape[resource, BEGIN] if resource != NOWHERE else 0
    if at + 2 * size + shared + _FRAME_BYTES > len(out):
        return _FULL
    at = _attributes(data, tape, resource, levels, out, _word(_BEGIN, out, at))
    if at >= 0:
        at = _attributes(data, tape, own, levels, out, _word(_OWN, out, at))
    if at < 0:
        return UNCLEAR
    at = _item(data, tape, item, own, out, _word(words[3], out, at))
    return _mark(_OBJECT_END, out, at)


@inner
def _owned(
    data: UInt8s,
    tape: Tape,
    levels: Tape,
    owner: int,
    words: Words,
    out: UInt8s,
    at: int,
    ends: Int32s,
    count: int,
) -> tuple[int, int]:
    """Write the records below a resource; the place behind them, or a negative one, and their number."""
    resource = _member(data, tape, owner, _RESOURCE, _OBJECT)
    scopes = _member(data, tape, owner, words[1], _LIST)
    shared = _member(data, tape, resource, _ATTRIBUTES, _LIST) if resource > NOWHERE else resource
    if shared < NOWHERE or scopes < NOWHERE:
        return UNCLEAR, count
    scope = scopes + 1
    while scopes != NOWHERE and scope < tape[scopes, NEXT]:
        items = _member(data, tape, scope, words[2], _LIST)
        if items < NOWHERE:
            return UNCLEAR, count
        item = items + 1
        while items != NOWHERE and item < tape[items, NEXT]:
            at = _record(data, tape, levels, shared, item, words, out, at) if count < len(ends) else _FULL
            if at < 0:
                return at, count
            ends[count] = at
            count += 1
            item = tape[item, NEXT]
        scope = tape[scope, NEXT]
    return at, count


@inner
def _line(
    data: UInt8s, tape: Tape, levels: Tape, words: Words, out: UInt8s, at: int, ends: Int32s, count: int
) -> tuple[int, int]:
    """Write the records of a line; the place behind them, or a negative one, and their number."""
    owners = _member(data, tape, 0, words[0], _LIST)
    if owners <= NOWHERE:
        return UNCLEAR, count
    owner = owners + 1
    while at >= 0 and owner < tape[owners, NEXT]:
        at, count = _owned(data, tape, levels, owner, words, out, at, ends, count)
        owner = tape[owner, NEXT]
    return at, count


@in_place
def _cut(
    data: UInt8s, eights: UInt64s, bounds: Int64s, line: int, words: Words, tape: Tape, levels: Tape,
    opened: Int64s, out: UInt8s, ends: Int32s, owners: Int32s, kept: Bools,
) -> tuple[int, int]:  # fmt: skip
    """Write the records of lines from one on, as long as there is room; the line reached, and their number.

    ``ends`` takes where each record ends, ``owners`` its line, and ``kept`` whether a line was understood.
    """
    at = count = 0
    first = line
    while line < len(bounds) - 1:
        behind, made = UNCLEAR, count
        if write_tape(data, eights, bounds[line], bounds[line + 1], tape, opened) > 0:
            behind, made = _line(data, tape, levels, words, out, at, ends, count)
        if behind == _FULL and line > first:
            break
        # A line without records stands for itself.
        if behind >= 0 and made > count:
            owners[count:made] = line
            kept[line] = True
            at, count = behind, made
        line += 1
    return line, count

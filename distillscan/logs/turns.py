"""What users and system messages say in lists of messages, by a compiled pass over the usual ones.

`body.turns` says what any list means, and costs several readings of it. The pass here gives the same for
lists as nearly all clients write them, and leaves the others to it: those that are no JSON, or where the kind
of a value or a key is in doubt.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.arrays import Bools, Int64s, UInt8s, UInt64s
from distillscan.compiled import in_place, inner
from distillscan.logs.buffers import bytes_of, eights_of, letters, same
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
from distillscan.utf8 import encode

_TAPE_ROWS, _DEPTH = 1 << 18, 64
_OBJECT, _LIST, _QUOTE, _BACKSLASH, _NULL, _LINE_END = (ord(mark) for mark in '{["\\n\n')
_U, _ZERO, _NINE, _SMALL = (ord(mark) for mark in "u09a")
_ROLE, _CONTENT, _PARTS, _TYPE, _TEXT, _GUARD = map(
    letters, ("role", "content", "parts", "type", "text", "guardContent")
)
_SYSTEM, _DEVELOPER, _USER, _HUMAN = map(letters, ("system", "developer", "user", "human"))
_INPUT_TEXT = letters("input_text")
# What the letter behind a backslash stands for.
_ESCAPES = np.arange(256, dtype=np.uint8)
_ESCAPES[letters("bfnrt")] = letters("\b\f\n\r\t")
_OF_NOBODY, _OF_USER, _OF_SYSTEM = range(3)
#: Bytes of a conversation's first text that are kept: some words tell how it opens.
_HEAD = 96


@dataclass(frozen=True)
class Said:
    """Texts out of lists of messages, (n,), and the lists that are left, None where another was read.

    ``opening`` is the beginning of the user's first text, where ``user`` is a later one.
    """

    user: pa.ChunkedArray
    system: pa.ChunkedArray
    opening: pa.ChunkedArray
    left: pa.ChunkedArray


def said_in(messages: pa.ChunkedArray, wanted: pa.ChunkedArray) -> Said:
    """The last text of the user, all of the system joined by newlines, and how the user began, of each list.

    Lists that are not wanted are left.
    """
    found = []
    for lists, asked in zip(*_aligned(messages, wanted), strict=True):
        *texts, read = _read(lists, asked)
        found.append((*texts, pc.if_else(read, pa.scalar(None, lists.type), lists)))
    return Said(*(pa.chunked_array(parts) for parts in zip(*found, strict=True)))


def _aligned(messages: pa.ChunkedArray, wanted: pa.ChunkedArray) -> tuple[list[pa.Array], list[pa.Array]]:
    batches = pa.table({"messages": messages, "wanted": wanted}).to_batches()
    return [batch["messages"] for batch in batches], [batch["wanted"] for batch in batches]


def _read(lists: pa.Array, asked: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """The texts of user and system, how the user began, and whether each list was read."""
    data, bounds = bytes_of(lists)
    size = int(bounds[-1] - bounds[0])
    wanted = pc.and_(asked, pc.is_valid(lists)).to_numpy(zero_copy_only=False)
    out, heads = np.empty((2, size), np.uint8), np.empty(_HEAD * len(lists), np.uint8)
    ends, has = np.zeros((3, len(lists) + 1), np.int64), np.zeros((3, len(lists)), np.bool_)
    read = np.zeros(len(lists), np.bool_)
    eights = eights_of(data)
    room = new_tape(_TAPE_ROWS), np.empty(_DEPTH, np.int64), np.zeros((2, 3), np.int64)
    _read_all(data, eights, bounds, wanted, *room, out, heads, ends, has, read)
    user, system, opening = map(_texts, (*out, heads), ends, has)
    return user, system, opening, pa.array(read)


def _texts(out: UInt8s, ends: Int64s, has: Bools) -> pa.Array:
    valid = pa.array(has).buffers()[1]
    return pa.LargeStringArray.from_buffers(len(has), pa.py_buffer(ends), pa.py_buffer(out), valid)


@inner
def _unit(data: UInt8s, at: int) -> int:
    """The number of four hexadecimal digits."""
    unit = 0
    for place in range(at, at + 4):
        byte = data[place]
        unit = unit * 16 + (byte - _ZERO if byte <= _NINE else (byte | 0x20) - _SMALL + 10)
    return unit


@inner
def _unescaped(data: UInt8s, begin: int, end: int, out: UInt8s, at: int) -> int:
    """Write the inside of a string that has backslashes; the place behind it, `UNCLEAR` for a NUL."""
    place = begin
    while place < end:
        byte = data[place]
        if byte != _BACKSLASH:
            out[at] = byte
            at, place = at + 1, place + 1
        elif data[place + 1] != _U:
            out[at] = _ESCAPES[data[place + 1]]
            at, place = at + 1, place + 2
        else:
            code = _unit(data, place + 2)
            place += 6
            if code == 0:
                return UNCLEAR
            if 0xD800 <= code < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + _unit(data, place + 2) - 0xDC00
                place += 6
            at = encode(code, out, at)
    return at


@inner
def _string(data: UInt8s, tape: Tape, row: int, out: UInt8s, at: int) -> int:
    """Write a string without its quotation marks; the place behind it, `UNCLEAR` for no string."""
    begin, end = tape[row, BEGIN] + 1, tape[row, END] - 1
    # Known not to be negative, the places are copied many at a time by vector instructions.
    if begin < 1 or at < 0 or data[begin - 1] != _QUOTE:
        return UNCLEAR
    if tape[row, ESCAPED]:
        return _unescaped(data, begin, end, out, at)
    for place in range(end - begin):
        out[at + place] = data[begin + place]
    return int(at + end - begin)


@inner
def _is_there(data: UInt8s, tape: Tape, row: int) -> bool:
    return row > NOWHERE and data[tape[row, BEGIN]] != _NULL


@inner
def _is_text(data: UInt8s, tape: Tape, part: int) -> int:
    """Whether a part of a message is a text, 0 or 1; `UNCLEAR` where that is not sure."""
    kind = member(data, tape, part, _TYPE)
    guard = member(data, tape, part, _GUARD)
    if kind < NOWHERE or guard != NOWHERE:
        return UNCLEAR
    if not _is_there(data, tape, kind):
        return 1
    begin, end = tape[kind, BEGIN], tape[kind, END]
    if data[begin] != _QUOTE or tape[kind, ESCAPED]:
        return UNCLEAR
    return int(same(data, begin + 1, end - 1, _TEXT) or same(data, begin + 1, end - 1, _INPUT_TEXT))


@inner
def _parts(data: UInt8s, tape: Tape, row: int, out: UInt8s, at: int) -> int:
    """Write the texts of a list of parts, joined by newlines; the place behind them, or `UNCLEAR`."""
    if data[tape[row, BEGIN]] != _LIST:
        return UNCLEAR
    first = at
    some = False
    part = row + 1
    while part < tape[row, NEXT]:
        is_text = _is_text(data, tape, part)
        text, content = member(data, tape, part, _TEXT), member(data, tape, part, _CONTENT)
        if is_text < 0 or text < NOWHERE or content < NOWHERE:
            return UNCLEAR
        said = text if _is_there(data, tape, text) else content
        if is_text and _is_there(data, tape, said):
            if some:
                out[at] = _LINE_END
                at += 1
            at = _string(data, tape, said, out, at)
            if at < first:
                return UNCLEAR
            some = True
        part = tape[part, NEXT]
    return at


@inner
def _speaker(data: UInt8s, tape: Tape, role: int, has_parts: bool) -> int:
    """Whose message it is; `UNCLEAR` where its role is spelled with a backslash."""
    if not _is_there(data, tape, role):
        return _OF_USER if has_parts else _OF_NOBODY
    if tape[role, ESCAPED]:
        return UNCLEAR
    begin, end = tape[role, BEGIN] + 1, tape[role, END] - 1
    if data[begin - 1] != _QUOTE:
        return _OF_NOBODY
    if same(data, begin, end, _USER) or same(data, begin, end, _HUMAN):
        return _OF_USER
    is_system = same(data, begin, end, _SYSTEM) or same(data, begin, end, _DEVELOPER)
    return _OF_SYSTEM if is_system else _OF_NOBODY


@inner
def _head(data: UInt8s, begin: int, end: int, out: UInt8s, at: int) -> int:
    """Copy the beginning of a text in whole characters; the place behind it."""
    if end - begin > _HEAD:
        end = begin + _HEAD
        while end > begin and data[end] & 0xC0 == 0x80:
            end -= 1
    for place in range(end - begin):
        out[at + place] = data[begin + place]
    return at + end - begin


@inner
def _message(
    data: UInt8s, tape: Tape, row: int, out: UInt8s, heads: UInt8s, ats: Int64s, starts: Int64s
) -> bool:
    """Write what a message says behind what was said before it; whether it is clear."""
    role, content = member(data, tape, row, _ROLE), member(data, tape, row, _CONTENT)
    parts = member(data, tape, row, _PARTS)
    if role < NOWHERE or content < NOWHERE or parts < NOWHERE:
        return False
    has_parts, has_content = _is_there(data, tape, parts), _is_there(data, tape, content)
    speaker = _speaker(data, tape, role, has_parts)
    # Content and parts together, or parts that are no list, are left to `body.turns`.
    if speaker < 0 or (has_parts and (has_content or data[tape[parts, BEGIN]] != _LIST)):
        return False
    said = content if has_content else parts
    if has_content and data[tape[said, BEGIN]] not in (_QUOTE, _LIST):
        return False
    if speaker == _OF_NOBODY or not (has_parts or has_content):
        return True
    into = speaker - 1
    begin = starts[into] if speaker == _OF_USER else ats[into]
    at = begin
    # A text of the user replaces the one before it; texts of the system are joined.
    if speaker == _OF_SYSTEM and at > starts[into]:
        at += 1
    opened = ats[2]
    if speaker == _OF_USER and opened == starts[2]:
        opened = _head(out[into], begin, ats[into], heads, opened)
    if data[tape[said, BEGIN]] == _QUOTE:
        behind = _string(data, tape, said, out[into], at)
    else:
        behind = _parts(data, tape, said, out[into], at)
    if behind < 0:
        return False
    if behind > at:
        if at > begin:
            out[into, begin] = _LINE_END
        ats[into], ats[2] = behind, opened
    return True


@inner
def _conversation(
    data: UInt8s, eights: UInt64s, begin: int, end: int, tape: Tape, opened: Int64s,
    out: UInt8s, heads: UInt8s, ats: Int64s, starts: Int64s,
) -> bool:  # fmt: skip
    """Write what is said in a list of messages, or in one message; whether it is clear."""
    if write_tape(data, eights, begin, end, tape, opened) == 0:
        return False
    if data[begin] == _OBJECT:
        return _message(data, tape, 0, out, heads, ats, starts)
    if data[tape[0, BEGIN]] != _LIST:
        return False
    row = 1
    while row < tape[0, NEXT]:
        if not _message(data, tape, row, out, heads, ats, starts):
            return False
        row = tape[row, NEXT]
    return True


@in_place
def _read_all(
    data: UInt8s, eights: UInt64s, bounds: Int64s, wanted: Bools, tape: Tape, opened: Int64s, places: Int64s,
    out: UInt8s, heads: UInt8s, ends: Int64s, has: Bools, read: Bools,
) -> None:  # fmt: skip
    """Fill in where the texts of each list end, whether it has them, and whether it was read.

    ``places`` are zeros, room for where each of the three texts begins and ends.
    """
    starts, ats = places
    for number in range(len(wanted)):
        if wanted[number]:
            read[number] = _conversation(
                data, eights, bounds[number], bounds[number + 1], tape, opened, out, heads, ats, starts
            )
        for text in range(3):
            if not read[number]:
                ats[text] = starts[text]
            has[text, number] = ats[text] > starts[text]
            starts[text] = ends[text, number + 1] = ats[text]

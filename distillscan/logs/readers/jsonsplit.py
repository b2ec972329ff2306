"""The compiled loop that cuts JSON text into its records, also where the text is one document of any size.

It looks at quotes and brackets only; whether a record is JSON is for the parser to say. Where the text is
damaged it finds its way back: a string is over at the end of its line, a bracket closes the nearest one of
its kind, a quote with a word behind it belongs to the string, and an object where none can stand begins a
new record. So damage costs the record it is in, and hardly ever a neighbour.
"""

import numpy as np

from distillscan.arrays import Int64s, UInt8s
from distillscan.compiled import in_place, inner

#: Open brackets whose kind is remembered; those inside are only counted.
STACK_BYTES = 1 << 16

# The places of the state: open brackets; how many of them must be open where a record of a list begins, -1
# outside such a list; whether the bytes are a record's, how many brackets are open around it, where in the
# output it begins, and whether it is too long; whether they are in a string, behind a backslash, or right
# behind a string; the last byte that was no white space; how much of the wanted key the string has shown; how
# many objects are open around that key.
_DEPTH, _ELEMENTS, _RECORD, _BASE, _START, _TOO_LONG, _STRING, _ESCAPED, _ENDED, _PREVIOUS = range(10)
_KEY, _LEVEL = 10, 11

_OBJECT, _OBJECT_END, _LIST, _LIST_END = (ord(mark) for mark in "{}[]")
_QUOTE, _BACKSLASH, _NEWLINE, _COLON, _COMMA = (ord(mark) for mark in '"\\\n:,')
_NONE = -1


def new_state(level: int) -> Int64s:
    """The state before the first byte, where the wanted key stands in so many objects."""
    state = np.zeros(12, np.int64)
    state[_ELEMENTS] = state[_KEY] = _NONE
    state[_LEVEL] = level
    return state


def in_record(state: Int64s) -> bool:
    """Whether the bytes so far end inside a record, and it is not too long."""
    return bool(state[_RECORD] and not state[_TOO_LONG])


def in_long_record(state: Int64s) -> bool:
    """Whether the bytes so far end inside a record that is too long."""
    return bool(state[_RECORD] and state[_TOO_LONG])


def in_list(state: Int64s) -> bool:
    """Whether the bytes so far end inside a list of records."""
    return bool(state[_ELEMENTS] != _NONE)


def rebase(state: Int64s) -> None:
    """Say that the open record was moved to the begin of the output."""
    state[_START] = 0


@inner
def _copied(byte: int, state: Int64s, limit: int, out: UInt8s, end: int) -> int:
    """Put a byte of a record into the output; a record beyond the limit leaves nothing there."""
    if not state[_RECORD] or state[_TOO_LONG]:
        return end
    if end - state[_START] >= limit:
        state[_TOO_LONG] = 1
        return int(state[_START])
    out[end] = byte
    return end + 1


@inner
def _string(
    data: UInt8s, at: int, state: Int64s, key: UInt8s, limit: int, out: UInt8s, end: int
) -> tuple[int, int]:
    """Go on in a string until it ends or the bytes do; returns the places behind it in both buffers."""
    while at < len(data):
        byte = data[at]
        if byte == _NEWLINE:
            state[_STRING] = 0
            break
        at += 1
        end = _copied(byte, state, limit, out, end)
        shown = state[_KEY]
        if state[_ESCAPED]:
            state[_ESCAPED] = 0
        elif byte == _BACKSLASH:
            state[_ESCAPED] = 1
        elif byte == _QUOTE:
            state[_STRING] = 0
            state[_ENDED] = 1
            # One more than its length says that the whole key was shown, and nothing else.
            state[_KEY] = shown + 1 if shown == len(key) else _NONE
            break
        if shown != _NONE:
            state[_KEY] = shown + 1 if shown < len(key) and byte == key[shown] else _NONE
    return at, end


@inner
def _begin_string(stack: UInt8s, state: Int64s) -> None:
    # Only a key of objects that stand in one another can be the one that leads to the records.
    may_lead = state[_RECORD] and state[_BASE] == 0 and state[_DEPTH] == state[_LEVEL]
    for below in range(state[_LEVEL]):
        may_lead = may_lead and stack[below] == _OBJECT
    named = may_lead and (state[_PREVIOUS] == _OBJECT or state[_PREVIOUS] == _COMMA)
    state[_KEY] = 0 if named else _NONE
    state[_STRING] = 1
    state[_ESCAPED] = 0


@inner
def _open(byte: int, stack: UInt8s, state: Int64s) -> None:
    if state[_DEPTH] < len(stack):
        stack[state[_DEPTH]] = byte
    state[_DEPTH] += 1


@inner
def _depth_behind(byte: int, stack: UInt8s, depth: int) -> int:
    """How many brackets are open behind a closing one: it takes the nearest of its kind, if there is one."""
    if depth > len(stack):
        return depth - 1
    opening = _OBJECT if byte == _OBJECT_END else _LIST
    for below in range(depth - 1, -1, -1):
        if stack[below] == opening:
            return below
    return depth


@inner
def _ends_before(byte: int, stack: UInt8s, state: Int64s) -> bool:
    """Whether the record ended before this byte, which cannot be part of it."""
    depth, base = int(state[_DEPTH]), int(state[_BASE])
    closing = byte in (_OBJECT_END, _LIST_END)
    if depth == base:
        # A number, a word or a string where a record should be.
        return closing or byte in (_COMMA, _OBJECT, _LIST) or (byte == _NEWLINE and base == 0)
    if closing:
        return _depth_behind(byte, stack, depth) < base
    if byte != _OBJECT or depth > len(stack):
        return False
    return bool(stack[depth - 1] == _OBJECT and state[_PREVIOUS] != _COLON)


@inner
def _outside(byte: int, stack: UInt8s, state: Int64s, end: int) -> None:
    """Take a byte that is in no record; it may begin one."""
    depth = state[_DEPTH]
    if byte in (_OBJECT_END, _LIST_END):
        state[_DEPTH] = _depth_behind(byte, stack, depth)
        if state[_DEPTH] < state[_ELEMENTS]:
            state[_ELEMENTS] = _NONE
        return
    if byte in (_COMMA, _COLON):
        return
    if byte == _LIST and depth == 0:
        _open(byte, stack, state)
        state[_ELEMENTS] = 1
        return
    between = depth == state[_LEVEL] and state[_ELEMENTS] == _NONE
    if byte == _OBJECT and between and state[_PREVIOUS] == _COMMA:
        # An object has no place here: it belongs to the list before, which something damaged has closed.
        _open(_LIST, stack, state)
        state[_ELEMENTS] = depth = state[_DEPTH]
    if depth == 0 or depth == state[_ELEMENTS]:
        state[_RECORD], state[_BASE], state[_START], state[_TOO_LONG] = 1, depth, end, 0
    if byte in (_OBJECT, _LIST):
        _open(byte, stack, state)
    elif byte == _QUOTE:
        _begin_string(stack, state)


@inner
def _inside(byte: int, stack: UInt8s, state: Int64s, key: UInt8s) -> bool:
    """Take a byte of a record; returns whether the record turns out to be the frame of a list."""
    if byte == _QUOTE:
        _begin_string(stack, state)
    elif byte in (_OBJECT_END, _LIST_END):
        state[_DEPTH] = _depth_behind(byte, stack, state[_DEPTH])
    elif byte in (_OBJECT, _LIST):
        _open(byte, stack, state)
        return len(key) > 0 and byte == _LIST and state[_KEY] == len(key) + 1 and state[_PREVIOUS] == _COLON
    if byte not in (_COLON, _QUOTE):
        state[_KEY] = _NONE
    return False


@in_place
def split(
    data: UInt8s, at: int, state: Int64s, stack: UInt8s, key: UInt8s, limit: int,
    out: UInt8s, end: int, ends: Int64s, too_long: UInt8s,
) -> tuple[int, int, int]:  # fmt: skip
    """Cut bytes into records, from place ``at`` until the bytes or the places for records end.

    A record is an outermost object, an element of an outermost list, or an element of the list that ``key``
    names in an outermost object, or as deep in objects as the state says, unless it is empty. ``out`` takes
    the bytes of the records and holds ``end`` already; ``ends`` takes where each one ends, ``too_long``
    whether it had more than ``limit`` bytes and was left out.
    Returns the place reached, the number of bytes in ``out``, and of records.
    """
    count = 0
    while at < len(data) and count < len(ends):
        if state[_STRING]:
            at, end = _string(data, at, state, key, limit, out, end)
            continue
        byte = data[at]
        space = byte in (32, 10, 13, 9)
        if state[_ENDED] and (byte == _NEWLINE or not space):
            state[_ENDED] = 0
            if byte not in (_COMMA, _COLON, _OBJECT_END, _LIST_END, _NEWLINE):
                # No text can stand behind a string: the quote was part of it.
                state[_STRING], state[_KEY] = 1, _NONE
                continue
        if state[_RECORD] and _ends_before(byte, stack, state):
            ends[count], too_long[count] = end, state[_TOO_LONG]
            count += 1
            state[_RECORD], state[_DEPTH], state[_PREVIOUS] = 0, state[_BASE], _COMMA
            continue
        at += 1
        if space:
            end = _copied(byte, state, limit, out, end)
            continue
        if not state[_RECORD]:
            _outside(byte, stack, state, end)
            end = _copied(byte, state, limit, out, end)
        elif _inside(byte, stack, state, key):
            # What stood around the list is no record; what stands in it is.
            state[_RECORD], state[_ELEMENTS], end = 0, state[_DEPTH], state[_START]
        else:
            end = _copied(byte, state, limit, out, end)
            if state[_DEPTH] == state[_BASE] and (byte in (_OBJECT_END, _LIST_END)):
                ends[count], too_long[count] = end, state[_TOO_LONG]
                count += 1
                state[_RECORD] = 0
        state[_PREVIOUS] = byte
    return at, end, count

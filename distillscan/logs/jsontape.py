"""Where each value of a JSON text stands: one compiled pass that checks the text and lists its values.

The list, a tape, has a row for every key and every value in the order of the text: where it begins, where it
ends, the row behind it and all that is in it, and whether it is a string with a backslash. The text must be
JSON as RFC 8259 has it. Of that, too, texts that are nested very deep, halves of surrogate pairs and numbers
with an exponent have no tape: they are for a parser to judge.
"""

import numpy as np

from distillscan.arrays import Int64s, UInt8s, UInt64s
from distillscan.compiled import inner
from distillscan.logs.buffers import behind_space, is_plain, letters, same

Tape = Int64s

BEGIN, END, NEXT, ESCAPED = range(4)
#: Stands for no row: row 0 is the whole text, which is no member of anything.
NOWHERE = 0
#: Stands for a row, or a place in a text, where the meaning is in doubt.
UNCLEAR = -1

_QUOTE, _BACKSLASH, _COMMA, _COLON, _MINUS, _POINT, _ZERO, _NINE = (ord(mark) for mark in '"\\,:-.09')
_OBJECT, _OBJECT_END, _LIST, _LIST_END = (ord(mark) for mark in "{}[]")
_U, _SPACE = ord("u"), ord(" ")
_NEVER = -1

_AFTER_BACKSLASH = np.isin(np.arange(256), letters('"\\/bfnrt'))
_HEX = np.full(256, _NEVER, np.int32)
_HEX[letters("0123456789abcdef")] = range(16)
_HEX[letters("ABCDEF")] = range(10, 16)
_TRUE, _FALSE, _NULL = letters("true"), letters("false"), letters("null")


def new_tape(rows: int) -> Tape:
    """Room for the tape of a text with so many keys and values at most."""
    return np.empty((rows, 4), np.int64)


@inner
def _code_unit(data: UInt8s, at: int, end: int) -> int:
    """The number behind the ``u`` of an escape at a backslash; negative where none stands."""
    if at + 6 > end or data[at] != _BACKSLASH or data[at + 1] != _U:
        return _NEVER
    unit = 0
    for place in range(at + 2, at + 6):
        if _HEX[data[place]] < 0:
            return _NEVER
        unit = unit * 16 + _HEX[data[place]]
    return unit


@inner
def _behind_escape(data: UInt8s, at: int, end: int) -> int:
    """The place behind an escape, both halves where it is a pair; negative for none."""
    if at + 1 < end and _AFTER_BACKSLASH[data[at + 1]]:
        return at + 2
    unit = _code_unit(data, at, end)
    if unit < 0xD800 or unit > 0xDFFF:
        return at + 6 if unit >= 0 else _NEVER
    whole = unit < 0xDC00 and 0xDC00 <= _code_unit(data, at + 6, end) <= 0xDFFF
    return at + 12 if whole else _NEVER


@inner
def _string(data: UInt8s, eights: UInt64s, at: int, end: int) -> tuple[int, bool]:
    """The place behind the string that begins here, negative for none, and whether it has a backslash."""
    at += 1
    escaped = False
    while 0 <= at < end:
        if at % 8 == 0 and at + 8 <= end and is_plain(eights[at // 8]):
            at += 8
            continue
        byte = data[at]
        if byte == _QUOTE:
            return at + 1, escaped
        if byte == _BACKSLASH:
            escaped = True
            at = _behind_escape(data, at, end)
            if at < 0:
                break
        elif byte < _SPACE:
            break
        else:
            at += 1
    return _NEVER, escaped


@inner
def _behind_digits(data: UInt8s, at: int, end: int) -> int:
    while at < end and _ZERO <= data[at] <= _NINE:
        at += 1
    return at


@inner
def _number(data: UInt8s, at: int, end: int) -> int:
    """The place behind a number; negative for none."""
    begin = at + 1 if data[at] == _MINUS else at
    at = _behind_digits(data, begin, end)
    if at == begin or (data[begin] == _ZERO and at > begin + 1):
        return _NEVER
    if at < end and data[at] == _POINT:
        begin = at + 1
        at = _behind_digits(data, begin, end)
        if at == begin:
            return _NEVER
    return at


@inner
def _scalar(data: UInt8s, at: int, end: int) -> int:
    """The place behind a number or a word that JSON knows; negative for none."""
    begin = data[at]
    if begin not in (_TRUE[0], _FALSE[0], _NULL[0]):
        return _number(data, at, end)
    word = _FALSE if begin == _FALSE[0] else _TRUE if begin == _TRUE[0] else _NULL
    behind = at + len(word)
    return behind if same(data, at, min(end, behind), word) else _NEVER


@inner
def _enter(tape: Tape, row: int, begin: int, end: int, escaped: bool) -> None:
    tape[row, BEGIN], tape[row, END], tape[row, NEXT], tape[row, ESCAPED] = begin, end, row + 1, escaped


@inner
def _behind_closed(
    data: UInt8s, at: int, end: int, tape: Tape, count: int, opened: Int64s, depth: int
) -> tuple[int, int]:
    """Close what ends behind a value; the place behind that and a comma, and how much is open then."""
    while depth > 0:
        at = behind_space(data, at, end)
        row = opened[depth - 1]
        closing = _OBJECT_END if data[tape[row, BEGIN]] == _OBJECT else _LIST_END
        if at >= end or (data[at] != _COMMA and data[at] != closing):
            return _NEVER, depth
        at += 1
        if data[at - 1] == _COMMA:
            break
        tape[row, END], tape[row, NEXT] = at, count
        depth -= 1
    return at, depth


@inner
def _behind_key(data: UInt8s, eights: UInt64s, at: int, end: int, tape: Tape, row: int) -> int:
    """Enter the key that begins here; the place behind its colon, the end where there is none."""
    if at >= end or data[at] != _QUOTE:
        return end
    behind, escaped = _string(data, eights, at, end)
    if behind < 0:
        return end
    _enter(tape, row, at, behind, escaped)
    at = behind_space(data, behind, end)
    return behind_space(data, at + 1, end) if at < end and data[at] == _COLON else end


@inner
def write_tape(data: UInt8s, eights: UInt64s, at: int, end: int, tape: Tape, opened: Int64s) -> int:
    """Fill the tape of the JSON text in these bytes; returns its rows, 0 where it has no tape.

    ``eights`` are the bytes as `eights_of` has them; ``opened`` is room for the rows of what is open at one
    time.
    """
    count, depth = 0, 0
    while count + 2 <= len(tape):
        at = behind_space(data, at, end)
        if depth > 0 and data[tape[opened[depth - 1], BEGIN]] == _OBJECT:
            at = _behind_key(data, eights, at, end, tape, count)
            count += 1
        if at >= end:
            break
        behind, escaped = at + 1, False
        opens = data[at] == _OBJECT or data[at] == _LIST
        if opens:
            if depth == len(opened):
                break
            opened[depth] = count
            depth += 1
        elif data[at] == _QUOTE:
            behind, escaped = _string(data, eights, at, end)
        else:
            behind = _scalar(data, at, end)
        _enter(tape, count, at, behind, escaped)
        count += 1
        if opens:
            closing = _OBJECT_END if data[at] == _OBJECT else _LIST_END
            at = behind_space(data, behind, end)
            if at < end and data[at] != closing:
                continue
            behind = at
        if behind >= 0:
            behind, depth = _behind_closed(data, behind, end, tape, count, opened, depth)
        if behind < 0:
            break
        at = behind
        if depth == 0:
            return count if behind_space(data, at, end) == end else 0
    return 0


@inner
def member(data: UInt8s, tape: Tape, row: int, word: UInt8s) -> int:
    """The row of the value that an object has under a key, `NOWHERE` without it.

    `UNCLEAR` where the row is no object, has the key twice, or has a key with a backslash.
    """
    found = NOWHERE
    if data[tape[row, BEGIN]] != _OBJECT:
        return UNCLEAR
    key = row + 1
    while key < tape[row, NEXT]:
        if tape[key, ESCAPED]:
            return UNCLEAR
        if same(data, tape[key, BEGIN] + 1, tape[key, END] - 1, word):
            if found != NOWHERE:
                return UNCLEAR
            found = key + 1
        key = tape[key + 1, NEXT]
    return found

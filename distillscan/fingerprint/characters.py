"""The compiled loops over characters: UTF-8 to code points, what normalisation may change, and folding."""

from typing import NamedTuple

import numpy as np

from distillscan.arrays import Bools, Int64s, UInt8s, UInt32s
from distillscan.compiled import compiled, inner
from distillscan.fingerprint.tokens import (
    CLASS_MASK,
    CLASS_SHIFT,
    CODE_POINT_MASK,
    DIGIT,
    DROPPED,
    FOLLOWS,
    LEADS,
    ORDER_MASK,
    ORDER_SHIFT,
    SPACE,
    STATE_SHIFT,
    UNSETTLED,
)
from distillscan.utf8 import encode

_REPLACEMENT = 0xFFFD


class Rows(NamedTuple):
    """UTF-8 bytes, and where each row starts and stops in them; a NULL row is empty."""

    data: UInt8s
    starts: Int64s
    stops: Int64s


@inner
def decode(text: UInt8s, position: int) -> tuple[int, int]:
    """The code point at ``position`` and the position behind it; bytes that are not UTF-8 read as U+FFFD."""
    lead = int(text[position])
    if lead < 0x80:
        return lead, position + 1
    size = 4 if lead >= 0xF0 else 3 if lead >= 0xE0 else 2
    if lead < 0xC0 or position + size > text.size:
        return _REPLACEMENT, position + 1
    code_point = lead & (0x7F >> size)
    for index in range(position + 1, position + size):
        code_point = code_point << 6 | int(text[index]) & 0x3F
    return min(code_point, 0x10FFFF), position + size


@inner
def class_and_character(entry: np.uint32) -> tuple[int, int]:
    """What an entry of the table says: the class of a character and its folded code point."""
    return int(entry >> np.uint32(CLASS_SHIFT)) & CLASS_MASK, int(entry) & CODE_POINT_MASK


@compiled
def unsettled_rows(rows: Rows, table: UInt32s) -> Bools:
    """Which rows Unicode normalisation may change; rows of ASCII are only skimmed.

    A mark may be joined to the last character before it that is none, whatever marks stand between.
    """
    found = np.zeros(rows.starts.size, np.bool_)
    for row in range(rows.starts.size):
        text = rows.data[rows.starts[row] : rows.stops[row]]
        high = np.uint8(0)
        for byte in text:
            high |= byte
        position = 0 if high >= 0x80 else text.size
        last_order, leads = 0, False
        while position < text.size and not found[row]:
            character, position = decode(text, position)
            entry = table[character]
            order = int(entry >> np.uint32(ORDER_SHIFT)) & ORDER_MASK
            state = int(entry >> np.uint32(STATE_SHIFT))
            found[row] = state == UNSETTLED or (state == FOLLOWS and leads) or (0 < order < last_order)
            if class_and_character(entry)[0] != DROPPED:
                last_order = order
                leads = state == LEADS if order == 0 else leads
    return found


@compiled
def fold_rows(rows: Rows, table: UInt32s, out: UInt8s, offsets: Int64s) -> None:
    """Write each row folded, with runs of white space and of digits as one.

    ``out`` must hold twice the bytes of the rows: no character folds to more.
    """
    written = 0
    for row in range(rows.starts.size):
        text = rows.data[rows.starts[row] : rows.stops[row]]
        first, position, last = written, 0, SPACE
        while position < text.size:
            character, position = decode(text, position)
            kind, folded = class_and_character(table[character])
            if kind == DROPPED or (kind == last and kind in (SPACE, DIGIT)):
                continue
            last = kind
            written = encode(folded, out, written)
        if last == SPACE and written > first:
            written -= 1
        offsets[row + 1] = written

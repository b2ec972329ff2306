"""Texts as the bytes that they are in memory, for compiled passes."""

import numpy as np
import pyarrow as pa

from distillscan.arrays import Int64s, UInt8s, UInt64s
from distillscan.compiled import inner, readonly

_LOWEST, _HIGHEST = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_QUOTES, _BACKSLASHES = (np.uint64(ord(mark) * 0x0101010101010101) for mark in '"\\')
_SPACES = np.uint64(ord(" ") * 0x0101010101010101)
_WHITE = np.isin(np.arange(256), tuple(b" \t\r\n"))


def letters(text: str) -> UInt8s:
    """The bytes of a word."""
    return np.frombuffer(text.encode(), np.uint8)


def bytes_of(texts: pa.Array) -> tuple[UInt8s, Int64s]:
    """The bytes in which the texts of an array stand, and the bounds of each, (n + 1,)."""
    if len(texts) == 0:
        return readonly(np.zeros(0, np.uint8)), np.zeros(1, np.int64)
    _, places, data = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    bounds = np.frombuffer(places, width)[texts.offset : texts.offset + len(texts) + 1]
    letters_of_all = np.frombuffer(data if data is not None else b"", np.uint8)
    return readonly(letters_of_all), bounds.astype(np.int64)


def eights_of(data: UInt8s) -> UInt64s:
    """The bytes eight at a time; up to seven at the end are in none."""
    return np.frombuffer(data, np.uint64, len(data) // 8)


@inner
def behind_space(data: UInt8s, at: int, end: int) -> int:
    """The place behind the white space of JSON that begins at a place."""
    while at < end and _WHITE[data[at]]:
        at += 1
    return at


@inner
def is_plain(eight: np.uint64) -> bool:
    """Whether eight bytes may stand inside a JSON string as they are: no mark, no control character."""
    # Subtracting sets the highest bit of a byte that was too small; only these bits are looked at.
    quote, backslash = eight ^ _QUOTES, eight ^ _BACKSLASHES
    marks = ((quote - _LOWEST) & ~quote) | ((backslash - _LOWEST) & ~backslash)
    return bool(((marks | ((eight - _SPACES) & ~eight)) & _HIGHEST) == 0)


@inner
def same(data: UInt8s, begin: int, end: int, word: UInt8s) -> bool:
    """Whether these bytes are the word."""
    place = 0
    while place < len(word) and begin + place < end and data[begin + place] == word[place]:
        place += 1
    return place == len(word) and begin + place == end

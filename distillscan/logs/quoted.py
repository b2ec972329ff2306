"""Which keys a block of JSON lines can have: of the many that a format may have, most exports have a few.

To look for a key in every record costs the more, the more keys are looked for. All words in quotation marks
are found in one pass over the bytes, whether they are keys, values, or keys of JSON that stands in a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from distillscan.compiled import compiled, inner
from distillscan.logs.buffers import Bytes, Numbers, bytes_of, same

_QUOTE, _BACKSLASH, _U, _SLASH, _ZERO, _TWO, _FIVE, _NINE, _C = (ord(mark) for mark in '"\\u/0259c')
_COLON, _OBJECT, _NULL = (ord(mark) for mark in ":{n")
_WHITE = np.isin(np.arange(256), tuple(b" \t\r\n"))
_LOWER = 0x20
Flags = npt.NDArray[np.bool_]
_SLOTS = 1 << 13
_KEY = re.compile(r'\."((?:[^"\\]|\\.)*)"|\.([^."\[]+)')
#: A spelling with escapes is six times as long as the word at most.
_ESCAPED_LENGTH = 6


@dataclass(frozen=True)
class Present:
    """What a block of lines can have: the paths that lead to something, and those that lead to objects alone.

    An object may be missing or null there.
    """

    paths: frozenset[str]
    objects: frozenset[str]


def paths_in(lines: pa.ChunkedArray, paths: Iterable[str]) -> Present:
    """Those of some JSON paths whose keys all stand in some of the lines, and perhaps some more.

    A key stands there, too, where a number follows it: ``prompt.`` does in ``prompt.0.content``.
    """
    keys = {path: _keys(path) for path in paths}
    words = sorted({key for found in keys.values() for key in found})
    present, other = _words_in(lines, [word.encode() for word in words])
    there = {word for word, is_there in zip(words, present, strict=True) if is_there}
    ends = tuple(
        end
        for word, is_other in zip(words, other, strict=True)
        if not is_other
        for end in (f".{word}", f'."{word}"')
    )
    return Present(
        frozenset(path for path, found in keys.items() if there.issuperset(found)),
        frozenset(path for path in keys if path.endswith(ends)),
    )


def _keys(path: str) -> list[str]:
    found = [quoted or bare for quoted, bare in _KEY.findall(path)]
    # A key that has to be escaped stands otherwise in the line than in the path.
    return [key for key in found if key and key.isascii() and key.isprintable() and "\\" not in key]


def _words_in(lines: pa.ChunkedArray, words: list[bytes]) -> tuple[Flags, Flags]:
    """Which words stand in the lines, and which of them with anything but an object behind them."""
    table = np.full(_SLOTS, -1, np.int16)
    offsets = np.cumsum([0, *map(len, words)])
    letters = np.frombuffer(b"".join(words), np.uint8)
    _enter(table, letters, offsets)
    found, other = np.zeros(len(words), np.bool_), np.zeros(len(words), np.bool_)
    shapes = _shapes(words)
    for chunk in lines.chunks:
        data, bounds = bytes_of(chunk)
        if _mark(data[bounds[0] : bounds[-1]], table, letters, offsets, shapes, found, other):
            return np.ones(len(words), np.bool_), np.ones(len(words), np.bool_)
    return found, other


def _shapes(words: list[bytes]) -> Flags:
    """Whether a word begins with a byte and has a length (256, longest + 1); at 0, whether any begins so."""
    shapes = np.zeros((256, 1 + max(map(len, words), default=0)), np.bool_)
    for word in words:
        shapes[word[0], [0, len(word)]] = True
    return shapes


@inner
def _slot(letters: Bytes, begin: int, end: int) -> int:
    value = np.uint32(end - begin)
    for place in range(begin, end):
        value = np.uint32(value * np.uint32(31)) + np.uint32(letters[place])
    return int(value ^ (value >> np.uint32(15))) & (_SLOTS - 1)


@compiled
def _enter(table: npt.NDArray[np.int16], letters: Bytes, offsets: Numbers) -> None:
    """Put the words into a table, each at its slot or at the next free one."""
    for word in range(len(offsets) - 1):
        slot = _slot(letters, offsets[word], offsets[word + 1])
        while table[slot] >= 0:
            slot = (slot + 1) & (_SLOTS - 1)
        table[slot] = word


@inner
def _hides_quote(data: Bytes, place: int) -> bool:
    """Whether a backslash begins the long spelling of a quotation mark or of a backslash."""
    if place + 5 >= len(data) or data[place + 1] != _U:
        return False
    if data[place + 2] != _ZERO or data[place + 3] != _ZERO:
        return False
    first, second = data[place + 4], data[place + 5] | _LOWER
    return bool((first == _TWO and data[place + 5] == _TWO) or (first == _FIVE and second == _C))


@inner
def _behind_space(data: Bytes, at: int) -> int:
    while at < len(data) and _WHITE[data[at]]:
        at += 1
    return at


@inner
def _leads_to_object(data: Bytes, end: int) -> bool:
    """Whether a key that ends here leads to an object, or to null."""
    at = _behind_space(data, end + 1)
    if at >= len(data) or data[at] != _COLON:
        return False
    at = _behind_space(data, at + 1)
    return at < len(data) and (data[at] == _OBJECT or data[at] == _NULL)


@inner
def _look_up(
    data: Bytes,
    begin: int,
    end: int,
    table: npt.NDArray[np.int16],
    letters: Bytes,
    offsets: Numbers,
    found: Flags,
    other: Flags,
) -> None:
    """Mark the word that stands here, if it is one."""
    slot = _slot(data, begin, end)
    while table[slot] >= 0:
        word = table[slot]
        if same(data, begin, end, letters[offsets[word] : offsets[word + 1]]):
            found[word] = True
            other[word] |= not _leads_to_object(data, end)
            return
        slot = (slot + 1) & (_SLOTS - 1)


@inner
def _first_digit(data: Bytes, begin: int, end: int) -> int:
    """The place of the first digit, or the end."""
    for place in range(begin, end):
        if _ZERO <= data[place] <= _NINE:
            return place
    return end


@compiled
def _mark(
    data: Bytes,
    table: npt.NDArray[np.int16],
    letters: Bytes,
    offsets: Numbers,
    shapes: Flags,
    found: Flags,
    other: Flags,
) -> bool:
    """Mark the words that stand between quotation marks; returns whether an escaped spelling may hide one."""
    begin, escaped = 0, -1
    longest = shapes.shape[1] - 1
    for place in range(len(data)):
        if data[place] == _BACKSLASH:
            if _hides_quote(data, place):
                return True
            if place + 1 < len(data) and (data[place + 1] == _U or data[place + 1] == _SLASH):
                escaped = place
        if data[place] != _QUOTE:
            continue
        end = place
        # The mark itself is escaped where the JSON stands in a string.
        while end > begin and data[end - 1] == _BACKSLASH:
            end -= 1
        if escaped >= begin and end - begin <= _ESCAPED_LENGTH * longest:
            return True
        if begin < end and shapes[data[begin], 0]:
            if end - begin <= longest and shapes[data[begin], end - begin]:
                _look_up(data, begin, end, table, letters, offsets, found, other)
            number = _first_digit(data, begin, min(end, begin + longest + 1))
            if begin < number < end and number - begin <= longest and shapes[data[begin], number - begin]:
                _look_up(data, begin, number, table, letters, offsets, found, other)
        begin = place + 1
    return False

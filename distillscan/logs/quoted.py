"""Which keys a block of JSON lines can have: of the many that a format may have, most exports have a few.

To look for a key in every record costs the more, the more keys are looked for. All words in quotation marks
are found in one pass over the bytes, whether they are keys, values, or keys of JSON that stands in a string.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from distillscan.compiled import in_place, inner
from distillscan.logs.buffers import (
    Bytes,
    Eights,
    Flags,
    Numbers,
    behind_space,
    bytes_of,
    eights_of,
    is_plain,
    same,
)

_QUOTE, _BACKSLASH, _U, _SLASH, _ZERO, _TWO, _FIVE, _NINE, _C = (ord(mark) for mark in '"\\u/0259c')
_COLON, _OBJECT, _NULL = (ord(mark) for mark in ":{n")
_LOWER = 0x20
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

    A key that ends in a point stands there, too, where a number follows: ``prompt.`` in ``prompt.0.content``.
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
    numbered = _shapes([word for word in words if word.endswith(b".")])
    for chunk in lines.chunks:
        data, bounds = bytes_of(chunk)
        data = data[: bounds[-1]]
        eights = eights_of(data)
        if _mark(data, eights, bounds[0], table, letters, offsets, shapes, numbered, found, other):
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
    # A few letters tell the words apart well enough, and most that stand in a log are none of them.
    value = np.uint32(end - begin) + np.uint32(letters[end - 1]) * np.uint32(961)
    for place in range(begin, end, 1 + (end - begin) // 4):
        value = np.uint32(value * np.uint32(31)) + np.uint32(letters[place])
    return int(value ^ (value >> np.uint32(15))) & (_SLOTS - 1)


@in_place
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
def _leads_to_object(data: Bytes, end: int) -> bool:
    """Whether a key that ends here leads to an object, or to null."""
    at = behind_space(data, end + 1, len(data))
    if at >= len(data) or data[at] != _COLON:
        return False
    at = behind_space(data, at + 1, len(data))
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
        # Of a word of which all is known nothing can be learned: it need not be compared.
        known = found[word] and other[word]
        if not known and same(data, begin, end, letters[offsets[word] : offsets[word + 1]]):
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


@in_place
def _mark(
    data: Bytes,
    eights: Eights,
    place: int,
    table: npt.NDArray[np.int16],
    letters: Bytes,
    offsets: Numbers,
    shapes: Flags,
    numbered: Flags,
    found: Flags,
    other: Flags,
) -> bool:
    """Mark the words that stand between quotation marks; returns whether an escaped spelling may hide one."""
    begin, escaped = place, -1
    longest = shapes.shape[1] - 1
    while place < len(data):
        if place % 8 == 0 and place + 8 <= len(data) and is_plain(eights[place // 8]):
            place += 8
            continue
        if data[place] == _BACKSLASH:
            if _hides_quote(data, place):
                return True
            if place + 1 < len(data) and (data[place + 1] == _U or data[place + 1] == _SLASH):
                escaped = place
        place += 1
        if data[place - 1] != _QUOTE:
            continue
        end = place - 1
        # The mark itself is escaped where the JSON stands in a string.
        while end > begin and data[end - 1] == _BACKSLASH:
            end -= 1
        if escaped >= begin and end - begin <= _ESCAPED_LENGTH * longest:
            return True
        if begin < end and end - begin <= longest and shapes[data[begin], end - begin]:
            _look_up(data, begin, end, table, letters, offsets, found, other)
        if begin < end and numbered[data[begin], 0]:
            number = _first_digit(data, begin, min(end, begin + numbered.shape[1]))
            if number < end and number - begin < numbered.shape[1] and numbered[data[begin], number - begin]:
                _look_up(data, begin, number, table, letters, offsets, found, other)
        begin = place
    return False

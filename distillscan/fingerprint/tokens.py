"""What a token is, in every script: one table over all code points.

Words of scripts that put spaces between them are tokens. Where a script writes no spaces, each of its
characters is one, and so is each emoji or symbol. Punctuation and white space separate. Characters that
are not seen (joiners, direction marks, variation selectors) are dropped, so they cannot split a word.

A word of more than ``PIECES`` pieces of ``PIECE`` bytes, these being ASCII, is text in an encoding, such as
base64, of which eight characters hold six: a usual word and a space. These pieces are tokens and the rest is
one, so that two that begin alike have something in common, and a picture among words adds but a few.

A text is unspaced if more of its tokens are characters of scripts without spaces than are words. Emoji and
symbols belong to no script, so they are on neither side: decorating a text does not change what it is.

A table entry is an unsigned 32-bit integer: the folded code point (21 bits), the class of the character
(``CLASS_SHIFT``), for a combining mark its place among marks in canonical order (``ORDER_SHIFT``, 0 for all
else), and what Unicode normalisation may do to it (``STATE_SHIFT``): nothing, join it with a character that
follows (``LEADS``), join it to one before (``FOLLOWS``), or anything else (``UNSETTLED``).
"""

import unicodedata
from functools import cache
from itertools import chain
from typing import Final

import numpy as np

from distillscan.arrays import UInt32s

SPACE: Final = 0
PUNCTUATION: Final = 1
WORD: Final = 2
DIGIT: Final = 3
SYMBOL: Final = 4
UNSPACED: Final = 5
DROPPED: Final = 6

PIECE: Final = 8
PIECES: Final = 8

CODE_POINT_MASK: Final = 0x1FFFFF
CLASS_SHIFT: Final = 21
CLASS_MASK: Final = 7
ORDER_SHIFT: Final = 24
ORDER_MASK: Final = 63
STATE_SHIFT: Final = 30
LEADS: Final = 1
FOLLOWS: Final = 2
UNSETTLED: Final = 3

_UNICODE_SIZE = 0x110000
_SURROGATES = range(0xD800, 0xE000)
_IDEOGRAPHIC_PLANES = range(0x20000, 0x40000)
_TAG_PLANE = range(0xE0000, 0xE1000)

# Every other category is part of a word: letters, marks, number signs, unassigned, private use.
_CLASS_OF_CATEGORY = {
    "Cf": DROPPED,
    "Nd": DIGIT,
    **dict.fromkeys(("Cc", "Zs", "Zl", "Zp"), SPACE),
    **dict.fromkeys(("Pd", "Ps", "Pe", "Pi", "Pf", "Po"), PUNCTUATION),
    **dict.fromkeys(("Sm", "Sc", "Sk", "So"), SYMBOL),
}

# Letters without case, symbols, unassigned, private use.
_WITHOUT_CASE = ("Lo", "So", "Cn", "Co")

# Code points with properties of their own; everything outside is uniform: ideographs, tags, private use.
_DESCRIBED = (range(0x20000), range(0x2F800, 0x2FA20))

# Blocks of scripts written without spaces between words, by Unicode block.
_UNSPACED_BLOCKS = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Myanmar
    range(0x1780, 0x1800),  # Khmer
    range(0x1950, 0x19E0),  # Tai Le, New Tai Lue
    range(0x1A20, 0x1AB0),  # Tai Tham
    range(0x1B00, 0x1B80),  # Balinese
    range(0x2E80, 0x2FE0),  # Han radicals
    range(0x3005, 0x3008),  # ideographic iteration mark and zero
    range(0x3021, 0x3030),  # Hangzhou numerals
    range(0x3031, 0x3100),  # Hiragana, Katakana
    range(0x3100, 0x3130),  # Bopomofo
    range(0x31A0, 0x3200),  # Bopomofo, strokes, Katakana extensions
    range(0x3400, 0x4DC0),  # Han extension A
    range(0x4E00, 0xA4D0),  # Han, Yi
    range(0xA980, 0xAA00),  # Javanese, Myanmar extension
    range(0xAA60, 0xAAE0),  # Myanmar extension, Tai Viet
    range(0xF900, 0xFB00),  # Han compatibility
    range(0x16FE0, 0x18E00),  # Tangut, Khitan
    range(0x1AFF0, 0x1B300),  # Kana extensions, Nushu
)
_PICTOGRAPHS = range(0x1F000, 0x1FB00)

# Unseen characters that Unicode does not file under format (Cf): joiners, fillers, variation selectors.
_IGNORABLE = frozenset(
    chain(
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xFFF0, 0xFFF9),
    )
)


@cache
def code_point_table() -> UInt32s:
    """The table over all 0x110000 code points; see the module for the entries. Built once, read-only."""
    table = np.arange(_UNICODE_SIZE, dtype=np.uint32) | np.uint32(WORD << CLASS_SHIFT)
    table[_span(_IDEOGRAPHIC_PLANES)] ^= np.uint32((WORD ^ UNSPACED) << CLASS_SHIFT)
    table[_span(_TAG_PLANE)] ^= np.uint32((WORD ^ DROPPED) << CLASS_SHIFT)
    unspaced = frozenset(chain.from_iterable(_UNSPACED_BLOCKS))
    pairs = _joined_pairs()
    leading, following = (frozenset(side) for side in zip(*pairs, strict=True))
    for code_point in chain.from_iterable(_DESCRIBED):
        if code_point not in _SURROGATES:
            table[code_point] = _entry(code_point, unspaced, leading, following)
    table.flags.writeable = False
    return table


def _span(code_points: range) -> slice:
    return slice(code_points.start, code_points.stop)


def _entry(
    code_point: int, unspaced: frozenset[int], leading: frozenset[int], following: frozenset[int]
) -> int:
    """One entry: the character is normalised by itself where that gives one character, then folded."""
    character = chr(code_point)
    if _stands_alone(character):
        alone = LEADS * (code_point in leading) + FOLLOWS * (code_point in following)
        state = UNSETTLED if unicodedata.category(character) == "Cn" else alone
        return code_point | _class(code_point, unspaced) << CLASS_SHIFT | state << STATE_SHIFT
    composed = unicodedata.normalize("NFKC", character)
    settled = len(composed) == 1 and unicodedata.category(character) != "Cn"
    folded = _fold(composed) if settled else _fold(character)
    settled = settled and unicodedata.normalize("NFKC", folded) == folded
    # The voiced mark of half-width kana becomes one that has a place in canonical order.
    settled = settled and unicodedata.combining(composed) == unicodedata.combining(character)
    forms = {code_point, ord(composed), ord(folded)} if settled else set()
    leads = bool(leading & forms) or any(_ends_in_mark(form) for form in forms)
    follows = bool(following & forms)
    state = LEADS * leads + FOLLOWS * follows if settled else UNSETTLED
    kind = _class(ord(folded), unspaced)
    if kind == DIGIT:
        folded = "0"
    elif kind == SPACE:
        folded = " "
    order = _combining_classes().index(unicodedata.combining(character))
    return ord(folded) | kind << CLASS_SHIFT | order << ORDER_SHIFT | state << STATE_SHIFT


def _stands_alone(character: str) -> bool:
    """Whether a character has neither case nor parts, as most have not: the others are asked for more."""
    return (
        unicodedata.category(character) in _WITHOUT_CASE
        and unicodedata.is_normalized("NFKC", character)
        and unicodedata.is_normalized("NFD", character)
    )


def _ends_in_mark(code_point: int) -> bool:
    """Whether a character is one with a mark, whose place another mark may take: é, before a dot below."""
    parts = unicodedata.normalize("NFD", chr(code_point))
    return len(parts) > 1 and unicodedata.combining(parts[-1]) > 0


def _fold(character: str) -> str:
    """Case folding to one character; a longer folding would tear canonically equal spellings apart."""
    if character == "İ":
        return "i"
    if unicodedata.combining(character):
        return character
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character


def _class(code_point: int, unspaced: frozenset[int]) -> int:
    kind = _CLASS_OF_CATEGORY.get(unicodedata.category(chr(code_point)), WORD)
    if code_point in _IGNORABLE:
        return DROPPED
    if kind == SYMBOL and code_point < 0x80:
        return PUNCTUATION
    if kind == WORD and code_point in unspaced:
        return UNSPACED
    if kind == WORD and code_point in _PICTOGRAPHS:
        return SYMBOL
    return kind


@cache
def _combining_classes() -> list[int]:
    """The canonical combining classes in use, ascending from 0; there are fewer than 64."""
    return sorted({unicodedata.combining(chr(c)) for c in chain.from_iterable(_DESCRIBED)})


def _joined_pairs() -> list[tuple[int, int]]:
    """Pairs of code points that composition joins to one (UAX 15); of Hangul each that leads or follows."""
    pairs = [(0xAC00 + 28 * number, 0x11A8 + number % 27) for number in range(399)]
    pairs += [(0x1100 + number % 19, 0x1161 + number) for number in range(21)]
    for code_point in chain.from_iterable(_DESCRIBED):
        parts = unicodedata.decomposition(chr(code_point)).split()
        if len(parts) == 2 and parts[0][0] != "<":
            first, second = (int(part, 16) for part in parts)
            # Some letters are excluded from composition, as those of Hindi with a dot below.
            if unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(code_point):
                pairs.append((first, second))
    return pairs

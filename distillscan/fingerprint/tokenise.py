"""The compiled loops that cut a text into tokens: folded bytes, where tokens start and stop, long words."""

import numpy as np

from distillscan.arrays import Int64s, UInt8s, UInt32s, UInt64s
from distillscan.compiled import inner
from distillscan.fingerprint.characters import class_and_character, decode
from distillscan.fingerprint.tokens import DIGIT, DROPPED, PIECE, PIECES, SPACE, SYMBOL, UNSPACED, WORD
from distillscan.utf8 import encode

#: Tokens held at a time.
BLOCK = 1024
#: Bytes whose places are found at once: one bit each of a 64-bit number.
LANES = 64

_LOW_SEVEN = np.uint64(0x7F7F7F7F7F7F7F7F)
_HIGH_BITS = np.uint64(0x8080808080808080)
_GATHER = np.uint64(0x0102040810204080)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_PLACES = np.argsort((_DE_BRUIJN << np.arange(64, dtype=np.uint64)) >> np.uint64(58))
_ZERO_DIGIT = 48
_UNDERSCORE = 95


@inner
def _folded_ascii(byte: np.uint8) -> np.uint8:
    """The folded byte of one below 0x80 that is part of a word, else 0: by arithmetic, as vectors can."""
    lower = np.uint8(byte | np.uint8(0x20))
    if np.uint8(lower - np.uint8(97)) < np.uint8(26):
        return lower
    if np.uint8(byte - np.uint8(_ZERO_DIGIT)) < np.uint8(10):
        return np.uint8(_ZERO_DIGIT)
    return byte if byte == np.uint8(_UNDERSCORE) else np.uint8(0)


@inner
def _tokens_of_ascii(text: UInt8s, out: UInt8s) -> int:
    """``_tokens_of_characters`` where every character is one byte: 64 at once, unless digits run there."""
    written, last = 0, np.uint8(0)
    for first in range(0, text.size, LANES):
        piece = text[first : first + LANES]
        folded = out[written : written + piece.size]
        for index in range(piece.size):
            folded[index] = _folded_ascii(piece[index])
        runs = (folded[0] == _ZERO_DIGIT) & (last == _ZERO_DIGIT)
        for index in range(1, piece.size):
            runs |= (folded[index] == _ZERO_DIGIT) & (folded[index - 1] == _ZERO_DIGIT)
        if not runs:
            written += piece.size
            last = folded[piece.size - 1]
            continue
        for byte in folded:
            out[written] = byte
            written += 1 - int((byte == _ZERO_DIGIT) & (last == _ZERO_DIGIT))
            last = byte
    return written


@inner
def _tokens_of_characters(text: UInt8s, table: UInt32s, out: UInt8s) -> tuple[int, bool]:
    """Write the folded UTF-8 of the tokens with zero bytes between them.

    Returns how many bytes that takes, and whether the text is unspaced. Three times the bytes of the text
    suffice: two bytes can become a zero, four bytes and a zero.
    """
    written, position, last, words, characters = 0, 0, 0, 0, 0
    while position < text.size:
        byte = text[position]
        if byte < 0x80:
            position += 1
            character = int(_folded_ascii(byte))
            kind = WORD if character else SPACE
        else:
            character, position = decode(text, position)
            kind, character = class_and_character(table[character])
        if kind in (WORD, DIGIT):
            if character != _ZERO_DIGIT or last != _ZERO_DIGIT:
                written = encode(character, out, written)
            words += int(last == 0)
            last = character
        elif kind != DROPPED:
            out[written] = last = 0
            written += 1
            if kind in (SYMBOL, UNSPACED):
                written = encode(character, out, written)
                out[written] = 0
                written += 1
                characters += int(kind == UNSPACED)
    return written, characters > words


@inner
def token_bytes(text: UInt8s, table: UInt32s, out: UInt8s) -> tuple[int, bool]:
    """Write the tokens with zero bytes between and behind them.

    Returns the bytes up to a multiple of 64, and whether the text is unspaced.
    """
    high, unspaced = np.uint8(0), False
    for byte in text:
        high |= byte
    if high < 0x80:
        written = _tokens_of_ascii(text, out)
    else:
        written, unspaced = _tokens_of_characters(text, table, out)
    for index in range(written, written + 2 * LANES):
        out[index] = 0
    return written // LANES * LANES + LANES, unspaced


@inner
def _lowest_bit(number: np.uint64) -> int:
    """The place of the lowest set bit, by a de Bruijn sequence (Leiserson, Prokop and Randall 1998)."""
    return int(_PLACES[((number & (~number + np.uint64(1))) * _DE_BRUIJN) >> np.uint64(58)])


@inner
def find_tokens(numbers: UInt64s, first: int, stop: int, edges: int, bounds: Int64s) -> tuple[int, int]:
    """Write where tokens start and stop, in turn, from byte ``first`` on until ``bounds`` is full.

    ``numbers`` are the bytes, eight at a time; ``first`` and ``stop`` are multiples of 64. ``edges`` is 1
    where a token is open, its start standing in ``bounds``. Returns the byte reached and the edges found.
    """
    inside = np.uint64(edges)
    while first < stop and edges < 2 * BLOCK:
        mask = np.uint64(0)
        for index in range(8):
            number = numbers[(first >> 3) + index]
            filled = ((number & _LOW_SEVEN) + _LOW_SEVEN | number) & _HIGH_BITS
            mask |= ((filled >> np.uint64(7)) * _GATHER >> np.uint64(56)) << np.uint64(8 * index)
        changes = mask ^ (mask << np.uint64(1) | inside)
        inside = mask >> np.uint64(63)
        while changes:
            bounds[edges] = first + _lowest_bit(changes)
            edges += 1
            changes &= changes - np.uint64(1)
        first += LANES
    return first, edges


@inner
def _is_in_pieces(text: UInt8s, start: int, stop: int) -> bool:
    if stop - start <= PIECES * PIECE:
        return False
    high = np.uint8(0)
    for byte in text[start : start + PIECES * PIECE]:
        high |= byte
    return bool(high < 0x80)


@inner
def cut_long_words(text: UInt8s, bounds: Int64s, edges: int) -> int:
    """Put the edges of their pieces in place of those of long words; returns how many edges there are then.

    There is room for the pieces of every word; a word that is still open keeps its start behind the others.
    """
    longest, long = 0, 0
    for index in range(edges // 2):
        longest = max(longest, bounds[2 * index + 1] - bounds[2 * index])
    if longest <= PIECES * PIECE:
        return edges
    for index in range(edges // 2):
        long += int(_is_in_pieces(text, bounds[2 * index], bounds[2 * index + 1]))
    cut = place = edges + 2 * PIECES * long
    if edges & 1:
        place -= 1
        bounds[place] = bounds[edges - 1]
    for index in range(edges // 2 - 1, -1, -1):
        start, stop = bounds[2 * index], bounds[2 * index + 1]
        pieces = PIECES if _is_in_pieces(text, start, stop) else 0
        place -= 2
        bounds[place], bounds[place + 1] = start + pieces * PIECE, stop
        for piece in range(pieces - 1, -1, -1):
            place -= 2
            bounds[place], bounds[place + 1] = start + piece * PIECE, start + (piece + 1) * PIECE
    return cut

"""The compiled loops over text: bytes to folded characters, tokens, signatures, inserts and keys.

All compiled functions stand in this one file, because numba's cache only notices changes of the file that
a function is in. They release the interpreter lock and hold no state: whoever calls them splits the rows
over threads. Memory is one block of tokens, whatever the length of a text.

``hashing`` defines the hashes in plain Python; here they are the same, a block at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from distillscan.fingerprint.tokens import (
    CLASS_MASK,
    CLASS_SHIFT,
    CODE_POINT_MASK,
    DIGIT,
    DROPPED,
    SINGLE,
    SPACE,
    UNSETTLED,
    WORD,
)

P = ParamSpec("P")
R = TypeVar("R")
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Halves = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int32]

# Tokens held at a time.
_BLOCK = 1024
# Shingles that a pass over the minima takes, so that these are read and written once for eight.
_GROUP = 8

_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_TOKEN_SEED = np.uint64(0x243F6A8885A308D3)
_FMIX_1 = np.uint32(0x85EBCA6B)
_FMIX_2 = np.uint32(0xC2B2AE35)
_EMPTY = np.uint32(0xFFFFFFFF)
_ZERO_DIGIT = 48
_REPLACEMENT = 0xFFFD


class Rows(NamedTuple):
    """UTF-8 bytes, and where each row starts and stops in them; a NULL row is empty."""

    data: Bytes
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]


class Sizes(NamedTuple):
    """The part of a scheme that the loops need."""

    shingle: int
    insert_shingle: int
    insert_limit: np.uint64
    max_inserts: int


class Sketch(NamedTuple):
    """What is read from n texts, row by row."""

    tokens: Counts
    """(n,) tokens of each text."""
    keys: Words
    """(n,) hash of each token sequence."""
    signatures: Halves
    """(n, permutations); all ones where there are no tokens, as in an empty MinHash."""
    insert_counts: Counts
    """(n,) insert keys of each text."""
    inserts: Words
    """The insert keys of all texts, one text after the other."""


def _compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first use, keep on disk, and run without the interpreter lock."""
    compiled: Callable[P, R] = njit(cache=True, nogil=True)(function)
    return compiled


@_compiled
def _mix(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


@_compiled
def _decode(text: Bytes, position: int) -> tuple[int, int]:
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


@_compiled
def _encode(character: int, out: Bytes, written: int) -> int:
    """Write one character as UTF-8; return the position behind it."""
    if character < 0x80:
        out[written] = character
        return written + 1
    size = 2 if character < 0x800 else 3 if character < 0x10000 else 4
    for index in range(size - 1, 0, -1):
        out[written + index] = 0x80 | character & 0x3F
        character >>= 6
    out[written] = (0xF00 >> size) & 0xFF | character
    return written + size


@_compiled
def _class_and_character(entry: np.uint32) -> tuple[int, int]:
    return int(entry >> np.uint32(CLASS_SHIFT)) & CLASS_MASK, int(entry) & CODE_POINT_MASK


@_compiled
def unsettled_rows(rows: Rows, table: Halves) -> npt.NDArray[np.bool_]:
    """Which rows hold a character that Unicode normalisation may change; rows of ASCII are only skimmed."""
    found = np.zeros(rows.starts.size, np.bool_)
    for row in range(rows.starts.size):
        text = rows.data[rows.starts[row] : rows.stops[row]]
        high = np.uint8(0)
        for byte in text:
            high |= byte
        position = 0 if high >= 0x80 else text.size
        while position < text.size and not found[row]:
            character, position = _decode(text, position)
            found[row] = (table[character] & np.uint32(UNSETTLED)) != 0
    return found


@_compiled
def fold_rows(rows: Rows, table: Halves, out: Bytes, offsets: npt.NDArray[np.int64]) -> None:
    """Write each row folded, with runs of white space and of digits as one.

    ``out`` must hold twice the bytes of the rows: no character folds to more.
    """
    written = 0
    for row in range(rows.starts.size):
        text = rows.data[rows.starts[row] : rows.stops[row]]
        first, position, last = written, 0, SPACE
        while position < text.size:
            character, position = _decode(text, position)
            kind, folded = _class_and_character(table[character])
            if kind == DROPPED or (kind == last and kind in (SPACE, DIGIT)):
                continue
            last = kind
            written = _encode(folded, out, written)
        if last == SPACE and written > first:
            written -= 1
        offsets[row + 1] = written


@_compiled
def _ascii_fold(table: Halves) -> Bytes:
    """The folded byte of each ASCII byte that is part of a word, 0 for one that separates."""
    fold = np.zeros(0x80, np.uint8)
    for byte in range(0x80):
        kind, folded = _class_and_character(table[byte])
        if kind in (WORD, DIGIT):
            fold[byte] = folded
    return fold


@_compiled
def _append_byte(
    token: np.uint64, group: np.uint64, length: int, byte: int
) -> tuple[np.uint64, np.uint64, int]:
    group = group << np.uint64(8) | np.uint64(byte)
    length += 1
    if length & 7 == 0:
        return _mix(token ^ group), np.uint64(0), length
    return token, group, length


@_compiled
def _append(
    token: np.uint64, group: np.uint64, length: int, character: int
) -> tuple[np.uint64, np.uint64, int]:
    """Take one more character into a token's hash, byte by byte of its UTF-8."""
    if character < 0x80:
        return _append_byte(token, group, length, character)
    size = 2 if character < 0x800 else 3 if character < 0x10000 else 4
    lead = (0xF00 >> size) & 0xFF | character >> 6 * (size - 1)
    token, group, length = _append_byte(token, group, length, lead)
    for shift in range(6 * (size - 2), -1, -6):
        token, group, length = _append_byte(token, group, length, 0x80 | character >> shift & 0x3F)
    return token, group, length


@_compiled
def _scan(
    text: Bytes, position: int, alphabet: tuple[Bytes, Halves], tokens: Words, filled: int
) -> tuple[int, int]:
    """Hash tokens from ``position`` until the text ends or the block is full.

    Returns where it stopped and how far the block is filled. It stops behind a whole token, so nothing is
    carried over but the position.
    """
    ascii_fold, table = alphabet
    token, group, length, last = _TOKEN_SEED, np.uint64(0), 0, 0
    while position < text.size:
        kind, character = WORD, int(text[position])
        if character < 0x80:
            position += 1
            character = int(ascii_fold[character])
            if character == 0:
                kind = SPACE
        else:
            character, position = _decode(text, position)
            kind, character = _class_and_character(table[character])
        if kind in (WORD, DIGIT):
            if character != _ZERO_DIGIT or last != _ZERO_DIGIT:
                token, group, length = _append(token, group, length, character)
            last = character
        elif kind != DROPPED:
            if length:
                tokens[filled] = _mix(token ^ group)
                filled += 1
                token, group, length, last = _TOKEN_SEED, np.uint64(0), 0, 0
            if kind == SINGLE:
                token, group, length = _append(token, group, length, character)
                tokens[filled] = _mix(token ^ group)
                filled += 1
                token, group, length = _TOKEN_SEED, np.uint64(0), 0
            if filled >= tokens.size - 2:
                return position, filled
    if length:
        tokens[filled] = _mix(token ^ group)
        filled += 1
    return position, filled


@_compiled
def _shingle_hashes(tokens: Words, carried: int, size: int, out: Words) -> Words:
    """Hash the shingles of ``size`` tokens that end behind the carried ones."""
    first = max(0, carried - size + 1)
    hashes = out[: max(0, tokens.size - size + 1 - first)]
    hashes[:] = 0
    for offset in range(first, first + size):
        for index in range(hashes.size):
            hashes[index] = hashes[index] * _BASE + tokens[offset + index]
    for index in range(hashes.size):
        hashes[index] = _mix(hashes[index])
    return hashes


@_compiled
def _lower_by_group(group: Halves, factors: Halves, terms: Halves, signature: Halves) -> None:
    """One pass over the minima for eight shingles, written out so that it compiles to vector instructions."""
    h0, h1, h2, h3 = group[0], group[1], group[2], group[3]
    h4, h5, h6, h7 = group[4], group[5], group[6], group[7]
    for index in range(signature.size):
        a, b = factors[index], terms[index]
        low = min(signature[index], np.uint32(a * h0 + b), np.uint32(a * h1 + b))
        low = min(low, np.uint32(a * h2 + b), np.uint32(a * h3 + b))
        low = min(low, np.uint32(a * h4 + b), np.uint32(a * h5 + b))
        signature[index] = min(low, np.uint32(a * h6 + b), np.uint32(a * h7 + b))


@_compiled
def _lower_signature(hashes: Words, halves: Halves, permutations: Halves, signature: Halves) -> None:
    """Lower the minima by the shingles' 32-bit hashes, as datasketch's affine32 scheme does."""
    n = hashes.size
    for index in range(n):
        half = np.uint32(hashes[index])
        half = np.uint32((half ^ (half >> np.uint32(16))) * _FMIX_1)
        half = np.uint32((half ^ (half >> np.uint32(13))) * _FMIX_2)
        halves[index] = half ^ (half >> np.uint32(16))
    for index in range(n, n + -n % _GROUP):
        halves[index] = halves[0]
    for first in range(0, n, _GROUP):
        _lower_by_group(halves[first : first + _GROUP], permutations[0], permutations[1], signature)


@_compiled
def _keep_smallest(hashes: Words, limit: np.uint64, kept: Words, n_kept: int) -> int:
    """Merge the hashes up to ``limit`` into ``kept``, sorted and distinct; when it is full the largest go."""
    for value in hashes:
        if value > limit or (n_kept == kept.size and value >= kept[n_kept - 1]):
            continue
        place = np.searchsorted(kept[:n_kept], value)
        if place < n_kept and kept[place] == value:
            continue
        n_kept = min(n_kept + 1, kept.size)
        for index in range(n_kept - 1, place, -1):
            kept[index] = kept[index - 1]
        kept[place] = value
    return n_kept


@_compiled
def sketch_rows(rows: Rows, table: Halves, permutations: Halves, sizes: Sizes, out: Sketch) -> int:
    """Fill ``out`` and return how many of its ``inserts`` are used; there is room for the most of every row.

    ``permutations`` is (2, p): datasketch's factors and terms.
    """
    alphabet = (_ascii_fold(table), table)
    overlap = max(sizes.shingle, sizes.insert_shingle) - 1
    tokens = np.empty(overlap + _BLOCK + 2, np.uint64)
    hashes = np.empty_like(tokens)
    halves = np.empty(tokens.size + _GROUP, np.uint32)
    out.signatures[:] = _EMPTY
    used = 0
    for row in range(rows.starts.size):
        text = rows.data[rows.starts[row] : rows.stops[row]]
        kept = out.inserts[used : used + sizes.max_inserts]
        key, total, carried, n_kept, position = np.uint64(0), 0, 0, 0, 0
        while position < text.size:
            position, filled = _scan(text, position, alphabet, tokens, carried)
            block = tokens[:filled]
            for token in block[carried:]:
                key = (key ^ token) * _BASE
                key ^= key >> np.uint64(32)
            total += filled - carried
            if total:
                shingles = _shingle_hashes(block, carried, min(sizes.shingle, total), hashes)
                _lower_signature(shingles, halves, permutations, out.signatures[row])
            if sizes.max_inserts and total >= sizes.insert_shingle:
                shingles = _shingle_hashes(block, carried, sizes.insert_shingle, hashes)
                n_kept = _keep_smallest(shingles, sizes.insert_limit, kept, n_kept)
            carried = min(overlap, filled)
            tokens[:carried] = block[filled - carried :].copy()
        out.tokens[row] = total
        out.keys[row] = _mix(key ^ np.uint64(total))
        out.insert_counts[row] = n_kept
        used += n_kept
    return used


@_compiled
def band_keys(signatures: Halves, rows: int, out: Words) -> None:
    """Write the key of every band of ``rows`` signature values, (n, bands); it tells the bands apart."""
    for row in range(signatures.shape[0]):
        for band in range(out.shape[1]):
            key = np.uint64(band + 1)
            for value in signatures[row, band * rows : (band + 1) * rows]:
                key = key * _BASE + np.uint64(value)
            out[row, band] = _mix(key)

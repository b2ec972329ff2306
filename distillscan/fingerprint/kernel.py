"""The compiled loops over text: bytes to folded characters, tokens, signatures, inserts and keys.

They release the interpreter lock and hold no state: whoever calls them splits the rows over threads. Scratch
memory is one block of tokens and three times the bytes of the longest text.

``tests/fingerprint/reference.py`` defines the hashes in plain Python; here they are the same, a block at a
time.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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
    PIECE,
    PIECES,
    SPACE,
    STATE_SHIFT,
    SYMBOL,
    UNSETTLED,
    UNSPACED,
    WORD,
)
from distillscan.utf8 import encode

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Halves = npt.NDArray[np.uint32]
Bounds = npt.NDArray[np.int64]
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
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
# Bytes whose places are found at once: one bit each of a 64-bit number.
_LANES = 64
_LOW_SEVEN = np.uint64(0x7F7F7F7F7F7F7F7F)
_HIGH_BITS = np.uint64(0x8080808080808080)
_GATHER = np.uint64(0x0102040810204080)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_PLACES = np.argsort((_DE_BRUIJN << np.arange(64, dtype=np.uint64)) >> np.uint64(58))
_ZERO_DIGIT = 48
_UNDERSCORE = 95
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
    unspaced_factor: int
    insert_limit: np.uint64
    max_inserts: int
    end_words: int
    end_characters: int


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
    has_ends: npt.NDArray[np.bool_]
    """(n,) whether a text is long enough for an opening and a closing."""
    ends: npt.NDArray[np.uint16]
    """(n, 2) hashes of opening and closing; 0 where there are none."""


@inner
def mix(x: np.uint64) -> np.uint64:
    """Spread the bits of a number over all of its 64, one to one (Stafford's finaliser of MurmurHash3)."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


@inner
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


@inner
def _class_and_character(entry: np.uint32) -> tuple[int, int]:
    return int(entry >> np.uint32(CLASS_SHIFT)) & CLASS_MASK, int(entry) & CODE_POINT_MASK


@compiled
def unsettled_rows(rows: Rows, table: Halves) -> npt.NDArray[np.bool_]:
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
            character, position = _decode(text, position)
            entry = table[character]
            order = int(entry >> np.uint32(ORDER_SHIFT)) & ORDER_MASK
            state = int(entry >> np.uint32(STATE_SHIFT))
            found[row] = state == UNSETTLED or (state == FOLLOWS and leads) or (0 < order < last_order)
            if _class_and_character(entry)[0] != DROPPED:
                last_order = order
                leads = state == LEADS if order == 0 else leads
    return found


@compiled
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
            written = encode(folded, out, written)
        if last == SPACE and written > first:
            written -= 1
        offsets[row + 1] = written


@inner
def _longest(rows: Rows) -> int:
    longest = 0
    for row in range(rows.starts.size):
        longest = max(longest, rows.stops[row] - rows.starts[row])
    return longest


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
def _tokens_of_ascii(text: Bytes, out: Bytes) -> int:
    """``_tokens_of_characters`` where every character is one byte: 64 at once, unless digits run there."""
    written, last = 0, np.uint8(0)
    for first in range(0, text.size, _LANES):
        piece = text[first : first + _LANES]
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
def _tokens_of_characters(text: Bytes, table: Halves, out: Bytes) -> tuple[int, bool]:
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
            character, position = _decode(text, position)
            kind, character = _class_and_character(table[character])
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
def _token_bytes(text: Bytes, table: Halves, out: Bytes) -> tuple[int, bool]:
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
    for index in range(written, written + 2 * _LANES):
        out[index] = 0
    return written // _LANES * _LANES + _LANES, unspaced


@inner
def _lowest_bit(number: np.uint64) -> int:
    """The place of the lowest set bit, by a de Bruijn sequence (Leiserson, Prokop and Randall 1998)."""
    return int(_PLACES[((number & (~number + np.uint64(1))) * _DE_BRUIJN) >> np.uint64(58)])


@inner
def _find_tokens(numbers: Words, first: int, stop: int, edges: int, bounds: Bounds) -> tuple[int, int]:
    """Write where tokens start and stop, in turn, from byte ``first`` on until ``bounds`` is full.

    ``numbers`` are the bytes, eight at a time; ``first`` and ``stop`` are multiples of 64. ``edges`` is 1
    where a token is open, its start standing in ``bounds``. Returns the byte reached and the edges found.
    """
    inside = np.uint64(edges)
    while first < stop and edges < 2 * _BLOCK:
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
        first += _LANES
    return first, edges


@inner
def _is_in_pieces(text: Bytes, start: int, stop: int) -> bool:
    if stop - start <= PIECES * PIECE:
        return False
    high = np.uint8(0)
    for byte in text[start : start + PIECES * PIECE]:
        high |= byte
    return bool(high < 0x80)


@inner
def _cut_long_words(text: Bytes, bounds: Bounds, edges: int) -> int:
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


@inner
def _hash_tokens(numbers: Words, bounds: Bounds, tokens: Words) -> None:
    """Hash each token, eight bytes at a time; an unaligned number is put together from two aligned ones."""
    for index in range(tokens.size):
        start, stop = bounds[2 * index], bounds[2 * index + 1]
        state = _TOKEN_SEED
        while start < stop:
            place, shift = np.uint64(start) >> np.uint64(3), np.uint64(8 * (start & 7))
            low, high = numbers[place], numbers[place + np.uint64(1)]
            piece = low >> shift | high << np.uint64(1) << (np.uint64(63) - shift)
            missing = max(0, start + 8 - stop)
            state = mix(state ^ (piece & (_ALL >> np.uint64(8 * missing))))
            start += 8
        tokens[index] = state


@inner
def _append(polynomials: Words, power: np.uint64, following: Words) -> None:
    """Lengthen each polynomial by the one that follows it, of as many tokens as ``power`` is of the base."""
    for index in range(following.size):
        polynomials[index] = polynomials[index] * power + following[index]


@inner
def _shingle_hashes(tokens: Words, carried: int, size: int, out: Words) -> Words:
    """Hash the shingles of ``size`` tokens that end behind the carried ones.

    Their polynomials grow by doubling, and by a token where ``size`` has a binary one: 24 is 2, 3, 6, 12, 24.
    """
    tokens = tokens[max(0, carried - size + 1) :]
    hashes = out[: tokens.size]
    for index in range(hashes.size):
        hashes[index] = tokens[index]
    doublings, length, power = 0, 1, _BASE
    while size >> doublings > 1:
        doublings += 1
    for shift in range(doublings - 1, -1, -1):
        _append(hashes, power, hashes[length:])
        length, power = 2 * length, power * power
        if size >> shift & 1:
            _append(hashes, _BASE, tokens[length:])
            length, power = length + 1, power * _BASE
    hashes = hashes[: max(0, tokens.size - size + 1)]
    for index in range(hashes.size):
        hashes[index] = mix(hashes[index])
    return hashes


@inner
def _extend_key(key: np.uint64, tokens: Words) -> np.uint64:
    """The key of a text so far, from that before these tokens; their order counts."""
    for token in tokens:
        key = (key ^ token) * _BASE
        key ^= key >> np.uint64(32)
    return key


@inner
def _end_hash(tokens: Words) -> np.uint16:
    """The leading bits of a shingle's hash."""
    polynomial = np.uint64(0)
    for token in tokens:
        polynomial = polynomial * _BASE + token
    return np.uint16(mix(polynomial) >> np.uint64(48))


@inner
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


@inner
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


@inner
def _keep_smallest(hashes: Words, limit: np.uint64, kept: Words, n_kept: int) -> int:
    """Merge the hashes up to ``limit`` into ``kept``, sorted and distinct; when it is full the largest go.

    ``hashes`` is used up: those below the limit are gathered at its front without a branch.
    """
    below = 0
    for value in hashes:
        hashes[below] = value
        below += int(value <= limit)
    for value in hashes[:below]:
        n_kept = _keep(value, kept, n_kept)
    return n_kept


@inner
def _keep(value: np.uint64, kept: Words, n_kept: int) -> int:
    place = n_kept
    while place > 0 and kept[place - 1] > value:
        place -= 1
    if place == kept.size or (place > 0 and kept[place - 1] == value):
        return n_kept
    n_kept = min(n_kept + 1, kept.size)
    for index in range(n_kept - 1, place, -1):
        kept[index] = kept[index - 1]
    kept[place] = value
    return n_kept


@compiled
def sketch_rows(rows: Rows, table: Halves, permutations: Halves, sizes: Sizes, out: Sketch) -> int:
    """Fill ``out`` and return how many of its ``inserts`` are used; there is room for the most of every row.

    ``out`` comes as that of texts without tokens: no ends, and all ones for signatures.
    ``permutations`` is (2, p): datasketch's factors and terms.
    """
    overlap = max(sizes.shingle, sizes.insert_shingle) * sizes.unspaced_factor - 1
    overlap = max(overlap, sizes.end_words, sizes.end_characters)
    numbers = np.empty((3 * _longest(rows) + 2 * _LANES) // 8 + 1, np.uint64)
    bounds = np.empty((2 * _BLOCK + _LANES + 1) * (1 + PIECES), np.int64)
    tokens = np.empty(overlap + bounds.size // 2, np.uint64)
    hashes = np.empty(tokens.size, np.uint64)
    halves = np.empty(tokens.size + _GROUP, np.uint32)
    used = 0
    for row in range(rows.starts.size):
        text = rows.data[rows.starts[row] : rows.stops[row]]
        kept = out.inserts[used : used + sizes.max_inserts]
        key, total, carried, n_kept, position, edges = np.uint64(0), 0, 0, 0, 0, 0
        has_ends, opening, closing = False, np.uint64(0), np.uint64(0)
        stop, unspaced = _token_bytes(text, table, numbers.view(np.uint8))
        factor = sizes.unspaced_factor if unspaced else 1
        end = sizes.end_characters if unspaced else sizes.end_words
        while position < stop:
            position, edges = _find_tokens(numbers, position, stop, edges, bounds)
            edges = _cut_long_words(numbers.view(np.uint8), bounds, edges)
            filled = carried + edges // 2
            block = tokens[:filled]
            _hash_tokens(numbers, bounds, block[carried:])
            edges &= 1
            bounds[0] = bounds[2 * (filled - carried)]
            key = _extend_key(key, block[carried:])
            if total == 0 and filled >= end:
                out.has_ends[row], out.ends[row, 0] = True, _end_hash(block[:end])
            total += filled - carried
            if total:
                shingles = _shingle_hashes(block, carried, min(sizes.shingle * factor, total), hashes)
                _lower_signature(shingles, halves, permutations, out.signatures[row])
            if sizes.max_inserts and total >= sizes.insert_shingle * factor:
                shingles = _shingle_hashes(block, carried, sizes.insert_shingle * factor, hashes)
                if shingles.size:
                    opening = opening if has_ends else shingles[0]
                    has_ends, closing = True, shingles[-1]
                n_kept = _keep_smallest(shingles, sizes.insert_limit, kept, n_kept)
            carried = min(overlap, filled)
            for index in range(carried):
                tokens[index] = tokens[filled - carried + index]
        if out.has_ends[row]:
            out.ends[row, 1] = _end_hash(tokens[carried - end : carried])
        if has_ends:
            n_kept = _keep(closing, kept, _keep(opening, kept, n_kept))
        out.tokens[row] = total
        out.keys[row] = mix(key ^ np.uint64(total))
        out.insert_counts[row] = n_kept
        used += n_kept
    return used


@compiled
def band_keys(signatures: Halves, rows: int, out: Words) -> None:
    """Write the key of every band of ``rows`` signature values, (n, bands); it tells the bands apart."""
    for row in range(signatures.shape[0]):
        for band in range(out.shape[1]):
            key = np.uint64(band + 1)
            for value in signatures[row, band * rows : (band + 1) * rows]:
                key = key * _BASE + np.uint64(value)
            out[row, band] = mix(key)

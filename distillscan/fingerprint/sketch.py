"""The sketch of a text: all that is read from it in one pass over its tokens.

The compiled loop holds no state and releases the interpreter lock: whoever calls it splits the rows over
threads. Scratch memory is one block of tokens and three times the bytes of the longest text.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from distillscan.arrays import Bools, Int32s, UInt16s, UInt32s, UInt64s
from distillscan.compiled import compiled, inner
from distillscan.fingerprint.characters import Rows
from distillscan.fingerprint.hashing import end_hash, extend_key, hash_tokens, mix, shingle_hashes
from distillscan.fingerprint.inserts import keep, keep_minima, keep_smallest
from distillscan.fingerprint.minhash import EMPTY, GROUP, lower_signature
from distillscan.fingerprint.normalise import rows_of, settled
from distillscan.fingerprint.scheme import Scheme
from distillscan.fingerprint.tokenise import BLOCK, LANES, cut_long_words, find_tokens, token_bytes
from distillscan.fingerprint.tokens import PIECES, code_point_table


class Sizes(NamedTuple):
    """The part of a scheme that the loops need."""

    shingle: int
    insert_shingle: int
    unspaced_factor: int
    insert_limit: np.uint64
    insert_window: int
    max_inserts: int
    end_words: int
    end_characters: int


class Sketch(NamedTuple):
    """What is read from n texts, row by row."""

    tokens: Int32s
    """(n,) tokens of each text."""
    keys: UInt64s
    """(n,) hash of each token sequence."""
    signatures: UInt32s
    """(n, permutations); all ones where there are no tokens, as in an empty MinHash."""
    insert_counts: Int32s
    """(n,) insert keys of each text."""
    inserts: UInt64s
    """The insert keys of all texts, one text after the other."""
    has_ends: Bools
    """(n,) whether a text is long enough for an opening and a closing."""
    ends: UInt16s
    """(n, 2) hashes of opening and closing; 0 where there are none."""


def sketch(block: pa.LargeStringArray, permutations: UInt32s, scheme: Scheme) -> Sketch:
    """Sketch one block of texts; ``permutations`` is (2, p), datasketch's factors and terms."""
    n = len(block)
    sizes = Sizes(
        scheme.shingle,
        scheme.insert_shingle,
        scheme.unspaced_factor,
        np.uint64(scheme.insert_limit),
        scheme.insert_window,
        scheme.max_inserts,
        scheme.end_words,
        scheme.end_characters,
    )
    filled = Sketch(
        tokens=np.empty(n, np.int32),
        keys=np.empty(n, np.uint64),
        signatures=np.full((n, permutations.shape[1]), EMPTY, np.uint32),
        insert_counts=np.empty(n, np.int32),
        inserts=np.empty(n * scheme.max_inserts, np.uint64),
        has_ends=np.zeros(n, np.bool_),
        ends=np.zeros((n, 2), np.uint16),
    )
    used = sketch_rows(rows_of(settled(block)), code_point_table(), permutations, sizes, filled)
    return filled._replace(inserts=filled.inserts[:used].copy())


@compiled
def sketch_rows(rows: Rows, table: UInt32s, permutations: UInt32s, sizes: Sizes, out: Sketch) -> int:
    """Fill ``out`` and return how many of its ``inserts`` are used; there is room for the most of every row.

    ``out`` comes as that of texts without tokens: no ends, and all ones for signatures.
    ``permutations`` is (2, p): datasketch's factors and terms.
    """
    # a window of shingles reaches over the end of a block
    behind = sizes.insert_shingle + sizes.insert_window
    overlap = max(sizes.shingle, behind) * sizes.unspaced_factor
    overlap = max(overlap, sizes.end_words, sizes.end_characters)
    numbers = np.empty((3 * _longest(rows) + 2 * LANES) // 8 + 1, np.uint64)
    bounds = np.empty((2 * BLOCK + LANES + 1) * (1 + PIECES), np.int64)
    tokens = np.empty(overlap + bounds.size // 2, np.uint64)
    hashes = np.empty(tokens.size, np.uint64)
    halves = np.empty(tokens.size + GROUP, np.uint32)
    used = 0
    for row in range(rows.starts.size):
        text = rows.data[rows.starts[row] : rows.stops[row]]
        kept = out.inserts[used : used + sizes.max_inserts]
        key, total, carried, n_kept, position, edges = np.uint64(0), 0, 0, 0, 0, 0
        has_ends, opening, closing = False, np.uint64(0), np.uint64(0)
        stop, unspaced = token_bytes(text, table, numbers.view(np.uint8))
        factor = sizes.unspaced_factor if unspaced else 1
        end = sizes.end_characters if unspaced else sizes.end_words
        while position < stop:
            position, edges = find_tokens(numbers, position, stop, edges, bounds)
            edges = cut_long_words(numbers.view(np.uint8), bounds, edges)
            filled = carried + edges // 2
            block = tokens[:filled]
            hash_tokens(numbers, bounds, block[carried:])
            edges &= 1
            bounds[0] = bounds[2 * (filled - carried)]
            key = extend_key(key, block[carried:])
            if total == 0 and filled >= end:
                out.has_ends[row], out.ends[row, 0] = True, end_hash(block[:end])
            total += filled - carried
            if total:
                shingles = shingle_hashes(block, carried, min(sizes.shingle * factor, total), hashes)
                lower_signature(shingles, halves, permutations, out.signatures[row])
            if sizes.max_inserts and total >= sizes.insert_shingle * factor:
                window = sizes.insert_window * factor
                shingles = shingle_hashes(block, carried - window + 1, sizes.insert_shingle * factor, hashes)
                if shingles.size:
                    opening = opening if has_ends else shingles[0]
                    has_ends, closing = True, shingles[-1]
                n_kept = keep_minima(shingles, window, sizes.insert_limit, kept, n_kept)
                n_kept = keep_smallest(shingles, sizes.insert_limit, kept, n_kept)
            carried = min(overlap, filled)
            for index in range(carried):
                tokens[index] = tokens[filled - carried + index]
        if out.has_ends[row]:
            out.ends[row, 1] = end_hash(tokens[carried - end : carried])
        if has_ends:
            n_kept = keep(closing, kept, keep(opening, kept, n_kept))
        out.tokens[row] = total
        out.keys[row] = mix(key ^ np.uint64(total))
        out.insert_counts[row] = n_kept
        used += n_kept
    return used


@inner
def _longest(rows: Rows) -> int:
    longest = 0
    for row in range(rows.starts.size):
        longest = max(longest, rows.stops[row] - rows.starts[row])
    return longest

"""Texts to the keys by which they are compared: whole text, near-duplicates, inserts."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from distillscan.arrays import Bools, Int64s, UInt64s
from distillscan.fingerprint.minhash import affine_permutations, band_keys
from distillscan.fingerprint.normalise import Texts, as_large_strings
from distillscan.fingerprint.scheme import SCHEME, Scheme
from distillscan.fingerprint.sketch import sketch

T = TypeVar("T")

_BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Fingerprints:
    """The columns of n texts. A NULL or a text without tokens has no key, no bands and no inserts."""

    text_key: UInt64s
    """(n,) hash of the token sequence; 0 where not ``valid``."""
    valid: Bools
    """(n,) whether the text has tokens."""
    bands: pa.ListArray
    """n lists of ``scheme.bands`` keys, uint64; near-duplicates share some."""
    inserts: pa.ListArray
    """n lists of kept shingle hashes, uint64, ascending."""
    opening: pa.UInt16Array
    """n hashes of the first ``scheme.end_words`` words; NULL where the text has fewer."""
    closing: pa.UInt16Array
    """n hashes of the last so many."""

    def take(self, rows: Int64s) -> Fingerprints:
        """The fingerprints of some of the texts, in this order; a text may be taken more than once."""
        chosen = pa.array(rows)
        return Fingerprints(
            self.text_key[rows],
            self.valid[rows],
            self.bands.take(chosen),
            self.inserts.take(chosen),
            self.opening.take(chosen),
            self.closing.take(chosen),
        )


def fingerprint(texts: Texts, scheme: Scheme = SCHEME, threads: int | None = None) -> Fingerprints:
    """Fingerprint each text, whatever stands in the others and however many ``threads`` there are.

    Raises TypeError if the texts are not strings.
    """
    parts = map_blocks(texts, partial(_fingerprint_block, scheme=scheme), threads)
    return Fingerprints(
        np.concatenate([part.text_key for part in parts]),
        np.concatenate([part.valid for part in parts]),
        pa.concat_arrays([part.bands for part in parts]),
        pa.concat_arrays([part.inserts for part in parts]),
        pa.concat_arrays([part.opening for part in parts]),
        pa.concat_arrays([part.closing for part in parts]),
    )


def map_blocks(texts: Texts, step: Callable[[pa.LargeStringArray], T], threads: int | None) -> list[T]:
    """``step`` of every block of rows, in order; at least one block, empty if there are no rows.

    ``threads`` is every processor unless it is given; ValueError if it is below 1.
    """
    workers = (os.cpu_count() or 1) if threads is None else threads
    if workers < 1:
        raise ValueError(f"threads must be at least 1, not {threads}")
    array = as_large_strings(texts)
    blocks = [array.slice(start, _BLOCK_ROWS) for start in range(0, max(len(array), 1), _BLOCK_ROWS)]
    if workers == 1 or len(blocks) == 1:
        return [step(block) for block in blocks]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(step, blocks))


def _fingerprint_block(block: pa.LargeStringArray, scheme: Scheme) -> Fingerprints:
    read = sketch(block, affine_permutations(scheme.permutations, scheme.seed), scheme)
    valid = read.tokens > 0
    signatures = read.signatures if valid.all() else read.signatures[valid]
    bands = np.empty((len(signatures), scheme.bands), np.uint64)
    band_keys(signatures, scheme.rows, bands)
    return Fingerprints(
        np.where(valid, read.keys, np.uint64(0)),
        valid,
        _lists(valid * scheme.bands, bands.ravel()),
        _lists(read.insert_counts, read.inserts),
        *(pa.array(end, mask=~read.has_ends) for end in read.ends.T),
    )


def _lists(lengths: NDArray[np.integer], values: UInt64s) -> pa.ListArray:
    offsets = np.zeros(lengths.size + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))

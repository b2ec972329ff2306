"""Rows to sketches: the kernel run over blocks of rows, on as many threads as wanted.

A row's sketch depends on that row alone, and blocks are put together in their order, so the result is the
same for any number of threads. Scratch memory is one block of rows for each thread.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from distillscan.fingerprint import kernel
from distillscan.fingerprint.kernel import Sizes, Sketch
from distillscan.fingerprint.normalise import Texts, as_large_strings, rows_of, settled
from distillscan.fingerprint.scheme import Scheme
from distillscan.fingerprint.tokens import code_point_table

T = TypeVar("T")

_BLOCK_ROWS = 4096
#: The minimum of no hashes.
_EMPTY = np.uint32(0xFFFFFFFF)


@cache
def affine_permutations(permutations: int, seed: int) -> npt.NDArray[np.uint32]:
    """datasketch's factors and terms, (2, permutations); read-only."""
    # loads a third of a second of SciPy, which a scan has no other use for
    from datasketch import MinHash  # noqa: PLC0415

    drawn: npt.NDArray[np.uint32] = MinHash(permutations, seed=seed, scheme="affine32").permutations
    drawn.flags.writeable = False
    return drawn


def sketch(block: pa.LargeStringArray, permutations: npt.NDArray[np.uint32], scheme: Scheme) -> Sketch:
    """Sketch one block of texts; ``permutations`` is (2, p), datasketch's factors and terms."""
    n = len(block)
    sizes = Sizes(
        scheme.shingle,
        scheme.insert_shingle,
        scheme.unspaced_factor,
        np.uint64(scheme.insert_limit),
        scheme.max_inserts,
        scheme.end_words,
        scheme.end_characters,
    )
    filled = Sketch(
        tokens=np.empty(n, np.int32),
        keys=np.empty(n, np.uint64),
        signatures=np.full((n, permutations.shape[1]), _EMPTY, np.uint32),
        insert_counts=np.empty(n, np.int32),
        inserts=np.empty(n * scheme.max_inserts, np.uint64),
        has_ends=np.zeros(n, np.bool_),
        ends=np.zeros((n, 2), np.uint16),
    )
    used = kernel.sketch_rows(rows_of(settled(block)), code_point_table(), permutations, sizes, filled)
    return filled._replace(inserts=filled.inserts[:used].copy())


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

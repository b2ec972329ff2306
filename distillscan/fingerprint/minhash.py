"""MinHash signatures, bit-identical to datasketch's, and the shingles they are made of.

For any text, with ``MinHash(num_perm=permutations, seed=seed, scheme="affine32", hashfunc=shingle_hash32)``,
``update_batch(shingles(text))`` leaves the ``hashvalues`` that ``signatures`` returns for it, so signatures
can be exchanged with anyone who has datasketch.
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from datasketch import MinHash

from distillscan.fingerprint.hashing import shingle_hash
from distillscan.fingerprint.normalise import Texts, normalise
from distillscan.fingerprint.scheme import SCHEME, Scheme
from distillscan.fingerprint.sketch import map_blocks, sketch
from distillscan.fingerprint.tokens import tokens


def signatures(
    texts: Texts, permutations: int = 64, seed: int = 1, threads: int | None = None
) -> npt.NDArray[np.uint32]:
    """Signatures of shape (n, permutations); a NULL or a text without tokens has that of an empty MinHash."""
    scheme = Scheme(permutations=permutations, bands=1, rows=1, seed=seed, max_inserts=0)
    step = partial(sketch, permutations=affine_permutations(permutations, seed), scheme=scheme)
    return np.concatenate([part.signatures for part in map_blocks(texts, step, threads)])


def shingles(text: str, size: int = SCHEME.shingle) -> list[bytes]:
    """The shingles of a text as it was sent: ``size`` tokens joined by a space, in UTF-8.

    A shorter text is one shingle of all its tokens; a text without tokens has none.
    """
    words = [word.encode() for word in tokens(normalise(pa.array([text], pa.large_string()))[0].as_py())]
    size = min(size, len(words))
    return [b" ".join(words[start : start + size]) for start in range(len(words) - size + 1)] if words else []


def shingle_hash32(shingle: bytes) -> int:
    """The low 32 bits of the shingle's hash, as datasketch's affine32 scheme takes them."""
    return shingle_hash(shingle) & 0xFFFFFFFF


@cache
def affine_permutations(permutations: int, seed: int) -> npt.NDArray[np.uint32]:
    """datasketch's factors and terms, (2, permutations); read-only."""
    drawn: npt.NDArray[np.uint32] = MinHash(permutations, seed=seed, scheme="affine32").permutations
    drawn.flags.writeable = False
    return drawn

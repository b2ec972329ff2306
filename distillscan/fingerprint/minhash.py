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

from distillscan.fingerprint.hashing import shingle_hash
from distillscan.fingerprint.normalise import Texts, normalise
from distillscan.fingerprint.scheme import SCHEME, Scheme
from distillscan.fingerprint.sketch import map_blocks, sketch
from distillscan.fingerprint.tokens import is_unspaced, tokens


def signatures(
    texts: Texts, permutations: int = 64, seed: int = 1, threads: int | None = None
) -> npt.NDArray[np.uint32]:
    """Signatures of shape (n, permutations); a NULL or a text without tokens has that of an empty MinHash."""
    scheme = Scheme(permutations=permutations, bands=1, rows=1, seed=seed, max_inserts=0)
    step = partial(sketch, permutations=affine_permutations(permutations, seed), scheme=scheme)
    return np.concatenate([part.signatures for part in map_blocks(texts, step, threads)])


def shingles(
    text: str, size: int = SCHEME.shingle, unspaced_factor: int = SCHEME.unspaced_factor
) -> list[bytes]:
    """The shingles of a text as it was sent: the tokens of ``size`` words joined by a space, in UTF-8.

    A word is one token, or ``unspaced_factor`` of them if the text is unspaced. A shorter text is one
    shingle of all its tokens; a text without tokens has none.
    """
    found = tokens_as_sent(text)
    return whole_shingles(found, size, unspaced_factor) or ([" ".join(found).encode()] if found else [])


def whole_shingles(found: list[str], size: int, unspaced_factor: int) -> list[bytes]:
    """``shingles`` of the text with these tokens, but none if it is shorter than ``size`` words."""
    length = size * unspaced_factor if is_unspaced(found) else size
    words = [word.encode() for word in found]
    return [b" ".join(words[start : start + length]) for start in range(len(words) - length + 1)]


def tokens_as_sent(text: str) -> list[str]:
    """The tokens of a text that was not normalised yet."""
    return tokens(normalise(pa.array([text], pa.large_string()))[0].as_py())


def shingle_hash32(shingle: bytes) -> int:
    """The low 32 bits of the shingle's hash, as datasketch's affine32 scheme takes them."""
    return shingle_hash(shingle) & 0xFFFFFFFF


@cache
def affine_permutations(permutations: int, seed: int) -> npt.NDArray[np.uint32]:
    """datasketch's factors and terms, (2, permutations); read-only."""
    # loads a third of a second of SciPy, which a scan has no other use for
    from datasketch import MinHash  # noqa: PLC0415

    drawn: npt.NDArray[np.uint32] = MinHash(permutations, seed=seed, scheme="affine32").permutations
    drawn.flags.writeable = False
    return drawn

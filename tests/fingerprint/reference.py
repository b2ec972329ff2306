"""Fingerprints in plain Python: the definition that the compiled code is held to.

For any text, with ``MinHash(num_perm=permutations, seed=seed, scheme="affine32", hashfunc=shingle_hash32)``,
``update_batch(shingles(text))`` leaves the ``hashvalues`` that ``signatures`` returns for it, so signatures
can be exchanged with anyone who has datasketch.
"""

from functools import lru_cache, partial

import numpy as np
import pyarrow as pa

from distillscan.arrays import UInt32s
from distillscan.fingerprint import SCHEME, Scheme
from distillscan.fingerprint.fingerprints import map_blocks
from distillscan.fingerprint.minhash import affine_permutations
from distillscan.fingerprint.normalise import Texts, normalise
from distillscan.fingerprint.sketch import sketch
from distillscan.fingerprint.tokens import (
    CLASS_MASK,
    CLASS_SHIFT,
    DIGIT,
    PIECE,
    PIECES,
    SYMBOL,
    UNSPACED,
    WORD,
    code_point_table,
)

_MASK = 2**64 - 1
_BASE = 0x9E3779B97F4A7C15
_TOKEN_SEED = 0x243F6A8885A308D3
_PIECE = 8


def mix(x: int) -> int:
    """Stafford's variant 13 of the MurmurHash3 finaliser: a bijection on 64 bits."""
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & _MASK
    return x ^ x >> 31


def token_hash(token: bytes) -> int:
    """64-bit hash of one token's UTF-8 bytes, taken eight at a time as little-endian numbers."""
    state = _TOKEN_SEED
    for start in range(0, len(token), _PIECE):
        state = mix(state ^ int.from_bytes(token[start : start + _PIECE], "little"))
    return state


def shingle_hash(shingle: bytes) -> int:
    """64-bit hash of a shingle, its tokens joined by single spaces: their polynomial, mixed."""
    polynomial = 0
    for token in shingle.split(b" "):
        polynomial = (polynomial * _BASE + token_hash(token)) & _MASK
    return mix(polynomial)


def tokens(normalised: str) -> list[str]:
    """The tokens of a text that ``normalise`` returned, in order."""
    found: list[str] = []
    word = ""
    for character in normalised:
        kind = _class_of(character)
        if kind in (WORD, DIGIT):
            word += character
            continue
        if word:
            found.append(word)
            word = ""
        if kind in (SYMBOL, UNSPACED):
            found.append(character)
    return [*found, word] if word else found


def in_pieces(found: list[str]) -> list[str]:
    """These tokens with long words in pieces."""
    return [piece for token in found for piece in _pieces(token)]


def _pieces(token: str) -> list[str]:
    head, rest = token[: PIECES * PIECE], token[PIECES * PIECE :]
    if not rest or not head.isascii():
        return [token]
    return [*(head[start : start + PIECE] for start in range(0, len(head), PIECE)), rest]


def is_unspaced(found: list[str]) -> bool:
    """Whether the text with these tokens is unspaced; a long word is one."""
    kinds = [_class_of(token[0]) for token in found]
    return 2 * kinds.count(UNSPACED) > len(kinds) - kinds.count(SYMBOL)


@lru_cache(maxsize=4096)
def _class_of(character: str) -> int:
    return int(code_point_table()[ord(character)]) >> CLASS_SHIFT & CLASS_MASK


def signatures(texts: Texts, permutations: int = 64, seed: int = 1, threads: int | None = None) -> UInt32s:
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
    words = [word.encode() for word in in_pieces(found)]
    return [b" ".join(words[start : start + length]) for start in range(len(words) - length + 1)]


def tokens_as_sent(text: str) -> list[str]:
    """The tokens of a text that was not normalised yet."""
    return tokens(normalise(pa.array([text], pa.large_string()))[0].as_py())


def shingle_hash32(shingle: bytes) -> int:
    """The low 32 bits of the shingle's hash, as datasketch's affine32 scheme takes them."""
    return shingle_hash(shingle) & 0xFFFFFFFF


def kept_shingles(text: str, scheme: Scheme = SCHEME) -> dict[int, str]:
    """Insert key to the normalised words it stands for, by ascending key: what a shared key looks like."""
    found = tokens_as_sent(text)
    whole = whole_shingles(found, scheme.insert_shingle, scheme.unspaced_factor)
    hashes = [shingle_hash(shingle) for shingle in whole]
    words = dict(zip(hashes, map(bytes.decode, whole), strict=True))
    window = scheme.insert_window * (scheme.unspaced_factor if is_unspaced(found) else 1)
    minima = {min(hashes[start : start + window]) for start in range(len(hashes) - window + 1)}
    always = {*hashes[:1], *hashes[-1:], *minima}
    kept = sorted(key for key in words if key <= scheme.insert_limit or key in always)
    return {key: words[key] for key in kept[: scheme.max_inserts]}

"""The hashes of tokens and shingles in plain Python: the definition that the compiled kernel reproduces.

With it anyone who has datasketch can make and compare the same signatures, without this package's kernel.
"""

from __future__ import annotations

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

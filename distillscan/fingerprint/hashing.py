"""The compiled hashes of tokens, of the shingles and the sequence that they make.

``tests/fingerprint/reference.py`` defines them in plain Python; here they are the same, a block at a time.
"""

import numpy as np

from distillscan.arrays import Int64s, UInt64s
from distillscan.compiled import inner

_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
#: Of the polynomials by which sequences are hashed.
BASE = np.uint64(0x9E3779B97F4A7C15)
_TOKEN_SEED = np.uint64(0x243F6A8885A308D3)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@inner
def mix(x: np.uint64) -> np.uint64:
    """Spread the bits of a number over all of its 64, one to one (Stafford's finaliser of MurmurHash3)."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


@inner
def hash_tokens(numbers: UInt64s, bounds: Int64s, tokens: UInt64s) -> None:
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
def _append(polynomials: UInt64s, power: np.uint64, following: UInt64s) -> None:
    """Lengthen each polynomial by the one that follows it, of as many tokens as ``power`` is of the base."""
    for index in range(following.size):
        polynomials[index] = polynomials[index] * power + following[index]


@inner
def shingle_hashes(tokens: UInt64s, carried: int, size: int, out: UInt64s) -> UInt64s:
    """Hash the shingles of ``size`` tokens that end behind the carried ones.

    Their polynomials grow by doubling, and by a token where ``size`` has a binary one: 24 is 2, 3, 6, 12, 24.
    """
    tokens = tokens[max(0, carried - size + 1) :]
    hashes = out[: tokens.size]
    for index in range(hashes.size):
        hashes[index] = tokens[index]
    doublings, length, power = 0, 1, BASE
    while size >> doublings > 1:
        doublings += 1
    for shift in range(doublings - 1, -1, -1):
        _append(hashes, power, hashes[length:])
        length, power = 2 * length, power * power
        if size >> shift & 1:
            _append(hashes, BASE, tokens[length:])
            length, power = length + 1, power * BASE
    hashes = hashes[: max(0, tokens.size - size + 1)]
    for index in range(hashes.size):
        hashes[index] = mix(hashes[index])
    return hashes


@inner
def extend_key(key: np.uint64, tokens: UInt64s) -> np.uint64:
    """The key of a text so far, from that before these tokens; their order counts."""
    for token in tokens:
        key = (key ^ token) * BASE
        key ^= key >> np.uint64(32)
    return key


@inner
def end_hash(tokens: UInt64s) -> np.uint16:
    """The leading bits of a shingle's hash."""
    polynomial = np.uint64(0)
    for token in tokens:
        polynomial = polynomial * BASE + token
    return np.uint16(mix(polynomial) >> np.uint64(48))

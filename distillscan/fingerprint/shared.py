"""Which keys several accounts share: all others say nothing, and they are nearly all.

Keys are dealt into partitions by their last bits while they are read, and each partition is judged alone, so
memory is that of one partition whatever the number of texts. Inside a partition keys seen once are dropped by
two bitmaps, the rest are sorted, and the distinct accounts of equal keys are counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from distillscan.fingerprint.fingerprints import Fingerprints
from distillscan.fingerprint.kernel import compiled, mix

Keys = npt.NDArray[np.uint64]
Entries = npt.NDArray[np.uint32]

PARTITION_BITS = 6
PARTITIONS = 1 << PARTITION_BITS
#: An entry is a text number above these bits: whether of a system prompt, and whether the key is an insert.
FLAG_BITS = 2
SYSTEM, INSERT = 2, 1
#: Prompts in which a passage of one account alone is kept too.
ALONE = 5
TEXTS_MAX = 1 << (32 - FLAG_BITS)

_BITS_PER_KEY = 16
_RADIX_BITS = 11
_RADIX_PASSES = 3


class Shared(NamedTuple):
    """The shared keys of one partition, ascending by (key, flags), and the texts that carry them.

    ``key`` (uint64), ``flags`` (uint8), ``holders`` (int32) and ``carriers`` (uint64, a hash of the set of
    texts) have one item a shared key; ``number`` (int32, into them, ascending) and ``text`` (int32, ascending
    for each key) have one a pair of key and text.
    """

    key: Keys
    flags: npt.NDArray[np.uint8]
    holders: npt.NDArray[np.int32]
    carriers: Keys
    number: npt.NDArray[np.int32]
    text: npt.NDArray[np.int32]


def keys_of(prints: Fingerprints, texts: npt.NDArray[np.int64], *, system: bool) -> tuple[Keys, Entries]:
    """The keys of some texts that go by these numbers, and the entry of each key.

    Raises OverflowError when a number is too large for an entry.
    """
    if len(texts) and texts.max() >= TEXTS_MAX:
        raise OverflowError(f"one case holds {TEXTS_MAX:,} texts")
    numbers = (texts.astype(np.uint32) << np.uint32(FLAG_BITS)) | np.uint32(SYSTEM * system)
    bands = np.repeat(numbers, np.diff(prints.bands.offsets))
    inserts = np.repeat(numbers | np.uint32(INSERT), np.diff(prints.inserts.offsets))
    keys = np.concatenate([prints.bands.flatten().to_numpy(), prints.inserts.flatten().to_numpy()])
    return keys, np.concatenate([bands, inserts])


@compiled
def partitioned(keys: Keys, entries: Entries) -> tuple[Keys, Entries, npt.NDArray[np.int64]]:
    """Keys and entries (n,) grouped by partition, and the number in each."""
    low = np.uint64(PARTITIONS - 1)
    counts = np.zeros(PARTITIONS, np.int64)
    for key in keys:
        counts[key & low] += 1
    place = np.cumsum(counts) - counts
    out_keys, out_entries = np.empty_like(keys), np.empty_like(entries)
    for index in range(keys.size):
        partition = keys[index] & low
        out_keys[place[partition]] = keys[index]
        out_entries[place[partition]] = entries[index]
        place[partition] += 1
    return out_keys, out_entries, counts


def shared_keys(keys: Keys, entries: Entries, account_of: npt.NDArray[np.int32]) -> Shared:
    """The keys of one partition that two accounts hold, or one account in ``ALONE`` prompts as an insert.

    ``account_of`` has the account of each text, -1 for a text that does not count.
    """
    keys, entries = _repeated(keys, entries, _bitmap_bits(len(keys)))
    order = _order_by_key(keys)
    keys, entries = keys[order], entries[order]
    return Shared(*_held_by_several(keys, entries, account_of, int(account_of.max(initial=-1)) + 1))


def _bitmap_bits(keys: int) -> int:
    return max(int(keys * _BITS_PER_KEY - 1).bit_length(), 6)


@compiled
def _repeated(keys: Keys, entries: Entries, bits: int) -> tuple[Keys, Entries]:
    """Those keys whose place in the bitmap is taken twice: every repeated key, and a few others."""
    shift = np.uint64(PARTITION_BITS)
    mask = np.uint64((1 << bits) - 1)
    seen = np.zeros((1 << bits) >> 6, np.uint64)
    again = np.zeros((1 << bits) >> 6, np.uint64)
    one, low = np.uint64(1), np.uint64(63)
    for key in keys:
        place = (key >> shift) & mask
        word, bit = place >> np.uint64(6), one << (place & low)
        again[word] |= seen[word] & bit
        seen[word] |= bit
    kept = 0
    out_keys, out_entries = np.empty_like(keys), np.empty_like(entries)
    for index in range(keys.size):
        place = (keys[index] >> shift) & mask
        out_keys[kept], out_entries[kept] = keys[index], entries[index]
        kept += int((again[place >> np.uint64(6)] >> (place & low)) & one)
    return out_keys[:kept].copy(), out_entries[:kept].copy()


@compiled
def _order_by_key(keys: Keys) -> npt.NDArray[np.int64]:
    """The order that sorts the keys of one partition: by radix on the leading bits, then by hand."""
    order = np.arange(keys.size)
    other = np.empty_like(order)
    low = np.uint64((1 << _RADIX_BITS) - 1)
    for sweep in range(_RADIX_PASSES):
        shift = np.uint64(64 - _RADIX_BITS * (_RADIX_PASSES - sweep))
        place = np.zeros((1 << _RADIX_BITS) + 1, np.int64)
        for key in keys:
            place[((key >> shift) & low) + np.uint64(1)] += 1
        place = np.cumsum(place)
        for index in order:
            digit = (keys[index] >> shift) & low
            other[place[digit]] = index
            place[digit] += 1
        order, other = other, order
    for position in range(1, keys.size):
        index, back = order[position], position
        while back and keys[order[back - 1]] > keys[index]:
            order[back] = order[back - 1]
            back -= 1
        order[back] = index
    return order


@compiled
def _held_by_several(
    keys: Keys, entries: Entries, account_of: npt.NDArray[np.int32], accounts: int
) -> tuple[
    Keys,
    npt.NDArray[np.uint8],
    npt.NDArray[np.int32],
    Keys,
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
]:
    """``Shared`` of sorted keys; the stamp of an account tells whether a key has met it before."""
    n = keys.size
    out_key, out_flags = np.empty(n, np.uint64), np.empty(n, np.uint8)
    out_holders, out_carriers = np.empty(n, np.int32), np.empty(n, np.uint64)
    out_number, out_text = np.empty(n, np.int32), np.empty(n, np.int32)
    stamp = np.zeros(accounts, np.int64)
    found, pairs, group, first = 0, 0, 0, 0
    while first < n:
        last = first
        while last < n and keys[last] == keys[first]:
            last += 1
        for flags in range(1 << FLAG_BITS):
            group += 1
            holders, carried, carriers = 0, pairs, np.uint64(0)
            for index in range(first, last):
                text = entries[index] >> np.uint32(FLAG_BITS)
                account = account_of[text]
                if int(entries[index]) & ((1 << FLAG_BITS) - 1) != flags or account < 0:
                    continue
                holders += int(stamp[account] != group)
                stamp[account] = group
                carriers ^= mix(np.uint64(text) + np.uint64(1))
                out_number[carried], out_text[carried] = found, text
                carried += 1
            if holders >= 2 or (flags == INSERT and carried - pairs >= ALONE):
                out_key[found], out_flags[found] = keys[first], flags
                out_holders[found], out_carriers[found] = holders, carriers
                found, pairs = found + 1, carried
        first = last
    return (
        out_key[:found].copy(),
        out_flags[:found].copy(),
        out_holders[:found].copy(),
        out_carriers[:found].copy(),
        out_number[:pairs].copy(),
        out_text[:pairs].copy(),
    )


@compiled
def spread_bits(numbers: npt.NDArray[np.int32]) -> Keys:
    """A hash of each number (n,): the xor of some is a hash of their set, whatever their order."""
    out = np.empty(numbers.size, np.uint64)
    for index in range(numbers.size):
        out[index] = mix(np.uint64(numbers[index]) + np.uint64(1))
    return out

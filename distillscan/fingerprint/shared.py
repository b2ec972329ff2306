"""Which keys several accounts share: all others say nothing, and they are nearly all.

Keys are dealt into partitions by their last bits while they are read, and each partition is judged alone, so
memory is that of one partition whatever the number of texts. Inside a partition they are dealt once more into
buckets that fit in the cache; there keys seen once are dropped by two bitmaps, the rest are sorted, and the
distinct accounts of equal keys are counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from distillscan.compiled import compiled, inner
from distillscan.fingerprint.fingerprints import Fingerprints
from distillscan.fingerprint.kernel import mix
from distillscan.ordered import places_in_order, starts_of

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

#: About as many keys are judged at a time, with bitmaps of so many words.
_BUCKET_KEYS = 4096
_BITMAP_WORDS = 1024


class Shared(NamedTuple):
    """The shared keys of one partition, in a fixed order, and the texts that carry them.

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
    place = starts_of(counts)
    out_keys, out_entries = np.empty(keys.size, np.uint64), np.empty(keys.size, np.uint32)
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
    buckets = max(len(keys) // _BUCKET_KEYS, 1).bit_length() - 1
    keys, entries, ends = _in_buckets(keys, entries, buckets)
    accounts = int(account_of.max(initial=-1)) + 1
    key, flags, holders, carriers, number, text = _held_by_several(keys, entries, ends, account_of, accounts)
    # what is found is much less than the room that there was for it
    return Shared(key.copy(), flags.copy(), holders.copy(), carriers.copy(), number.copy(), text.copy())


@compiled
def _in_buckets(keys: Keys, entries: Entries, bits: int) -> tuple[Keys, Entries, npt.NDArray[np.int64]]:
    """Keys and entries in 2**bits buckets, small enough for the cache, and where each bucket ends."""
    shift, mask = np.uint64(PARTITION_BITS), np.uint64((1 << bits) - 1)
    counts = np.zeros(1 << bits, np.int64)
    for key in keys:
        counts[(key >> shift) & mask] += 1
    place = starts_of(counts)
    out_keys, out_entries = np.empty(keys.size, np.uint64), np.empty(keys.size, np.uint32)
    for index in range(keys.size):
        bucket = (keys[index] >> shift) & mask
        out_keys[place[bucket]] = keys[index]
        out_entries[place[bucket]] = entries[index]
        place[bucket] += 1
    return out_keys, out_entries, place


@inner
def _repeated(keys: Keys, seen: Keys, again: Keys) -> npt.NDArray[np.int64]:
    """Where the keys stand whose place in a bitmap is taken twice: all repeated ones, and a few others.

    ``seen`` and ``again`` are room for bitmaps, each a power of two of words.
    """
    for word in range(seen.size):
        seen[word] = again[word] = 0
    one, low, mask = np.uint64(1), np.uint64(63), np.uint64(seen.size - 1)
    # the leading bits of an insert key are all zero
    word_shift, bit_shift = np.uint64(64 - 24), np.uint64(64 - 30)
    for key in keys:
        word, bit = (key >> word_shift) & mask, one << ((key >> bit_shift) & low)
        again[word] |= seen[word] & bit
        seen[word] |= bit
    kept = 0
    found = np.empty(keys.size, np.int64)
    for index in range(keys.size):
        word, bit = (keys[index] >> word_shift) & mask, one << ((keys[index] >> bit_shift) & low)
        found[kept] = index
        kept += int((again[word] & bit) != 0)
    return found[:kept]


@compiled
def _held_by_several(
    keys: Keys,
    entries: Entries,
    ends: npt.NDArray[np.int64],
    account_of: npt.NDArray[np.int32],
    accounts: int,
) -> tuple[
    Keys,
    npt.NDArray[np.uint8],
    npt.NDArray[np.int32],
    Keys,
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
]:
    """``Shared`` of keys in buckets; the stamp of an account tells whether a key has met it before."""
    n = keys.size
    out_key, out_flags = np.empty(n, np.uint64), np.empty(n, np.uint8)
    out_holders, out_carriers = np.empty(n, np.int32), np.empty(n, np.uint64)
    out_number, out_text = np.empty(n, np.int32), np.empty(n, np.int32)
    stamp = np.zeros(accounts, np.int64)
    seen, again = np.empty(_BITMAP_WORDS, np.uint64), np.empty(_BITMAP_WORDS, np.uint64)
    found, pairs, group, start = 0, 0, 0, 0
    for end in ends:
        repeated = _repeated(keys[start:end], seen, again)
        chosen = np.empty(repeated.size, np.uint64)
        for index in range(repeated.size):
            repeated[index] += start
            chosen[index] = keys[repeated[index]]
        order = places_in_order(chosen)
        start, first = end, 0
        while first < chosen.size:
            last = first
            while last < chosen.size and chosen[order[last]] == chosen[order[first]]:
                last += 1
            for flags in range(1 << FLAG_BITS):
                group += 1
                holders, carried, carriers = 0, pairs, np.uint64(0)
                for place in order[first:last]:
                    entry = entries[repeated[place]]
                    text = entry >> np.uint32(FLAG_BITS)
                    account = account_of[text]
                    if int(entry) & ((1 << FLAG_BITS) - 1) != flags or account < 0:
                        continue
                    holders += int(stamp[account] != group)
                    stamp[account] = group
                    carriers ^= mix(np.uint64(text) + np.uint64(1))
                    out_number[carried], out_text[carried] = found, text
                    carried += 1
                if holders >= 2 or (flags == INSERT and carried - pairs >= ALONE):
                    out_key[found], out_flags[found] = chosen[order[first]], flags
                    out_holders[found], out_carriers[found] = holders, carriers
                    found, pairs = found + 1, carried
            first = last
    return (
        out_key[:found],
        out_flags[:found],
        out_holders[:found],
        out_carriers[:found],
        out_number[:pairs],
        out_text[:pairs],
    )


@compiled
def spread_bits(numbers: npt.NDArray[np.int32]) -> Keys:
    """A hash of each number (n,): the xor of some is a hash of their set, whatever their order."""
    out = np.empty(numbers.size, np.uint64)
    for index in range(numbers.size):
        out[index] = mix(np.uint64(numbers[index]) + np.uint64(1))
    return out

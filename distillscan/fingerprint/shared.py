"""Which keys several accounts share: all others say nothing, and they are nearly all.

Keys are dealt into partitions by their last bits while they are read, and each partition is judged alone, so
memory is that of one partition whatever the number of texts. Inside a partition they are dealt once more into
buckets that fit in the cache; there keys seen once are dropped by two bitmaps, the rest are put together by
a hash table, and the distinct accounts of equal keys are counted.
"""

from typing import NamedTuple

import numpy as np

from distillscan.arrays import Int32s, Int64s, UInt8s, UInt32s, UInt64s
from distillscan.compiled import compiled, inner
from distillscan.fingerprint.fingerprints import Fingerprints
from distillscan.fingerprint.hashing import mix
from distillscan.ordered import places_in_order, starts_of

Keys = UInt64s
Entries = UInt32s

PARTITION_BITS = 6
PARTITIONS = 1 << PARTITION_BITS
#: An entry is a text number above these bits: whether of a system prompt, and whether the key is an insert.
FLAG_BITS = 2
_FLAGS = (1 << FLAG_BITS) - 1
SYSTEM, INSERT = 2, 1
#: Prompts in which a passage of one account alone is kept too.
ALONE = 5
TEXTS_MAX = 1 << (32 - FLAG_BITS)

#: About as many keys are judged at a time, with bitmaps of so many words.
_BUCKET_KEYS = 4096
_BITMAP_WORDS = 1024
# Bits that are random in every key of a bucket: the last are the bucket, the leading ones of an insert zero.
_MIDDLE = np.uint64(32)


class Shared(NamedTuple):
    """The shared keys of one partition, in a fixed order, and the texts that carry them.

    ``key`` (uint64), ``flags`` (uint8), ``holders`` (int32) and ``carriers`` (uint64, a hash of the set of
    texts) have one item a shared key; ``number`` (int32, into them, ascending) and ``text`` (int32, ascending
    for each key) have one a pair of key and text.
    """

    key: Keys
    flags: UInt8s
    holders: Int32s
    carriers: Keys
    number: Int32s
    text: Int32s


def keys_of(prints: Fingerprints, texts: Int64s, *, system: bool) -> tuple[Keys, Entries]:
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
def dealt(keys: Keys, entries: Entries, low: int, bits: int) -> tuple[Keys, Entries, Int64s]:
    """Keys and entries (n,) in 2**bits groups by the bits of a key above its ``low`` last, and their ends."""
    shift, mask = np.uint64(low), np.uint64((1 << bits) - 1)
    counts = np.zeros(1 << bits, np.int64)
    for key in keys:
        counts[(key >> shift) & mask] += 1
    place = starts_of(counts)
    out_keys, out_entries = np.empty(keys.size, np.uint64), np.empty(keys.size, np.uint32)
    for index in range(keys.size):
        group = (keys[index] >> shift) & mask
        out_keys[place[group]] = keys[index]
        out_entries[place[group]] = entries[index]
        place[group] += 1
    return out_keys, out_entries, place


def shared_keys(keys: Keys, entries: Entries, account_of: Int32s) -> Shared:
    """The keys of one partition that two accounts hold, or one account in ``ALONE`` prompts as an insert.

    ``account_of`` has the account of each text, -1 for a text that does not count.
    """
    buckets = max(len(keys) // _BUCKET_KEYS, 1).bit_length() - 1
    keys, entries, ends = dealt(keys, entries, PARTITION_BITS, buckets)
    n = len(keys)
    of_keys = np.empty(n, np.uint64), np.empty(n, np.uint8), np.empty(n, np.int32), np.empty(n, np.uint64)
    out = Shared(*of_keys, np.empty(n, np.int32), np.empty(n, np.int32))
    stamp = np.zeros(int(account_of.max(initial=-1)) + 2, np.int64)
    found, pairs = _held_by_several(keys, entries, ends, account_of, stamp, out)
    # what is found is much less than the room that there was for it
    key, flags = out.key[:found].copy(), out.flags[:found].copy()
    holders, carriers = out.holders[:found].copy(), out.carriers[:found].copy()
    return Shared(key, flags, holders, carriers, out.number[:pairs].copy(), out.text[:pairs].copy())


@inner
def _repeated(keys: Keys, seen: Keys, again: Keys) -> Int64s:
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


@inner
def _enter(
    key: np.uint64,
    carriers: Entries,
    flags: int,
    account_of: Int32s,
    stamp: Int64s,
    out: Shared,
    found: int,
    pairs: int,
) -> tuple[int, int]:
    """Write a key with these flags if several hold it; how many keys and pairs there are then.

    ``stamp`` tells of each account whether the key has met it before; its last item counts the keys.
    """
    stamp[-1] += 1
    holders, carried, texts = 0, pairs, np.uint64(0)
    for entry in carriers:
        text = entry >> np.uint32(FLAG_BITS)
        account = account_of[text]
        if int(entry) & _FLAGS != flags or account < 0:
            continue
        holders += int(stamp[account] != stamp[-1])
        stamp[account] = stamp[-1]
        texts ^= mix(np.uint64(text) + np.uint64(1))
        out.number[carried], out.text[carried] = found, text
        carried += 1
    if holders < 2 and (flags != INSERT or carried - pairs < ALONE):
        return found, pairs
    out.key[found], out.flags[found] = key, flags
    out.holders[found], out.carriers[found] = holders, texts
    return found + 1, carried


@inner
def _groups(keys: Keys, places: Int64s, slots: Int32s) -> tuple[Int64s, Int64s]:
    """The places (n,) of some keys by their keys, equal ones in their order, and where each key ends.

    ``slots`` is room for a hash table, a power of two of at least twice the places. Most of these keys
    stand at many places, so that it takes a fraction of the time of putting them all in order.
    """
    n = places.size
    key, counts, of_place = np.empty(n, np.uint64), np.zeros(n, np.int64), np.empty(n, np.int64)
    for slot in range(slots.size):
        slots[slot] = -1
    found, mask = 0, slots.size - 1
    for index in range(n):
        own = keys[places[index]]
        slot = int(own >> _MIDDLE) & mask
        while slots[slot] >= 0 and key[slots[slot]] != own:
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot], key[found] = found, own
            found += 1
        of_place[index] = slots[slot]
        counts[slots[slot]] += 1
    order = places_in_order(key[:found])
    starts = np.empty(found, np.int64)
    total = 0
    for group in order:
        starts[group] = total
        total += counts[group]
    ordered = np.empty(n, np.int64)
    for index in range(n):
        group = of_place[index]
        ordered[starts[group]] = places[index]
        starts[group] += 1
    ends = np.empty(found, np.int64)
    for rank in range(found):
        ends[rank] = starts[order[rank]]
    return ordered, ends


@compiled
def _held_by_several(
    keys: Keys,
    entries: Entries,
    ends: Int64s,
    account_of: Int32s,
    stamp: Int64s,
    out: Shared,
) -> tuple[int, int]:
    """Fill ``out`` from keys in buckets; how many keys and pairs there are. ``stamp`` is as in `_enter`."""
    seen, again = np.empty(_BITMAP_WORDS, np.uint64), np.empty(_BITMAP_WORDS, np.uint64)
    largest = start = 0
    for end in ends:
        largest, start = max(largest, end - start), end
    slots = np.empty(4 * largest, np.int32)
    found = pairs = start = 0
    for end in ends:
        places = _repeated(keys[start:end], seen, again)
        size = 1
        while size < 2 * places.size:
            size *= 2
        ordered, last = _groups(keys[start:end], places, slots[:size])
        carriers = np.empty(places.size, np.uint32)
        first = 0
        for index in range(places.size):
            carriers[index] = entries[start + ordered[index]]
        for stop in last:
            own = carriers[first:stop]
            present = 0
            for entry in own:
                present |= 1 << (int(entry) & _FLAGS)
            for flags in range(1 << FLAG_BITS):
                if present >> flags & 1:
                    key = keys[start + ordered[first]]
                    found, pairs = _enter(key, own, flags, account_of, stamp, out, found, pairs)
            first = stop
        start = end
    return found, pairs


@compiled
def spread_bits(numbers: Int32s) -> Keys:
    """A hash of each number (n,): the xor of some is a hash of their set, whatever their order."""
    out = np.empty(numbers.size, np.uint64)
    for index in range(numbers.size):
        out[index] = mix(np.uint64(numbers[index]) + np.uint64(1))
    return out

"""Fixed inserts: the kept shingles of a text, in words.

Whole-text similarity misses forty fixed words among six hundred. Of all eight-token shingles those are kept
whose hash is small (FracMinHash), so two texts that share a passage keep the same ones of it.
"""

from __future__ import annotations

from distillscan.fingerprint.hashing import shingle_hash
from distillscan.fingerprint.minhash import shingles
from distillscan.fingerprint.scheme import SCHEME, Scheme


def kept_shingles(text: str, scheme: Scheme = SCHEME) -> dict[int, str]:
    """Insert key to the normalised words it stands for, by ascending key: what a shared key looks like."""
    found = {shingle_hash(shingle): shingle.decode() for shingle in shingles(text, scheme.insert_shingle)}
    whole = {key: words for key, words in found.items() if words.count(" ") == scheme.insert_shingle - 1}
    kept = sorted(key for key in whole if key <= scheme.insert_limit)
    return {key: whole[key] for key in kept[: scheme.max_inserts]}

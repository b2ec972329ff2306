"""Fixed inserts: the kept shingles of a text, in words.

Whole-text similarity misses forty fixed words among six hundred. Of all shingles of eight words those are
kept whose hash is small (FracMinHash), so two texts that share a passage keep the same ones of it.
"""

from __future__ import annotations

from distillscan.fingerprint.hashing import shingle_hash
from distillscan.fingerprint.minhash import tokens_as_sent, whole_shingles
from distillscan.fingerprint.scheme import SCHEME, Scheme


def kept_shingles(text: str, scheme: Scheme = SCHEME) -> dict[int, str]:
    """Insert key to the normalised words it stands for, by ascending key: what a shared key looks like."""
    whole = whole_shingles(tokens_as_sent(text), scheme.insert_shingle, scheme.unspaced_factor)
    words = {shingle_hash(shingle): shingle.decode() for shingle in whole}
    kept = sorted(key for key in words if key <= scheme.insert_limit)
    return {key: words[key] for key in kept[: scheme.max_inserts]}

"""Insert keys in plain Python: the definition that the compiled kernel is held to."""

from distillscan.fingerprint import SCHEME, Scheme
from distillscan.fingerprint.hashing import shingle_hash
from distillscan.fingerprint.minhash import tokens_as_sent, whole_shingles


def kept_shingles(text: str, scheme: Scheme = SCHEME) -> dict[int, str]:
    """Insert key to the normalised words it stands for, by ascending key: what a shared key looks like."""
    whole = whole_shingles(tokens_as_sent(text), scheme.insert_shingle, scheme.unspaced_factor)
    words = {shingle_hash(shingle): shingle.decode() for shingle in whole}
    ends = {shingle_hash(shingle) for shingle in whole[:1] + whole[-1:]}
    kept = sorted(key for key in words if key <= scheme.insert_limit or key in ends)
    return {key: words[key] for key in kept[: scheme.max_inserts]}

"""Long words are text in an encoding: two that begin alike have keys in common, and differ all the same."""

import base64

import pyarrow as pa
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import in_pieces, kept_shingles, shingle_hash32, shingles, signatures

from distillscan.fingerprint import Scheme, fingerprint

EVERY_INSERT = Scheme(insert_rate=1, max_inserts=10_000)
TASKS = ["the speed of two trains", "why leaves turn red in autumn", "a poem of the sea", "how bread rises"]
TEMPLATE = "Think it through aloud, weigh every way there is, and only then give the result of: "


def wrapped(text):
    return base64.b64encode(text.encode()).decode()


def keys(texts, column):
    return [set(row) for row in getattr(fingerprint(pa.array(texts)), column).to_pylist()]


def test_a_wrapped_template_shares_bands_and_inserts():
    texts = [wrapped(f"{TEMPLATE}{task * 2}, as {name} says") for task in TASKS for name in ("Ada", "Bo")]
    assert set.intersection(*keys(texts, "inserts"))
    assert all(one & other for one in keys(texts, "bands") for other in keys(texts, "bands"))
    assert len(set(fingerprint(pa.array(texts)).text_key.tolist())) == len(texts)


def test_unlike_wrapped_texts_share_nothing():
    texts = [
        wrapped(f"{task}, {task} and {task}: tell me of this and of nothing else please") for task in TASKS
    ]
    for column in ("bands", "inserts"):
        assert len(set.union(*keys(texts, column))) == sum(map(len, keys(texts, column)))


def test_words_of_a_usual_length_stay_whole():
    assert in_pieces(["a" * 64, "слово" * 30]) == ["a" * 64, "слово" * 30]
    assert in_pieces(["b" * 129]) == ["b" * 8] * 8 + ["b" * 65]


LETTERS = ["abcdefghij" * 103, "ab7q" * 256, "é" * 1024, *("a" * size + "é" * 500 for size in (63, 64, 70))]
SIZES = [0, 1, 63, 64, 65, 72, 127, 128, 129, 200, 1024]
WORDS = st.tuples(st.sampled_from(LETTERS), st.sampled_from(SIZES)).map(lambda word: word[0][: word[1]])


@settings(max_examples=200)
@given(
    st.lists(WORDS | st.sampled_from(["a", "7", "你好", "👍"]), max_size=30).map(" ".join), st.integers(0, 70)
)
def test_long_words_are_read_as_the_definition_reads_them(words, before):
    text = "x" * before + " " + words
    reference = MinHash(num_perm=64, scheme="affine32", hashfunc=shingle_hash32)
    reference.update_batch(shingles(text))
    assert signatures(pa.array([text]))[0].tolist() == reference.hashvalues.tolist()
    inserts = fingerprint(pa.array([text]), EVERY_INSERT).inserts[0].as_py()
    assert inserts == list(kept_shingles(text, EVERY_INSERT))


def test_more_long_words_than_a_block_of_tokens():
    text = " ".join(f"{'ab' * 70}{'c' * (n % 7)}" for n in range(2500)) + " end"
    reference = MinHash(num_perm=64, scheme="affine32", hashfunc=shingle_hash32)
    reference.update_batch(shingles(text))
    assert signatures(pa.array([text]))[0].tolist() == reference.hashvalues.tolist()

"""Fixed passages leave the same keys in every text that holds them."""

import random

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import kept_shingles, shingle_hash

from distillscan.fingerprint import SCHEME, Scheme, fingerprint


def inserts_of(text: str, scheme: Scheme = SCHEME) -> list[int]:
    return fingerprint(pa.array([text]), scheme).inserts[0].as_py()


def varied_words(seed: int, count: int) -> list[str]:
    letters = random.Random(seed)
    return ["".join(letters.choices("abcdefghij", k=6)) for _ in range(count)]


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(0, 3000))
def test_the_kernel_keeps_the_shingles_that_the_definition_keeps(seed, count):
    text = " ".join(varied_words(seed, count))
    assert inserts_of(text) == list(kept_shingles(text))


def test_forty_fixed_words_among_six_hundred_are_found():
    passage = varied_words(0, 40)
    texts = [varied_words(seed, 300) + passage + varied_words(seed + 100, 300) for seed in range(1, 21)]
    found = fingerprint(pa.array([" ".join(words) for words in texts])).inserts.to_pylist()
    shared = set.intersection(*map(set, found))
    assert len(shared) >= 2
    assert shared <= set(kept_shingles(" ".join(passage)))


def test_keys_stand_for_their_words():
    text = " ".join(varied_words(3, 60))
    for key, words in kept_shingles(text).items():
        assert words in text
        assert shingle_hash(words.encode()) == key


def test_a_text_shorter_than_a_shingle_has_none():
    everything = Scheme(insert_rate=1)
    assert inserts_of("one two three four five six seven", everything) == []
    assert len(inserts_of("one two three four five six seven eight", everything)) == 1


def test_the_smallest_are_kept_once_each_in_order():
    text = " ".join(varied_words(4, 2500) * 2)
    every = inserts_of(text, Scheme(insert_rate=1, max_inserts=10_000))
    assert every == sorted(set(every))
    assert inserts_of(text, Scheme(insert_rate=1, max_inserts=10)) == every[:10]


def test_one_in_rate_is_kept():
    text = " ".join(varied_words(5, 8007))
    kept = inserts_of(text, Scheme(insert_rate=8, insert_window=8001, max_inserts=10_000))
    assert 800 < len(kept) < 1200
    assert sum(key >= 2**64 // 8 for key in kept) <= 2


def test_no_passage_as_long_as_a_window_goes_without_a_key():
    """Nearly all runs lie above the limit, and the texts around the passage are different ones."""
    scheme = Scheme(insert_rate=10**6)
    length = scheme.insert_window + scheme.insert_shingle - 1
    passages = [varied_words(seed, length) for seed in range(40)]
    for number, passage in enumerate(passages):
        before, after = varied_words(number + 100, 1000 + number), varied_words(number + 200, 60)
        whole = set(inserts_of(" ".join(before + passage + after), scheme))
        assert whole & set(inserts_of(" ".join(after + passage + before), scheme))


def test_in_an_unspaced_text_a_window_is_as_many_characters_as_words():
    scheme = Scheme(insert_rate=10**6)
    length = scheme.unspaced_factor * (scheme.insert_window + scheme.insert_shingle) - 1
    characters = random.Random(8)
    passage, *others = (
        "".join(chr(characters.randrange(0x4E00, 0x9000)) for _ in range(length)) for _ in range(5)
    )
    one, other = (
        set(inserts_of(left + passage + right, scheme)) for left, right in (others[:2], others[2:4])
    )
    assert one & other


def test_the_words_that_a_text_opens_and_closes_with_are_always_kept():
    words = varied_words(6, 14)
    passages = [" ".join(words), *(" ".join(varied_words(seed, 40)) for seed in range(50))]
    instruction, payloads = passages[0], passages[1:]
    for texts in ([f"{instruction} {one}" for one in payloads], [f"{one} {instruction}" for one in payloads]):
        assert set.intersection(*(set(inserts_of(text, Scheme(insert_rate=10**6))) for text in texts))

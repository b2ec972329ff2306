"""The columns by which texts are compared."""

import random

import numpy as np
import pyarrow as pa
import pytest

from distillscan.fingerprint import SCHEME, Fingerprints, Scheme, fingerprint
from distillscan.fingerprint.minhash import affine_permutations
from distillscan.fingerprint.sketch import sketch

WORDS = [f"{a}{b}{c}" for a in "bdgklm" for b in "aeiou" for c in "nrstp"]


def sentence(seed: int, count: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def columns(found: Fingerprints) -> list[object]:
    return [
        found.text_key.tolist(),
        found.valid.tolist(),
        found.bands.to_pylist(),
        found.inserts.to_pylist(),
    ]


def shared_bands(*texts: str) -> set[int]:
    return set.intersection(*map(set, fingerprint(pa.array(texts)).bands.to_pylist()))


def test_the_columns_fit_the_case():
    found = fingerprint(pa.array(["a b c", None, "", "?!"]))
    assert found.text_key.dtype == np.uint64
    assert found.bands.type == found.inserts.type == pa.list_(pa.uint64())
    assert found.valid.tolist() == [True, False, False, False]
    assert found.text_key[1:].tolist() == [0, 0, 0]
    assert [len(bands) for bands in found.bands.to_pylist()] == [SCHEME.bands, 0, 0, 0]


def test_known_answer():
    # Stored and exchanged: a change here makes every existing case incomparable.
    found = fingerprint(
        pa.array(["Write a short story about 3 cats, please. 你好 Ünïcode longer-than-eight"])
    )
    assert found.text_key.tolist() == [0x56120DDDC0D13366]
    assert found.bands[0].as_py()[:2] == [0x5C2892CF31A0CBFD, 0xF04042BBF37A70D2]
    assert found.inserts[0].as_py() == [0x11C9B568EC22B8E6, 0x5551EDB1DE5C6A5F, 0x7F0E62C486917D19]


def test_the_text_key_is_of_the_tokens_and_their_boundaries():
    texts = ["a b", "ab", "b a", "a b b", "a", "a a", "b", "aa b", "a ab"]
    assert len(set(fingerprint(pa.array(texts)).text_key.tolist())) == len(texts)
    same = ["Room 12: see you!", "room 7 SEE YOU", "room\u200b 1999\tsee you"]
    assert len(set(fingerprint(pa.array(same)).text_key.tolist())) == 1


def test_near_duplicates_share_a_band_and_unrelated_texts_none():
    original = sentence(1, 120)
    assert shared_bands(original, original.replace("bas", "kot"))
    assert not shared_bands(original, sentence(2, 120))


def test_one_template_with_different_payloads_shares_bands():
    template = sentence(3, 90)
    assert shared_bands(*(f"{template} {sentence(seed, 8)}" for seed in range(10, 16)))


def test_short_texts_are_one_shingle():
    assert shared_bands("Hello, world", "hello WORLD!")
    assert not shared_bands("hello world", "world hello")


def test_equal_values_in_two_bands_give_two_keys():
    keys = fingerprint(pa.array(["hello"]), Scheme(permutations=8, bands=8, rows=1)).bands[0].as_py()
    assert len(set(keys)) == 8


@pytest.fixture
def texts() -> pa.Array:
    spoken = [sentence(seed, seed % 90) for seed in range(9000)]
    spoken[5::7] = [f"{text} ﬁn 你好 é" for text in spoken[5::7]]
    return pa.array([None if n % 11 == 3 else text for n, text in enumerate(spoken)])


def test_threads_change_nothing(texts):
    assert columns(fingerprint(texts, threads=1)) == columns(fingerprint(texts, threads=2))


@pytest.mark.parametrize(
    "kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_every_kind_of_string_array_reads_the_same(texts, kind):
    part = texts.slice(0, 200)
    assert columns(fingerprint(part.cast(kind))) == columns(fingerprint(part))


def test_a_row_does_not_depend_on_the_rows_around_it(texts):
    whole, part = columns(fingerprint(texts)), columns(fingerprint(texts.slice(4000, 300)))
    assert [len(column) for column in whole] == [len(texts)] * 4
    assert [column[4000:4300] for column in whole] == part


def test_slices_and_chunks_read_the_same(texts):
    part = texts.slice(4000, 300)
    copied = pa.array(part.to_pylist())
    chunked = pa.chunked_array([part.slice(0, 7), part.slice(7, 0), part.slice(7)])
    assert columns(fingerprint(part)) == columns(fingerprint(copied)) == columns(fingerprint(chunked))


@pytest.mark.parametrize(
    "nothing", [pa.array([], pa.string()), pa.chunked_array([], pa.string()), pa.array(["a", "b"]).slice(2)]
)
def test_no_rows_give_no_rows(nothing):
    found = fingerprint(nothing)
    assert columns(found) == [[], [], [], []]
    assert found.bands.type == pa.list_(pa.uint64())


def test_nulls_with_bytes_behind_them_are_null():
    buffers = pa.array(["secret words", "b"]).buffers()
    masked = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x02"), *buffers[1:]])
    assert fingerprint(masked).valid.tolist() == [False, True]
    assert fingerprint(pa.nulls(2)).valid.tolist() == [False, False]


@pytest.mark.parametrize(
    ("unit", "tokens"),
    [
        ("word ", 2_000_000),
        ("x", 9),
        ("7", 1),
        ("你", 3_333_333),
        ("👍", 2_500_000),
        ("\u200b", 0),
        (". ", 0),
    ],
)
def test_ten_megabytes_in_one_prompt(unit, tokens):
    text = unit * (10_000_000 // len(unit.encode()))
    block = pa.array([text, "a b c"], pa.large_string())
    found = sketch(block, affine_permutations(SCHEME.permutations, SCHEME.seed), SCHEME)
    assert found.tokens.tolist() == [tokens, 3]


@pytest.mark.parametrize(
    "broken", [b"\xff\xfe ok", b"caf\xc3", b"\xf7\xbf\xbf\xbf", b"\x80\x80", b"\xe4\xbd"]
)
def test_bytes_that_are_not_text_do_not_crash(broken):
    buffers = [None, pa.py_buffer(np.array([0, len(broken)], np.int32)), pa.py_buffer(broken)]
    assert len(fingerprint(pa.Array.from_buffers(pa.string(), 1, buffers)).text_key) == 1


def test_a_scheme_must_fit_together():
    with pytest.raises(ValueError, match="64 permutations are too few for 17 x 4"):
        Scheme(bands=17)
    with pytest.raises(ValueError, match="at least 1"):
        Scheme(insert_rate=0)
    with pytest.raises(ValueError, match="threads must be at least 1"):
        fingerprint(pa.array(["a"]), threads=0)

"""Signatures are datasketch's, bit by bit, on any text."""

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import shingle_hash32, shingles, signatures

ALPHABETS = {
    "ascii": st.characters(codec="ascii"),
    "words": st.sampled_from("aBcz09_ .,\n"),
    "latin": st.sampled_from("aéÉßøŁ ıİñ 1"),
    "cyrillic": st.characters(min_codepoint=0x400, max_codepoint=0x4FF),
    "arabic": st.sampled_from("مرحبا بالعالمَُّ٣٤ ،"),
    "devanagari": st.sampled_from("नमस्ते दुनिया१२ क़।"),
    "han and kana": st.sampled_from("你好世界、カがｶﾞー 々a1"),
    "thai": st.characters(min_codepoint=0xE00, max_codepoint=0xE5B),
    "hangul": st.sampled_from("안녕각\u1100\u1161\u11a8 ㄱ"),
    "emoji": st.sampled_from("👍🏽👩\u200d💻❤\ufe0f🇪🇺🙂 a"),
    "combining": st.sampled_from("aeI \u0301\u0307\u0323\u0345\u20e3"),
    "unseen": st.sampled_from("ab1 \u200b\u200d\u200e\u200f\u202e\u2066\ufeff\u00ad\u034f"),
    "everything": st.characters(codec="utf-8"),
}
LETTERS = str.maketrans("0123456789", "abcdefghij")
TEXTS = st.one_of(
    *(st.text(alphabet, max_size=80) for alphabet in ALPHABETS.values()),
    st.lists(st.one_of(*(st.text(alphabet, max_size=12) for alphabet in ALPHABETS.values()))).map(" ".join),
)


def datasketch_signature(text: str, permutations: int, seed: int) -> np.ndarray:
    reference = MinHash(num_perm=permutations, seed=seed, scheme="affine32", hashfunc=shingle_hash32)
    reference.update_batch(shingles(text))
    return reference.hashvalues


@settings(max_examples=300)
@given(TEXTS)
def test_signatures_equal_datasketch(text):
    assert signatures(pa.array([text]))[0].tolist() == datasketch_signature(text, 64, 1).tolist()


@pytest.mark.parametrize(("permutations", "seed"), [(1, 1), (7, 2), (128, 1), (256, 42)])
def test_any_number_of_permutations_and_seed(permutations, seed):
    text = "The quick brown fox jumps over 12 lazy dogs, 你好世界 👍"
    ours = signatures(pa.array([text]), permutations, seed)
    assert ours.dtype == np.uint32
    assert ours.tolist() == [datasketch_signature(text, permutations, seed).tolist()]


@pytest.mark.parametrize("words", [1, 2, 3, 4, 1023, 1024, 1025, 1031, 1032, 1056, 2048, 5000])
def test_texts_longer_than_a_block_of_tokens(words):
    text = " ".join(f"{n}{'x' * (n % 19)}".translate(LETTERS) for n in range(words))
    assert signatures(pa.array([text]))[0].tolist() == datasketch_signature(text, 64, 1).tolist()


def test_every_ascii_character_and_digits_across_the_bytes_that_are_folded_at_once():
    words = "".join(f"x{chr(byte)}y {chr(byte)} " for byte in range(0x80))
    digits = [
        f"{'a' * before}{'7' * count}b c d {'8' * count} e"
        for before in (0, 60, 62, 63, 64)
        for count in range(70)
    ]
    texts = [words, *digits]
    expected = [datasketch_signature(text, 64, 1).tolist() for text in texts]
    assert signatures(pa.array(texts)).tolist() == expected


def test_a_signature_estimates_the_similarity_of_its_texts():
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)]
    one, other = signatures(pa.array([" ".join(words[:300]), " ".join(words[100:])]), 512)
    assert (one == other).mean() == pytest.approx(198 / 398, abs=0.07)


def test_a_text_without_tokens_has_the_signature_of_an_empty_minhash():
    empty = MinHash(num_perm=64, scheme="affine32").hashvalues
    assert (signatures(pa.array([None, "", "?!"])) == empty).all()


def test_shingles_are_three_tokens_or_all_there_are():
    assert shingles("Write 12 short stories!") == [b"write 0 short", b"0 short stories"]
    assert shingles("Hello, world") == [b"hello world"]
    assert shingles("...") == []

"""The few words that a text opens and closes with leave one value each, whatever stands between them."""

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import in_pieces, is_unspaced, shingle_hash, tokens_as_sent

from distillscan.fingerprint import SCHEME, fingerprint


def ends(*texts):
    found = fingerprint(pa.array(texts, pa.string()))
    return list(zip(found.opening.to_pylist(), found.closing.to_pylist(), strict=True))


def defined_ends(text):
    """The leading 16 bits of the hash of the first words and of the last."""
    found = tokens_as_sent(text)
    words = SCHEME.end_characters if is_unspaced(found) else SCHEME.end_words
    found = in_pieces(found)
    if len(found) < words:
        return None, None
    return tuple(
        shingle_hash(" ".join(part).encode()) >> 48 for part in (found[:words], found[len(found) - words :])
    )


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_the_kernel_hashes_the_words_that_the_definition_does(text):
    assert ends(text) == [defined_ends(text)]


@pytest.mark.parametrize("count", [3, 8, 1023, 1024, 1025, 2048, 5000])
def test_the_last_words_are_found_however_long_the_text(count):
    letters = random.Random(count)
    text = " ".join("".join(letters.choices("abcdefghij", k=6)) for _ in range(count))
    assert ends(text) == [defined_ends(text)]


def test_a_wrapped_text_opens_with_its_first_letters():
    text = "QmVmb3Jl" * 40
    (whole,), (longer,) = ends(text), ends(text + "x")
    assert whole == defined_ends(text)
    assert whole[0] == longer[0] and whole[1] != longer[1]


def test_an_opening_is_told_by_its_words_and_not_by_how_they_are_written():
    (first, last), *others = ends(
        "Translate into French: the cat sat on the mat",
        "TRANSLATE  into\nFrench - a dog slept on the mat",
        "Translate into French, ship one on the mat",
    )
    assert others == [(first, last), (first, last)]
    assert ends("Translate into German: the cat sat on a mat") != [(first, last)]


def test_numbers_count_as_one_word_whatever_they_are():
    assert ends("Question 7: why is it so")[0][0] == ends("question 4711 why not")[0][0] is not None


def test_a_text_without_spaces_opens_with_six_characters():
    french, also_french = ends("翻译成法语：今天天气很好", "翻译成法语，今天谁来")
    assert french[0] == also_french[0]
    assert ends("翻译成法语")[0] == (None, None)


def test_texts_of_fewer_words_have_neither():
    assert ends("", "hi", "thank you", None, "?!") == [(None, None)] * 5
    opening, closing = ends("thank you kindly")[0]
    assert opening == closing is not None

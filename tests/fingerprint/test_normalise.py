"""Texts that read the same are spelt the same after normalisation."""

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from distillscan.fingerprint.normalise import normalise


def normalised(text: str) -> str:
    return normalise(pa.array([text]))[0].as_py()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param("Hello WORLD", "hello world", id="case"),
        pytest.param("ΟΔΟΣ ὁδός", "οδοσ ὁδόσ", id="final sigma"),
        pytest.param("İstanbul", "istanbul", id="dotted capital i"),
        pytest.param("room 7, row 1234", "room 0, row 0", id="numbers of any length agree"),
        pytest.param("٣٤ ५६ ７８ 𝟗", "0 0 0 0", id="digits of any script"),
        pytest.param("gpt4o12", "gpt0o0", id="digits inside words"),
        pytest.param("  a\t\n b\u00a0\u3000c\r\n", "a b c", id="white space"),
        pytest.param("a\x00b\x1bc", "a b c", id="control characters"),
        pytest.param("ig\u200bno\u200dre\ufeff \u202ethis\u2069", "ignore this", id="unseen characters"),
        pytest.param("1\u200b2", "0", id="unseen characters between digits"),
        pytest.param("Ｆｕｌｌ ｗｉｄｔｈ！", "full width!", id="full width"),
        pytest.param("𝓯𝓪𝓷𝓬𝔂 ﬁne ①", "fancy fine 0", id="compatibility forms"),
        pytest.param("ｶﾞ", "ガ", id="half-width kana compose"),
        pytest.param("e\u200c\u0301", "é", id="composed after dropping"),
        pytest.param("\u2764\ufe0f", "\u2764", id="variation selector"),
        pytest.param("", "", id="empty"),
        pytest.param(" \n", "", id="blank"),
    ],
)
def test_one_spelling(sent, expected):
    assert normalised(sent) == expected


def test_rows_keep_their_places():
    texts = pa.array(["A", None, "", "É", "ﬁ", None])
    assert normalise(texts).to_pylist() == ["a", None, "", "é", "fi", None]


@given(st.text())
def test_normalising_again_changes_nothing(text):
    assert normalised(normalised(text)) == normalised(text)


@given(st.text())
def test_canonically_equal_texts_become_equal(text):
    assert normalised(unicodedata.normalize("NFD", text)) == normalised(unicodedata.normalize("NFC", text))


def test_every_character_is_normalised_alike_on_the_short_and_the_long_way():
    # A ligature makes its row take the way through Unicode normalisation; without one most rows do not.
    characters = [chr(c) for c in range(0x30000) if not 0xD800 <= c < 0xE000]
    short = normalise(pa.array([f"a{character} fi" for character in characters]))
    long = normalise(pa.array([f"a{character} ﬁ" for character in characters]))
    assert short.equals(long)


def test_every_pair_that_may_be_joined_is_normalised_alike_on_the_short_and_the_long_way():
    parts = [unicodedata.decomposition(chr(c)).split() for c in range(0x20000)]
    pairs = {
        tuple(chr(int(code, 16)) for code in both) for both in parts if len(both) == 2 and "<" not in both[0]
    }
    firsts, seconds = sorted({first for first, _ in pairs}), sorted({second for _, second in pairs})
    texts = [
        f"{first}{between}{second}" for first in firsts for second in seconds for between in ("", "\u0323")
    ]
    assert len(texts) > 10_000
    assert normalise(pa.array([f"{text} fi" for text in texts])).equals(
        normalise(pa.array([f"{text} ﬁ" for text in texts]))
    )


@given(st.lists(st.sampled_from("aEé สุ่ี नि़् َُّٓ שּׁ \u0301\u0323\u0315\u200d\u034f…1")).map("".join))
@example("\u00e9\u0323")
@example("\u00e9\u0315\u0323")
def test_marks_are_ordered_alike_on_the_short_and_the_long_way(text):
    assert normalised(f"{text} fi") == normalised(f"{text} ﬁ")


def test_other_columns_are_refused():
    with pytest.raises(TypeError, match="must be Arrow strings, not int64"):
        normalise(pa.array([1]))

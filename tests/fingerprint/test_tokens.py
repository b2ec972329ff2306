"""What a token is, script by script."""

import pyarrow as pa
import pytest
from reference import is_unspaced, tokens

from distillscan.fingerprint.normalise import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Don't stop-now, user_id=7!", "don t stop now user_id 0", id="punctuation separates"),
        pytest.param("«Größe»—“naïve”…", "größe naïve", id="so does that of other scripts"),
        pytest.param("Привет, мир", "привет мир", id="Cyrillic words"),
        pytest.param("مرحبا، بالعالم", "مرحبا بالعالم", id="Arabic words"),
        pytest.param("नमस्ते दुनिया।", "नमस्ते दुनिया", id="Devanagari words keep their marks"),
        pytest.param("안녕 세상", "안녕 세상", id="Hangul words"),
        pytest.param("你好，世界", "你 好 世 界", id="Han by character"),
        pytest.param("カタかな", "カ タ か な", id="kana by character"),
        pytest.param("ไทย", "ไ ท ย", id="Thai by character"),
        pytest.param("ខ្មែរ", "ខ ្ ម ែ រ", id="Khmer by character"),
        pytest.param("用GPT4写", "用 gpt0 写", id="words between characters"),
        pytest.param("ok👍👍🏽go", "ok 👍 👍 🏽 go", id="emoji and skin tone"),
        pytest.param("𠀀𫝀", "𠀀 𫝀", id="ideographs beyond the first plane"),
        pytest.param("€5 → 10°", "€ 0 → 0 °", id="symbols"),
        pytest.param("...!?", "", id="punctuation alone"),
        pytest.param("\u0301", "\u0301", id="a lone mark"),
    ],
)
def test_tokens(text, expected):
    assert tokens(normalise(pa.array([text]))[0].as_py()) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("你好世界", True, id="Han"),
        pytest.param("ひらがなとカタカナ", True, id="kana"),
        pytest.param("สวัสดี", True, id="Thai with its marks"),
        pytest.param("안녕하세요 세상", False, id="Hangul has spaces"),
        pytest.param("नमस्ते दुनिया", False, id="Devanagari has spaces"),
        pytest.param("你好 two words", False, id="half is not more than half"),
        pytest.param("你好吗 two words", True, id="more than half"),
        pytest.param("你好 0 7", False, id="numbers are words"),
        pytest.param("你 👍👍👍👍", True, id="emoji do not outvote characters"),
        pytest.param("你 word 👍👍👍👍", False, id="nor do they join them"),
        pytest.param("👍→€", False, id="symbols alone"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_unspaced_texts(text, expected):
    assert is_unspaced(tokens(normalise(pa.array([text]))[0].as_py())) is expected

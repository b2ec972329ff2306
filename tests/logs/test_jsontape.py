"""The places of the values in a JSON text: the ones a parser finds, or none at all."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distillscan.compiled import in_place
from distillscan.logs.buffers import eights_of
from distillscan.logs.jsontape import BEGIN, END, ESCAPED, NEXT, new_tape, write_tape

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
NUMBERS = st.integers() | st.floats(-1000, 1000).map(lambda number: round(number, 3))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXTS, inside, max_size=4),
    max_leaves=12,
)
SPACES = st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", "\n:\r")])

# As the passes that call it have it.
write = in_place(write_tape)


def tape_of(text, rows=1000, depth=64):
    data = text.encode()
    tape = new_tape(rows)
    letters = np.frombuffer(data, np.uint8)
    count = write(letters, eights_of(letters), 0, len(data), tape, np.empty(depth, np.int64))
    return data, tape[:count].tolist()


def value_at(data, tape, row):
    """What stands at a row, put together of the rows inside it."""
    begin, end, behind, _ = tape[row]
    inside, at = [], row + 1
    while at < behind:
        inside.append(at)
        at = tape[at][NEXT]
    if data[begin : begin + 1] == b"[":
        return [value_at(data, tape, item) for item in inside]
    if data[begin : begin + 1] == b"{":
        pairs = zip(inside[::2], inside[1::2], strict=True)
        return {value_at(data, tape, key): value_at(data, tape, value) for key, value in pairs}
    return json.loads(data[begin:end])


@given(VALUES, SPACES, st.booleans())
def test_the_rows_of_a_tape_make_the_value(value, spaces, ascii_only):
    text = json.dumps(value, separators=spaces, ensure_ascii=ascii_only)
    data, tape = tape_of(f" {text}\n")
    if "e-" in text and not tape:
        return
    assert value_at(data, tape, 0) == json.loads(text)


@given(VALUES, st.data())
def test_what_is_no_json_has_no_tape(value, draw):
    text = json.dumps(value)
    place = draw.draw(st.integers(0, len(text)))
    spoilt = text[:place] + draw.draw(st.sampled_from([*'{}[],:"\\-.0', "\n", "null"])) + text[place + 1 :]
    data, tape = tape_of(spoilt)
    if tape:
        assert value_at(data, tape, 0) == json.loads(spoilt)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "{",
            "[",
            '{"a"',
            '{"a":',
            '{"a":1',
            '{"a":1,}',
            "[1,]",
            "[1 2]",
            "[]]",
            '{"a" 1}',
            "{1:2}",
        ),
        *("01", "-", "1.", ".5", "+1", "tru", "truee", "NaN", '"', '"\t"', '"\\x"', '"\\u12g4"', "'a'", "{]"),
        *('"\\ud83d"', '"\\ude00"', '"\\ud83d\\u0041"', "1e5"),
    ],
)
def test_these_have_none(text):
    assert tape_of(text)[1] == []


def test_a_string_says_whether_a_backslash_is_in_it():
    data, tape = tape_of(r'["a\"b", "plain", "\ud83d\ude00"]')
    assert [(data[row[BEGIN] : row[END]], row[ESCAPED]) for row in tape[1:]] == [
        (rb'"a\"b"', 1),
        (b'"plain"', 0),
        (rb'"\ud83d\ude00"', 1),
    ]


@pytest.mark.parametrize(("text", "rows", "depth"), [("[1,2,3]", 4, 64), ("[[[]]]", 100, 2)])
def test_a_text_without_room_for_its_tape_has_none(text, rows, depth):
    assert tape_of(text, rows, depth)[1] == []
    assert len(tape_of(text)[1]) > 0

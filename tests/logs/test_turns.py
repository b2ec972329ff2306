"""What lists of messages say: the quick pass says what the slow reading says, or leaves the list to it."""

import json

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillscan.logs import body
from distillscan.logs.turns import said_in

TEXTS = st.sampled_from(["", "hi", "a\nb", 'ä"q\\', "😀", "[x", "{y", "\u0001", "/", "\0"]) | st.text(
    st.characters(codec="utf-8"), max_size=5
)
ODD = st.sampled_from([None, 5, True, [], {}, ["x"], "s", {"text": "d"}])
KINDS = st.sampled_from(["text", "input_text", "image", None, 5, 't"'])
ROLES = st.sampled_from(["user", "system", "developer", "human", "assistant", "tool", None, 5, 'u"'])
PARTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={"type": KINDS, "text": TEXTS | ODD, "content": TEXTS | ODD, "guardContent": ODD, "id": ODD},
    )
    | ODD,
    max_size=3,
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={"role": ROLES, "content": TEXTS | PARTS | ODD, "parts": PARTS | ODD, "calls": ODD},
)
LISTS = st.lists(MESSAGES | ODD, max_size=4) | MESSAGES | ODD


def read(*texts, kind=None, wanted=True):
    lists = pa.chunked_array([pa.array([None, *texts], kind or pa.string())]).slice(1)
    said = said_in(lists, pa.chunked_array([pa.array([wanted] * len(lists))]))
    return [texts.to_pylist() for texts in (said.user, said.system, said.opening, said.left)]


def slowly(text):
    user, system = body.last_user_text("turns"), body.system_text("NULL::VARCHAR", "NULL::VARCHAR", "turns")
    opening = body.first_of_several_user_texts("turns")
    turns = f"SELECT {body.turns('said')} AS turns FROM (SELECT ? AS said)"
    return duckdb.execute(f"SELECT {user}, {system}, {opening} FROM ({turns})", [text]).fetchall()[0]


@settings(max_examples=150)
@given(LISTS, st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_a_list_means_the_same_read_quickly_or_slowly(messages, ascii_only, spaces):
    text = json.dumps(messages, ensure_ascii=ascii_only, separators=spaces)
    *((user,), (system,), (opening,)), (left,) = read(text)
    assert left == text or (user, system, opening) == slowly(text)


def test_what_clients_write_is_read_quickly():
    texts = [
        [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi\n\u00e4\U0001f600"}],
        [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image"}, {"text": "b"}]}],
        [{"role": "user", "parts": [{"type": "text", "content": "one"}]}, {"role": "user", "content": ""}],
        [{"role": "developer", "content": "x"}, {"role": "system", "content": "y"}],
        [],
    ]
    user, system, _, left = read(*map(json.dumps, texts), kind=pa.large_string())
    assert user == ["Hi\nä😀", "a\nb", "one", None, None]
    assert system == ["Be kind.", None, None, "x\ny", None]
    assert left == [None] * 5


@pytest.mark.parametrize(
    ("texts", "last", "opening"),
    [
        (["one"], "one", None),
        (["one", ""], "one", None),
        (["", "one", "two", "three"], "three", "one"),
        (["\u00e4" * 60, "two"], "two", "\u00e4" * 48),
        (["a" + "\u00e4" * 60, "two"], "two", "a" + "\u00e4" * 47),
    ],
)
def test_of_a_conversation_the_last_text_is_read_and_how_it_began(texts, last, opening):
    turns = [{"role": "user", "content": text} for text in texts]
    (user,), _, (found,), _ = read(json.dumps(turns))
    assert (user, found) == (last, opening)


@pytest.mark.parametrize(
    "text",
    [
        '[{"role":"user","content":"cut o',
        '[{"role":"user","role":"system","content":"x"}]',
        '[{"r\\u006fle":"user","content":"x"}]',
        '[{"role":"user","content":"a\\u0000b"}]',
        '[{"role":"user","content":"a\\ud800"}]',
        '[{"role":"user","content":5}]',
        '[{"role":"user","content":"x","parts":[]}]',
        "[" * 100 + "]" * 100,
        "plain",
    ],
)
def test_what_is_in_doubt_is_left(text):
    assert read(text) == [[None], [None], [None], [text]]


def test_a_list_that_is_not_wanted_is_left():
    text = '[{"role":"user","content":"x"}]'
    assert read(text, wanted=False) == [[None], [None], [None], [text]]

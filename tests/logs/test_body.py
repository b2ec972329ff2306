"""Which text of a message body is the prompt, and which the system prompt."""

import json

import pytest

from tests.logs.reading import read

PART = {"type": "text", "text": "part"}


def request(tmp_path, **fields) -> dict:
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps({"account_id": "a1", "timestamp": "2026-01-02", **fields}) + "\n")
    return read(path)[0]


@pytest.mark.parametrize(
    ("messages", "prompt"),
    [
        ([{"role": "user", "content": "one"}, {"role": "user", "content": "two"}], "two"),
        ([{"role": "user", "content": "ask"}, {"role": "assistant", "content": "answer"}], "ask"),
        (
            [{"role": "user", "content": [PART, {"type": "image_url"}, {"type": "input_text", "text": "b"}]}],
            "part\nb",
        ),
        (
            [
                {"role": "user", "content": "ask"},
                {"role": "user", "content": [{"type": "tool_result", "content": "r"}]},
            ],
            "ask",
        ),
        ([{"role": "user", "content": "ask"}, {"role": "user", "content": ""}], "ask"),
        ([{"role": "tool", "content": "result"}], None),
        ([{"role": "user", "content": "[1] is no list"}], "[1] is no list"),
        (
            [{"role": "user", "content": '[{"type": "text", "text": "said"}]'}],
            '[{"type": "text", "text": "said"}]',
        ),
        ([{"role": "user", "content": "{x} is"}, {"role": "user", "content": [PART]}], "part"),
        ([{"role": "user", "content": {"text": "an object"}}], None),
        ({"role": "user", "content": "alone"}, "alone"),
        (json.dumps([{"role": "user", "content": "in a string"}]), "in a string"),
        ([], None),
        ([1, "x", None, {"role": 5}], None),
        ("[broken", None),
    ],
)
def test_the_prompt_is_the_last_user_text(tmp_path, messages, prompt):
    assert request(tmp_path, messages=messages)["prompt"] == prompt


def test_a_prompt_stands_before_the_messages(tmp_path):
    assert request(tmp_path, prompt="own", messages=[{"role": "user", "content": "other"}])["prompt"] == "own"


def test_messages_may_stand_in_the_prompt_field(tmp_path):
    row = request(tmp_path, prompt=[{"role": "system", "content": "s"}, {"role": "user", "content": "u"}])
    assert (row["prompt"], row["system"]) == ("u", "s")


def test_a_prompt_that_only_looks_like_messages_is_a_text(tmp_path):
    assert request(tmp_path, prompt='[{"key": 1}]')["prompt"] == '[{"key": 1}]'


@pytest.mark.parametrize(
    ("system", "text"), [("own", "own"), ([PART, PART], "part\npart"), ("[not json", "[not json")]
)
def test_top_level_system_prompts(tmp_path, system, text):
    assert request(tmp_path, system=system)["system"] == text


def test_system_messages_follow_the_top_level_one(tmp_path):
    messages = [{"role": "system", "content": "two"}, {"role": "developer", "content": [PART]}]
    assert request(tmp_path, system="one", messages=messages)["system"] == "one\ntwo\npart"


@pytest.mark.parametrize("mark", ["[REDACTED]", "***", "redacted-by-gateway", "<content filtered>"])
def test_a_mark_in_place_of_a_prompt_is_no_prompt(tmp_path, mark):
    row = request(tmp_path, prompt=mark)
    assert (row["prompt"], row["prompt_chars"], row["prompt_redacted"]) == (None, 0, True)


def test_words_about_redaction_are_a_prompt(tmp_path):
    assert not request(tmp_path, prompt="explain what redacted means")["prompt_redacted"]


@pytest.mark.parametrize(
    "text", ["head ... (litellm_truncated skipped 90 chars) ... tail", "head [truncated]"]
)
def test_a_cut_prompt_is_kept_and_marked(tmp_path, text):
    row = request(tmp_path, prompt=text)
    assert (row["prompt"], row["prompt_truncated"]) == (text, True)


def test_tools_have_one_key_whatever_their_white_space(tmp_path):
    tight = request(tmp_path, tools='[{"name":"f"}]')["tools_key"]
    assert tight == request(tmp_path, tools=[{"name": "f"}])["tools_key"]
    assert tight != request(tmp_path, tools=[{"name": "g"}])["tools_key"]
    assert request(tmp_path, tools=[])["tools_key"] is None


def test_parameters_have_a_key_when_one_is_set(tmp_path):
    assert request(tmp_path)["parameters_key"] is None
    assert (
        request(tmp_path, temperature=1.0)["parameters_key"]
        == request(tmp_path, temperature="1")["parameters_key"]
    )
    assert request(tmp_path, temperature=1)["parameters_key"] != request(tmp_path, top_p=1)["parameters_key"]


def test_optional_fields_of_a_wrong_type_are_missing(tmp_path):
    row = request(
        tmp_path, status_code="fine", input_tokens={"n": 1}, client_ip=5, temperature="hot", stream=[1]
    )
    assert row["reason"] is None
    assert [row[name] for name in ("status_code", "input_tokens", "client_ip", "parameters_key")] == [
        None
    ] * 4

"""Which format a file is taken for, and what is said of doubt."""

import json

import pytest

from distillscan.logs import recognise as module
from distillscan.logs.dryrun.preview import preview
from distillscan.logs.formats.format import Format, Rule
from distillscan.logs.mapping import AUTO, Mapping
from distillscan.logs.recognise import fits, mapping_for, reading_of, recognise
from distillscan.logs.record import record_of
from distillscan.logs.sample import RawRecord, take_sample

REQUESTS = record_of("requests")
FLAT = {"account_id": "a", "timestamp": 1767323045}
ONE_API = {"user_id": 1, "token_name": "t", "model_name": "m", "quota": 1, "prompt_tokens": 1, "type": 2}


def recognised(tmp_path, rows, record=REQUESTS):
    path = tmp_path / "log.jsonl"
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows))
    return recognise(take_sample(path, record), record)


def test_the_canonical_names_are_the_flat_format(tmp_path):
    found = recognised(tmp_path, [FLAT] * 9 + [FLAT | ONE_API])
    assert (found.format, found.share, found.doubt) == ("flat", 1.0, None)


def test_the_votes_of_the_records_decide(tmp_path):
    found = recognised(tmp_path, [ONE_API] * 19 + [FLAT, "broken\n"])
    assert (found.format, found.share, found.doubt) == ("one-api", 0.95, None)


def test_a_mixed_file_is_doubted(tmp_path):
    found = recognised(tmp_path, [ONE_API] * 3 + [FLAT])
    assert found.format == "one-api"
    assert "only 75 %" in found.doubt


def test_two_formats_that_fit_alike_are_both_named(tmp_path, monkeypatch):
    twins = tuple(Format(name, name, Rule(keys=("x",)), {}) for name in ("second", "first"))
    monkeypatch.setattr(module, "FORMATS", twins)
    found = recognised(tmp_path, [{"x": 1}])
    assert found.format == "first"
    assert found.doubt == "second fit as well as first; name one with --format"


@pytest.mark.parametrize("rows", [[], ["broken\n"], [{"x": 1}]])
def test_what_no_format_fits_is_read_as_flat_and_said(tmp_path, rows):
    found = recognised(tmp_path, rows)
    assert (found.format, found.share) == ("flat", 0)
    assert "no format fits" in found.doubt


def test_only_formats_of_the_asked_kind_take_part(tmp_path):
    assert recognised(tmp_path, [ONE_API], record_of("accounts")).format == "flat"


def test_a_map_is_of_the_format_that_the_records_show_and_of_flat_records_where_that_is_in_doubt(tmp_path):
    own = Mapping((("account_id", "x"),))
    chosen = reading_of(own, AUTO, REQUESTS)
    assert reading_of(own, "litellm", REQUESTS) == Mapping(own.paths, "litellm")
    assert reading_of(Mapping(), "litellm", record_of("accounts")) == Mapping(format=AUTO)
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps(ONE_API) + "\n")
    assert mapping_for(path, REQUESTS, Mapping(format=AUTO)) == (Mapping(format="one-api"), None)
    assert mapping_for(path, REQUESTS, chosen) == (Mapping(own.paths, "one-api"), None)
    assert mapping_for(path, REQUESTS, Mapping()) == (Mapping(), None)
    path.write_text(json.dumps(ONE_API) + "\n" + json.dumps({"x": "a"}) + "\n")
    assert mapping_for(path, REQUESTS, chosen) == (own, None)


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        (Rule(keys=("a.b",)), {"a": {"b": None}}, {"a": {"c": 1}}),
        (Rule(keys=("a.b",)), {"a": '{"b": 1}'}, {"a": "{b"}),
        (Rule(keys=("a.b",)), {"a.b": 1}, {"a": [1]}),
        (Rule(any_of=(("a", "b"), ("c",))), {"b": 1, "c": 1}, {"a": 1, "b": 1}),
        (Rule(absent=("a",)), {"b": 1}, {"a": None}),
        (Rule(values={"a": ("1", "x")}), {"a": 1}, {"a": 2}),
        (Rule(values={"a": ("x",)}), {"a": "x"}, {"b": "x"}),
        (Rule(key_starts=("genai_",)), {"genai_model": 1}, {"x": {"genai_model": 1}}),
        (Rule(mentions=('"gen_ai.',)), {"x": [{"key": "gen_ai.system"}]}, {"x": "system"}),
        (Rule(silent_on=('"gen_ai.',)), {"x": 1}, {"x": [{"gen_ai.system": 1}]}),
    ],
)
def test_rules_say_what_a_record_must_have(rule, yes, no):
    assert fits(rule, RawRecord(yes))
    assert not fits(rule, RawRecord(no))


BODY = {"messages": [{"role": "user", "content": "Why?"}]}


@pytest.mark.parametrize("place", ["request_body", "input"])
def test_canonical_names_beside_a_body_leave_its_texts_to_be_read(tmp_path, place):
    row = FLAT | {place: BODY, "input_tokens": 7, "error": "none", "upstream_account_id": "pool-1"}
    found = recognised(tmp_path, [row])
    assert (found.format, found.doubt) == ("wrapped-bodies", None)
    assert recognised(tmp_path, [row | {"prompt": "Why?"}]).format == "flat"
    seen = preview(tmp_path / "log.jsonl", "log", REQUESTS, Mapping(format="wrapped-bodies"), "account_id")
    assert {"prompt", "input_tokens", "error", "upstream_account_id"} <= set(seen.filled)


def test_a_body_whose_input_is_a_text_is_bare(tmp_path):
    row = FLAT | {"model": "m", "input": "Why?", "instructions": "Be kind.", "output_tokens": 3}
    assert recognised(tmp_path, [row]).format == "bodies"
    seen = preview(tmp_path / "log.jsonl", "log", REQUESTS, Mapping(format="bodies"), "account_id")
    assert {"prompt", "system", "output_tokens"} <= set(seen.filled)

"""Spans cut out of lines: by the compiled pass the same as one after the other."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillscan.logs.formats import telemetry, telemetry_unusual
from distillscan.logs.formats.telemetry_unusual import Layout, cut_unusual
from distillscan.logs.readers.jsonl import LINES

LAYOUT = Layout("resourceSpans", "scopeSpans", "spans", "span")
KEYS = st.sampled_from(["user.id", "gen_ai.prompt.0.content", "ü", "llm.tools.1.tool.json_schema"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
SCALARS = (
    st.builds(lambda text: {"stringValue": text}, TEXTS)
    | st.builds(lambda number: {"intValue": str(number)}, st.integers(-99, 99))
    | st.builds(lambda number: {"doubleValue": number / 4}, st.integers(-9, 9))
    | st.sampled_from([{"boolValue": True}, {}])
)


def pairs(values):
    return st.lists(st.builds(lambda key, value: {"key": key, "value": value}, KEYS, values), max_size=4)


def listed(values):
    return st.builds(lambda found: {"arrayValue": {"values": found}}, st.lists(values, max_size=3))


def keyed(values):
    return st.builds(lambda found: {"kvlistValue": {"values": found}}, pairs(values))


VALUES = SCALARS | listed(SCALARS | keyed(SCALARS | listed(keyed(SCALARS)))) | keyed(SCALARS)
SPANS = st.fixed_dictionaries(
    {"traceId": TEXTS}, optional={"attributes": pairs(VALUES), "events": st.just([{"name": "e"}])}
)
SCOPES = st.fixed_dictionaries({}, optional={"scope": st.just({}), "spans": st.lists(SPANS, max_size=3)})
OWNERS = st.fixed_dictionaries(
    {},
    optional={
        "scopeSpans": st.lists(SCOPES, max_size=3),
        "resource": st.fixed_dictionaries({}, optional={"attributes": pairs(SCALARS)}),
    },
)
BATCHES = st.builds(lambda owners: {"resourceSpans": owners}, st.lists(OWNERS, max_size=3))


def table(*lines):
    return pa.table(
        [pa.array(range(1, len(lines) + 1), pa.int64()), pa.array(lines, pa.string())], schema=LINES
    )


def rows(found):
    return list(zip(*found.to_pydict().values(), strict=True))


def cut(*lines):
    return rows(telemetry.cut_records(table(*lines), LAYOUT))


def slowly(*lines):
    return rows(cut_unusual(table(*lines), LAYOUT))


def first(pairs):
    return dict(reversed(pairs))


def outcome(found):
    """The records; by the compiled pass only attributes with a number in the key stand in the span, too."""
    records = []
    for number, text in found:
        record = json.loads(text, object_pairs_hook=first)
        held = record.get("span", {}).get("attributes", [])
        held[:] = [pair for pair in held if any(f".{digit}" in str(pair["key"]) for digit in range(10))]
        records.append((number, record))
    return records


@settings(max_examples=100)
@given(st.lists(BATCHES, min_size=1, max_size=3), st.booleans())
def test_the_records_are_those_of_the_slow_way(batches, spaced):
    separators = (", ", ": ") if spaced else (",", ":")
    lines = [json.dumps(batch, separators=separators, ensure_ascii=spaced) for batch in batches]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telemetry, "cut_unusual", only_without_records)
        assert outcome(cut(*lines)) == outcome(slowly(*lines))


def only_without_records(lines, layout):
    assert all('"traceId"' not in text or "\\u00fc" in text for text in lines["line"].to_pylist())
    return cut_unusual(lines, layout)


def line(attributes='[{"key":"a","value":{"stringValue":"b"}}]', span='"traceId":"1"'):
    spans = f'[{{{span},"attributes":{attributes}}}]'
    return f'{{"resourceSpans":[{{"resource":{{}},"scopeSpans":[{{"spans":{spans}}}]}}]}}'


@pytest.mark.parametrize(
    "strange",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"resourceSpans":[]}',
        '{"resourceSpans":null}',
        '{"resourceSpans":{}}',
        '{"resourceSpans":[3]}',
        line()[:-1],
        f"{line()}{line()}",
        line(span='"traceId":"\\ud83d"'),
        line(span='"traceId":NaN'),
        line(span='"attributes":[]'),
        line(attributes="null"),
        line(attributes="[null]"),
        line(attributes='[{"key":"a"}]'),
        line(attributes='[{"value":{}}]'),
        line(attributes='[{"key":1,"value":{}}]'),
        line(attributes='[{"key":"a","key":"b","value":{}}]'),
        line(attributes='[{"key":"\\u0061","value":{}}]'),
        line(attributes='[{"\\u006bey":"a","key":"a","value":{}}]'),
        line(attributes='[{"key":"a","value":"b"}]'),
        line(attributes='[{"key":"a","value":{"stringValue":"b","intValue":"3"}}]'),
        line(attributes='[{"key":"a","value":{"stringValue":{}}}]'),
        line(attributes='[{"key":"a","value":{"arrayValue":{"values":[3]}}}]'),
        line(attributes='[{"key":"a","value":{"arrayValue":[]}}]'),
        line(attributes='[{"key":"a","value":' + '{"arrayValue":{"values":[' * 30 + "]}}" * 30 + "}]"),
    ],
)
def test_an_unusual_line_is_read_alone_and_spoils_no_other(strange, monkeypatch):
    left = []

    def noted(lines, layout):
        left.extend(lines["row_number"].to_pylist())
        return cut_unusual(lines, layout)

    monkeypatch.setattr(telemetry, "cut_unusual", noted)
    found = cut(line(), strange, line())
    assert left == [2]
    assert outcome(found[:1] + found[-1:]) == outcome(slowly(line(), line(span='"traceId":NaN'), line())[::2])
    assert found[1:-1] == [row for row in slowly("{}", strange) if row[0] > 200_000_000]


def test_what_finds_no_room_goes_on_in_the_next_one_or_is_unusual(monkeypatch):
    long = line(attributes='[{"key":"a","value":{"stringValue":"' + 1000 * "b" + '"}}]')
    whole = outcome(cut(line(), line(), long, line()))
    monkeypatch.setattr(telemetry, "_OUT_BYTES", 2 * len(line()) + 256)
    assert outcome(cut(line(), line(), long, line())) == whole
    monkeypatch.setattr(telemetry, "_OUT_RECORDS", 1)
    assert outcome(cut(line(), line(), long, line())) == whole


def test_a_line_that_would_make_too_much_stands_for_itself(monkeypatch):
    monkeypatch.setattr(telemetry_unusual, "_MOST_CHARACTERS", 10)
    assert slowly(line()) == [(100_000_001, line())]


def test_of_a_key_that_stands_there_twice_the_first_value_counts():
    twice = '[{"key":"a","value":{"intValue":1,"x":2}},{"key":"a","value":{"intValue":3}}]'
    ((_, text),) = slowly(line(attributes=twice, span='"traceId":"1","traceId":"2"'))
    record = json.loads(text)
    assert (record["attributes"], record["span"]["traceId"]) == ({"a": 1}, "1")


def test_a_list_inside_an_attribute_stands_without_its_wrapping():
    value = {"arrayValue": {"values": [{"intValue": "3"}, {"doubleValue": 0.5}, {}, {"boolValue": False}]}}
    written = line(attributes=json.dumps([{"key": "a", "value": value}]))
    for ((_, text),) in (cut(written), slowly(written)):
        assert json.loads(text)["attributes"] == {"a": ["3", "0.5", None, "false"]}

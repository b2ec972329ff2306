"""Which keys the lines of a block can have: none is missed, however the JSON spells it."""

import json

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distillscan.logs.mapping import json_paths
from distillscan.logs.quoted import paths_in


def lines_of(*texts, kind=None):
    return pa.chunked_array([pa.array(texts, kind or pa.string())])


def test_a_path_is_there_when_all_its_keys_are():
    lines = lines_of('{"a": {"b.c": 1}}', '{"d": [{"e" : 2}]}')
    asked = ["$.a", '$."a"."b.c"', "$.a.b", "$.d[0].e", "$.none", "$.d[0].none"]
    assert paths_in(lines, asked).paths == {"$.a", '$."a"."b.c"', "$.d[0].e"}


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"body": json.dumps({"model": "m"})}),
        json.dumps({"body": json.dumps({"inner": json.dumps({"model": "m"})})}),
        '{"mod\\u0065l": 1}',
        '{"body": "{\\u0022model\\u0022:1}"}',
        '{"body": "{\\"mod\\\\u0065l\\":1}"}',
        '{"body": "\\u005c\\u0022"}',
    ],
)
def test_no_spelling_hides_a_key(line):
    assert "$.model" in paths_in(lines_of(line), ["$.model"]).paths


@pytest.mark.parametrize("before", range(20))
@pytest.mark.parametrize("behind", ["", "\\n", "ü" * 9])
def test_a_key_is_seen_wherever_it_stands(before, behind):
    line = '{"text":"' + "x" * before + behind + '","model":1}'
    assert paths_in(lines_of("{}", line), ["$.model", "$.mode", "$.none"]).paths == {"$.model"}


def test_the_begin_of_a_numbered_key_is_there():
    lines = lines_of('{"attributes": [{"key": "said.0.content"}, {"key": "10"}]}')
    assert paths_in(lines, ['$."said."', '$."sai"', '$."said.0."']).paths == {'$."said."'}


def test_only_the_rows_of_a_slice_count():
    lines = pa.array(['{"first": 1}', '{"second": 2}'], pa.large_string())[1:]
    assert paths_in(pa.chunked_array([lines]), ["$.first", "$.second"]).paths == {"$.second"}


def test_a_block_without_lines_has_no_keys():
    assert paths_in(pa.chunked_array([], pa.string()), ["$.a"]).paths == frozenset()


@pytest.mark.parametrize("value", ['"text"', "[{}]", "1", r'"{\"a\": 1}"', " [1]", "true"])
def test_what_only_leads_to_objects_is_told_from_what_may_be_a_text(value):
    paths = ["$.body", '$."body"', "$.body.inner", "$.inner", "$.body[0]"]
    objects = ['{"body":{"inner":1}}', '{"body" : {"inner": {}}, "x": 1}', '{"body": null}']
    assert paths_in(lines_of(*objects), paths).objects == {"$.body", '$."body"'}
    assert not paths_in(lines_of(*objects, f'{{"body":{value}}}'), paths).objects
    assert not paths_in(lines_of(*objects, f'{{"b\\u006fdy":{value}}}'), paths).objects


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")), max_size=4
    ),
    st.booleans(),
)
def test_every_key_of_a_record_is_found(record, dumped):
    line = json.dumps(record) if dumped else orjson.dumps(record).decode()
    asked = [path for key in record for path in json_paths(key)[:1]]
    assert paths_in(lines_of(line), asked).paths == set(asked)

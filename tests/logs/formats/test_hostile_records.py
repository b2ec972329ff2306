"""Records that only look like those of a format: nothing raises, and each line is accounted for."""

import json

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.dryrun.likeness import suggested_map
from distillscan.logs.formats import FORMATS
from distillscan.logs.formats.format import RECORDS_A_LINE
from distillscan.logs.mapping import Mapping
from distillscan.logs.recognise import fits, recognise
from distillscan.logs.sample import RawRecord, leaves, take_sample
from tests.logs.formats.fixtures import account_field, logs_of, record_for

NASTY = [
    *(None, True, -1, 10**400, 1e308, "", "\0", "\ud800", "{", "[{", '{"a":', "[[[[[[", "1e999", "9" * 400),
    *([], [None, 1, "x", {}], {}, "\u2028" * 3, "data: {}\n\ndata: [DONE]"),
    {"role": 5, "content": {"parts": [1]}},
    [{"role": "user", "content": [[]]}],
    '[{"role": "user", "content": {"text": 1}}]',
    [{"choices": "x", "delta": 1, "usage": []}],
    {"choices": {"0": 1}},
    {"usage": {"prompt_tokens": "many"}},
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def spoilt(values):
    """A record with each nasty value under each of its keys, as it is and as JSON in a string."""
    for key, value in values.items():
        for nasty in NASTY:
            yield values | {key: nasty}
            yield values | {key: json.dumps(nasty)}
            if isinstance(value, dict):
                yield from (values | {key: value | {inner: nasty}} for inner in value)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_no_value_breaks_a_format(format_):
    (path, *_) = logs_of(format_)
    record, mapping = record_for(format_), Mapping(format=format_.name)
    fixture = take_sample(path, record).records[0].values
    lines = [json.dumps(values) for values in spoilt(fixture)]
    block = pa.table({"row_number": list(range(1, len(lines) + 1)), "line": lines})
    with duckdb.connect() as connection:
        configure(connection)
        rows = canonical_rows(connection, block, record, mapping, account_field(record))
    numbers = rows["row_number"].to_pylist()
    assert len(set(numbers)) == len(numbers)
    step = RECORDS_A_LINE if format_.has_several_a_line else 1
    assert {number // step for number in numbers} == set(range(1, len(lines) + 1))


@settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=6))
def test_no_record_breaks_recognition_or_the_suggestion(values):
    found = RawRecord(values)
    for format_ in FORMATS:
        fits(format_.rule, found)
        suggested = suggested_map([found], record_for(format_))
        assert set(suggested.values()) <= set(leaves(found))


def test_no_line_breaks_recognition(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"a": ' * 5000 + b"\n" + b'{"a": 1e999, "b": NaN}\n[1]\n"x"\n{"a": "\\ud800"}\n{}\n')
    record = record_for(FORMATS[0])
    assert recognise(take_sample(path, record), record).share == 0

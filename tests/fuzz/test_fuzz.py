"""The promises of `target` on bytes of hypothesis; `run` searches for as long as it is told to."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.target import GOOD, SHAPES, check

NUMBERS = st.sampled_from(["NaN", "-Infinity", "1e999", "9" * 400, "-0", "1767323045", "0x1f", "1."])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)).map(json.dumps) | NUMBERS
ODD = st.sampled_from(['"\\ud800"', '"\\u0000"', '"\x00"', "'x'", "{}", "[]", '"\\x"', '"', "[" * 2000, "\\"])
NAMES = st.sampled_from([*GOOD, "messages", "model", "tools", "system", "client_ip", "request_id", "usage"])
VALUES = st.recursive(
    SCALARS | ODD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"[{','.join(parts)}]"),
        st.lists(st.tuples(st.sampled_from(["role", "content", "type", "text"]), inner), max_size=3).map(
            lambda pairs: "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"
        ),
    ),
    max_leaves=6,
)
RECORDS = st.lists(st.tuples(NAMES, VALUES), max_size=6).map(
    lambda pairs: "{" + ",".join(f'"{name}": {value}' for name, value in pairs) + "}"
)


@pytest.mark.parametrize("shape", range(len(SHAPES)))
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=60) | RECORDS.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_nothing_gets_loose_and_nothing_is_lost(tmp_path_factory, shape, data):
    check(tmp_path_factory.mktemp("fuzz"), shape, data)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, min_size=20, max_size=60))
def test_odd_records_cost_no_good_one(tmp_path_factory, records):
    check(tmp_path_factory.mktemp("fuzz"), 1, "\n".join(records).encode("utf-8", "surrogatepass"))

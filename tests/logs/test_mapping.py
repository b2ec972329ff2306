"""Column maps."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_cases import write_jsonl

from distillscan.errors import LogError
from distillscan.logs.dryrun.preview import preview
from distillscan.logs.mapping import Mapping, load_mapping
from distillscan.logs.record import record_of
from tests.logs.reading import read


def test_dotted_paths_reach_nested_values_and_keys_with_dots(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text(
        '{"user": {"id": "a1"}, "timestamp": 1767323045}\n'
        '{"user.id": "a2", "timestamp": 1767323045}\n'
        '{"user": "no object", "timestamp": 1767323045}\n'
    )
    assert [row["account_id"] for row in read(path, account_id="user.id")] == ["a1", "a2", None]


def test_paths_lead_through_json_in_a_string(tmp_path):
    said = {"who": {"id": "a1"}, "at": 1767323045, "text": "Why?"}
    lines = [{"log": json.dumps(said) + "\n"}, {"log": said}, {"log": "begin"}, {"log": "{cut"}]
    log = write_jsonl(tmp_path / "log.jsonl", lines)
    rows = read(log, account_id="log.who.id", timestamp="log.at", prompt="log.text")
    assert [row["account_id"] for row in rows] == ["a1", "a1", None, None]
    assert [row["prompt"] for row in rows[:2]] == ["Why?", "Why?"]
    assert [row["reason"] for row in rows[2:]] == ["missing_account_id"] * 2
    whole = write_jsonl(tmp_path / "whole.jsonl", [{"a": {"b": json.dumps(said)}, "a.b": "none"}])
    (row,) = read(whole, account_id="a.b.who.id", timestamp="a.b.at")
    assert row["account_id"] == "a1"


def test_paths_lead_to_a_position_in_a_list_and_below_keys_that_begin_with_a_dollar(tmp_path):
    row = {
        "who": {"$oid": "64b7"},
        "at": {"$date": "2026-03-02T00:00:01Z"},
        "hops": ["203.0.113.7", "10.0.0.1"],
    }
    log = write_jsonl(tmp_path / "log.jsonl", [row | {"said": {"0": "Why?"}}])
    (found,) = read(log, account_id="who.$oid", timestamp="at.$date", client_ip="hops.0", prompt="said.0")
    assert found["account_id"] == "64b7"
    assert found["client_ip"] == "203.0.113.7"
    assert found["prompt"] == "Why?"
    table = pa.table({"account_id": ["a1"], "timestamp": ["2026-03-02"], "hops": [["203.0.113.7"]]})
    pq.write_table(table, tmp_path / "log.parquet")
    (found,) = read(tmp_path / "log.parquet", client_ip="hops.0")
    assert found["client_ip"] == "203.0.113.7"


def test_a_map_beside_a_format_leads_through_json_in_a_string(tmp_path):
    body = {"user": "u1", "messages": [{"role": "user", "content": "Why?"}]}
    lines = [{"ts": 1767323045, "request_body": json.dumps(body)}, {"ts": 1767323045, "request_body": body}]
    log = write_jsonl(tmp_path / "log.jsonl", lines)
    seen = preview(
        log,
        "log",
        record_of("requests"),
        Mapping((("account_id", "request_body.user"),), "wrapped-bodies"),
        "account_id",
    )
    assert (seen.filled["account_id"], seen.filled["prompt"], seen.rejected) == (1, 1, {})


def test_paths_with_quotes_are_only_names(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('{"it\'s \\"id\\"": "a1", "timestamp": 1767323045}\n')
    assert read(path, account_id='it\'s "id"')[0]["account_id"] == "a1"


def test_a_side_table_with_the_canonical_names_is_read_beside_a_map_of_the_log(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("account_id,mail\na1,x@example.com\n")
    (row,) = read(path, "accounts", account_id="user.id", email="mail")
    assert (row["account_id"], row["email"]) == ("a1", "x@example.com")
    with pytest.raises(LogError, match=r"no column 'user\.id' for requests"):
        read(path, account_id="user.id", timestamp="mail")


def test_a_map_is_read_from_toml_in_one_order(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text('timestamp = "time"\naccount_id = "user.id"\n')
    assert load_mapping(path).canonical_json() == '{"account_id":"user.id","timestamp":"time"}'


def test_a_section_holds_for_its_table_in_place_of_the_lines_for_all(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text('account_id = "user.id"\ncountry = "land"\n[accounts]\naccount_id = "number"\n')
    mapping = load_mapping(path)
    assert dict(mapping.of_record(record_of("accounts")).paths) == {"account_id": "number"}
    assert dict(mapping.of_record(record_of("requests")).paths) == {
        "account_id": "user.id",
        "country": "land",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("account_id = 'a'\naccount_id = 'b'", r"each name once, and those of another table below"),
        ("[accounts]\nmodel = 'x'", "known are: account_id, org_id"),
        ("[events]\ndate = 5", "must be text"),
        ("account = 'x'", "known are: requests: account_id"),
        ("account_id = 5", "must be text"),
        ("account_id = 'a..b'", "must be text"),
        ("account_id", "no column map"),
    ],
)
def test_a_bad_map_says_what_is_allowed(tmp_path, text, message):
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(LogError, match=message):
        load_mapping(path)


def test_a_missing_map_is_a_clear_error(tmp_path):
    with pytest.raises(LogError, match="cannot read the column map"):
        load_mapping(tmp_path / "map.toml")


def test_the_account_field_chooses_what_an_account_is(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text(
        '{"org_id": "o1", "timestamp": 1767323045}\n{"account_id": "a1", "timestamp": 1767323045}\n'
    )
    rows = read(path, account_field="org_id")
    assert [(row["account_id"], row["reason"]) for row in rows] == [("o1", None), (None, "missing_org_id")]

"""A column map to start from: which keys are like which fields, and how the map is written."""

import json
import tomllib

import pytest

from distillscan.logs.dryrun.likeness import suggested_map
from distillscan.logs.dryrun.suggestion import map_text
from distillscan.logs.mapping import load_mapping
from distillscan.logs.record import record_of
from distillscan.logs.sample import RawRecord

REQUESTS = record_of("requests")


def suggested(*rows):
    return suggested_map([RawRecord(row) for row in rows], REQUESTS)


def test_names_and_the_shape_of_values_decide():
    row = {
        "customerId": "c1",
        "when": "2026-01-02T03:04:05Z",
        "createdAt": 1767323045,
        "net": {"srcIp": "203.0.113.7", "asn_number": 64500, "asn_org": "Example Net"},
        "headers": {"user-agent": "example/1"},
        "system_text": "Be kind.",
        "geo": "IN",
        "question": "Why?",
        "model": "gpt",
    }
    assert suggested(row) == {
        "account_id": "customerId",
        "timestamp": "createdAt",
        "system": "system_text",
        "prompt": "question",
        "client_ip": "net.srcIp",
        "user_agent": "headers.user-agent",
        "asn": "net.asn_number",
        "country": "geo",
    }


def test_an_id_that_repeats_is_not_that_of_requests():
    rows = [{"アカウントID": f"a{n % 3}", "日時": f"2026/03/0{n} 10:00:00"} for n in range(1, 9)]
    assert suggested(*rows) == {"timestamp": "日時"}
    rows = [{"uid": f"a{n % 3}", "call_id": f"c{n // 4}"} for n in range(9)]
    assert suggested(*rows) == {"account_id": "uid"}


def test_an_object_is_no_text_and_what_is_deep_in_it_is_found():
    call = {"gen_ai": {"input": {"messages": [{"role": "user", "content": "Why?"}]}}}
    source = call | {"http": {"response": {"status_code": 200}}, "user_agent": {"original": "example/1"}}
    assert suggested({"_source": source}) == {
        "messages": "_source.gen_ai.input.messages",
        "user_agent": "_source.user_agent.original",
        "status_code": "_source.http.response.status_code",
    }


def test_a_likely_name_with_other_values_is_passed_over():
    assert suggested({"ip": "somewhere", "time": "noon", "status": "fine"}) == {}


def test_one_time_and_one_address_are_known_by_their_values():
    row = {"uid": "c1", "entry": "2026-01-02T03:04:05Z", "peer": {"at": "203.0.113.7"}, "note": "none"}
    assert suggested(row) == {"account_id": "uid", "timestamp": "entry", "client_ip": "peer.at"}
    assert "timestamp" not in suggested(row | {"exit": "2026-01-02T03:04:06Z"})


@pytest.mark.parametrize("time", ["17.03.2026 14:05:09", "[01/Mar/2026:13:55:36 +0000]"])
def test_times_of_spreadsheets_and_web_servers_are_known_by_their_values(time):
    assert suggested({"uid": "c1", "entry": time}) == {"account_id": "uid", "timestamp": "entry"}
    assert suggested({"uid": "c1", "when": "17.03.2026", "entry": time})["timestamp"] == "entry"


def test_what_is_the_same_in_all_records_tells_nobody_apart_where_something_else_does():
    rows = [
        {
            "service_account": "gateway",
            "account": {"created_at": "2025-01-01T00:00:00Z", "uid": f"u{n % 7}"},
            "exported": "2026-04-01T00:00:00Z",
            "received": f"2026-03-01T00:00:{n:02}Z",
            "server_ip": "192.0.2.1",
            "caller_ip": f"203.0.113.{n}",
        }
        for n in range(20)
    ]
    found = {"account_id": "account.uid", "timestamp": "received", "client_ip": "caller_ip"}
    assert suggested(*rows) == found
    named = [{"timestamp": row["exported"], "client_ip": "192.0.2.1"} | row for row in rows]
    assert suggested(*named) == found
    assert suggested(*named[:19]) == {"account_id": "account.uid"}
    alone = [row | {"account": {"uid": "u1"}, "received": "2026-03-01T00:00:00Z"} for row in rows]
    assert suggested(*alone) == {"account_id": "account.uid", "client_ip": "caller_ip"}
    text = map_text(
        {"account_id": "uid", "client_ip": "ip"},
        REQUESTS,
        {"timestamp"},
        remarks={"account_id": "the same in all first records"},
    )
    assert 'account_id = "uid"  # the same in all first records\n' in text
    assert tomllib.loads(text)["requests"] == {"account_id": "uid", "client_ip": "ip"}


def test_the_end_of_a_name_says_whose_it_is():
    assert suggested({"user_api_key_user_id": "u1"}) == {"account_id": "user_api_key_user_id"}
    assert suggested({"user_api_key_hash": "h1"}) == {"api_key_id": "user_api_key_hash"}
    row = {
        "apimSubscriberId_s": "s1",
        "requestHeaders_User_Agent_s": "example/1",
        "TimeGenerated": 1772409815,
    }
    assert suggested(row) == {
        "account_id": "apimSubscriberId_s",
        "timestamp": "TimeGenerated",
        "user_agent": "requestHeaders_User_Agent_s",
    }


def test_keys_that_say_the_type_of_a_value_are_no_names():
    row = {"userId": {"$oid": "64b7"}, "createdAt": {"$date": "2026-01-02T03:04:05Z"}}
    assert suggested(row) == {"account_id": "userId.$oid", "timestamp": "createdAt.$date"}


def test_of_equal_names_the_one_that_stands_higher_is_taken():
    row = {"entry": {"_raw": {"uid": "u1"}, "uid": "u1"}}
    assert suggested(row) == {"account_id": "entry.uid"}


def test_a_number_between_the_units_of_time_is_no_time():
    assert suggested({"uid": "u1", "owner": 123456789012}) == {"account_id": "uid"}
    assert suggested({"uid": "u1", "entry": 1772409815123}) == {"account_id": "uid", "timestamp": "entry"}


def test_the_one_text_that_is_said_is_the_prompt():
    row = {"uid": "u1", "program": "example/1 (some other words)", "Anfrage": "Warum ist der Himmel blau?"}
    found = {"account_id": "uid", "user_agent": "program"}
    assert suggested(row) == found  # it may be the answer
    assert suggested(row | {"response": "So ist er."}) == found | {"prompt": "Anfrage"}
    answered = row | {"response": "So."}
    assert suggested(answered | {"Anfrage": "天空为什么是蓝色的？"})["prompt"] == "Anfrage"
    assert suggested(answered | {"Antwort": "Das liegt an der Streuung."}) == found
    assert "prompt" not in suggested(row | {"messages": [{"role": "user", "content": "Why?"}]})


def test_a_day_beside_the_time_is_no_second_time():
    assert suggested({"entry": "2026-01-02T03:04:05Z", "part": "2026-01-02"}) == {"timestamp": "entry"}


def test_counts_are_no_texts():
    assert suggested({"tokens": {"input": 212, "output": 40}}) == {"input_tokens": "tokens.input"} | {
        "output_tokens": "tokens.output"
    }


def test_the_mailbox_of_an_account_is_known_by_its_values():
    rows = [RawRecord({"contact": f"ada{n}@box.example", "note": "a@b"}) for n in range(3)]
    assert suggested_map(rows, record_of("accounts")) == {"email": "contact"}


def test_an_address_of_an_account_need_not_be_that_of_its_sign_up():
    row = RawRecord({"account_id": "a", "erste_verbindung": "192.0.2.7"})
    assert suggested_map([row], record_of("accounts")) == {}
    two = RawRecord(row.values | {"letzte_verbindung": "192.0.2.9"})
    assert suggested_map([two], record_of("accounts")) == {}


def test_digests_stand_for_addresses_where_the_key_says_so():
    assert suggested({"addr_fp": "5f3c9d2a77aa01bc", "conn": "77aa01bc5f3c9d2a"}) == {"client_ip": "addr_fp"}
    assert suggested({"remote_addr": 3221225988}) == {"client_ip": "remote_addr"}


def test_digests_stand_for_prompts_where_the_export_has_no_others():
    digests = {"account_id": "a", "prompt_hash": "5f3c9d2a", "system_prompt_hash": "77aa01bc"}
    assert suggested(digests) == {"prompt": "prompt_hash", "system": "system_prompt_hash"}
    assert suggested(digests | {"question": "Why?"})["prompt"] == "question"
    assert suggested({"message": "Success", "inputs": "Why is it so?"}) == {"prompt": "inputs"}


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("acct", "account_id"),
        ("cust_ref", "account_id"),
        ("user_uuid", "account_id"),
        ("CallerId", "account_id"),
        ("req_no", "request_id"),
        ("subscriber_no", "account_id"),
        ("uid_digest", "account_id"),
        ("remoteAddr", "client_ip"),
    ],
)
def test_short_words_and_words_for_an_identifier_are_known(key, field):
    value = "203.0.113.7" if field == "client_ip" else "c1"
    assert suggested({key: value}) == {field: key}


def test_what_a_prompt_holds_that_happens_to_be_json_is_no_key():
    texts = ["Why do rivers bend?", '{"prompt": "a lighthouse", "model": "oil"}', "Again, please."]
    assert suggested(*({"utterance": text} for text in texts)) == {"prompt": "utterance"}
    bodies = [{"sent": json.dumps({"prompt": text})} for text in texts]
    assert suggested(*bodies) == {"prompt": "sent.prompt"}


def test_a_key_that_few_records_have_is_judged_by_these():
    rows = [{"user_id": "u1"}] * 200 + [{"user_id": "u1", "system_prompt": "Be kind."}]
    assert suggested(*rows) == {"account_id": "user_id", "system": "system_prompt"}


def test_masked_addresses_and_lists_of_hops_are_addresses():
    assert suggested({"ip": "203.0.113.x"}, {"ip": "203.0.113.7, 10.0.0.1"}) == {"client_ip": "ip"}


def test_the_suggestion_is_a_map_that_can_be_used(tmp_path):
    path = tmp_path / "map.toml"
    hostile = {"account_id": 'user "id"\n\\', "model": "m"}
    path.write_text(map_text(hostile, REQUESTS, {"model"}), encoding="utf-8")
    assert dict(load_mapping(path).of_record(REQUESTS).paths) == hostile
    assert "# timestamp" in path.read_text(encoding="utf-8")
    assert "timestamp" not in tomllib.loads(path.read_text(encoding="utf-8"))


def test_an_empty_list_has_no_first_one():
    assert suggested({"hops": []}, {"hops": False}, {}) == {}

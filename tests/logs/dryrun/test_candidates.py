"""What may hold a field that no key is surely like: lines of the suggested map to choose from."""

import tomllib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_cases import write_jsonl

from distillscan.logs.dryrun.preview import preview
from distillscan.logs.dryrun.suggestion import suggestion
from distillscan.logs.mapping import AUTO, Mapping
from distillscan.logs.record import record_of
from distillscan.reports.terminal import as_text
from distillscan.reports.terminal.preview import previewed


def suggested(tmp_path, row, kind="requests", many=20):
    """The map for records of which each is made by its number."""
    log = write_jsonl(tmp_path / "log.jsonl", [row(n) for n in range(many)])
    record, chosen = record_of(kind), Mapping(format=AUTO)
    seen = preview(log, log.name, record, chosen, "account_id")
    return suggestion(log, seen, record, chosen, alone=True) or ""


def unsure(text):
    return [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ") and " = " in line]


def call(n):
    return {"when": f"2026-03-01T00:00:{n:02}Z", "jwt_sub": f"sub-{n % 7}", "Vorgang": f"v-{n:04}"}


def test_an_account_and_a_request_id_of_odd_names_are_to_be_chosen_and_never_taken(tmp_path):
    text = suggested(tmp_path, lambda n: call(n) | {"zone": f"eu-{n % 2}", "hops": ["192.0.2.1", "10.0.0.1"]})
    assert tomllib.loads(text)["requests"] == {"timestamp": "when", "client_ip": "hops.0"}
    assert unsure(text) == [
        'account_id = "jwt_sub"  # 7 different values in 20 records',
        'account_id = "zone"  # 2 different values in 20 records',
        'request_id = "Vorgang"  # 20 different values in 20 records',
    ]
    assert 'account_id = ""' in suggested(tmp_path, call, many=19)


def test_how_many_accounts_there_are_shows_whether_they_are_the_callers(tmp_path):
    log = write_jsonl(tmp_path / "log.jsonl", [call(n) | {"user": f"u-{n % 3}"} for n in range(9)])
    chosen = Mapping((("account_id", "user"), ("timestamp", "when")))
    seen = preview(log, log.name, record_of("requests"), chosen, "account_id")
    assert "accounts: 3 different in 9 first records" in as_text(previewed(seen, None, None), 100)


def test_records_that_cannot_be_read_at_all_are_counted_by_their_reason(tmp_path):
    (tmp_path / "log.json").write_text("[1,\n2,\n3]")
    pq.write_table(
        pa.table({"account_id": [b"\xff\xfe"] * 4, "timestamp": ["2026-03-02"] * 4}), tmp_path / "log.parquet"
    )
    (tmp_path / "log.csv").write_bytes(b"user,time,text\nu1,2026-03-02,caf\xe9\n")
    expected = {"json": {"not_an_object": 3}, "parquet": {"invalid_utf8": 4}, "csv": {"invalid_utf8": 1}}
    for suffix, rejected in expected.items():
        name = f"log.{suffix}"
        seen = preview(tmp_path / name, name, record_of("requests"), Mapping(format=AUTO), "account_id")
        assert seen.rejected == rejected
        assert next(iter(rejected)) in as_text(previewed(seen, None, None), 100)


def test_a_format_is_asked_for_what_it_has_no_place_for(tmp_path):
    asked = [{"role": "user", "content": "Why do rivers bend?"}]
    text = suggested(tmp_path, lambda n: call(n) | {"ts": 1772409815 + n, "messages": asked})
    assert "--format bodies" in text
    assert [line.split(" =")[0] for line in unsure(text)] == ["account_id", "request_id"]


def test_the_last_word_of_a_name_says_what_it_is(tmp_path):
    text = suggested(
        tmp_path, lambda n: {"api_customer": f"c{n % 3}", "req_uid": f"r{n}", "ts": 1772409815 + n}
    )
    assert tomllib.loads(text)["requests"]["account_id"] == "api_customer"


@pytest.mark.parametrize(
    ("beside", "why"),
    [
        ({}, "is it what users asked?"),
        ({"role": "assistant"}, "beside it the role is assistant: read those of users alone"),
    ],
)
def test_a_text_that_may_be_the_answer_is_not_taken_for_the_prompt(tmp_path, beside, why):
    text = suggested(tmp_path, lambda n: {"uid": "u1", "Satz": f"They bend for {n} old reasons."} | beside)
    assert "prompt" not in tomllib.loads(text)["requests"]
    assert unsure(text)[0] == f'prompt = "Satz"  # {why}'


@pytest.mark.parametrize(
    ("field", "key", "value", "kind"),
    [
        ("timestamp", "time", "03/04/2026 10:00", "time"),
        ("timestamp", "TimeGenerated [UTC]", "3/4/2026, 8:00:00.000 AM", "time"),
        ("client_ip", "ip", "one of ours", "address"),
    ],
)
def test_what_is_named_so_and_cannot_be_read_is_said(tmp_path, field, key, value, kind):
    lines = unsure(suggested(tmp_path, lambda n: {"uid": "u1", key: value}))
    assert f'{field} = "{key}"  # named so, but no {kind} can be read of {value!r}' in lines


def test_the_id_of_an_accounts_table_is_the_account_and_an_address_need_not_be_of_the_sign_up(tmp_path):
    text = suggested(tmp_path, lambda n: {"_id": f"u-{n}", "login_ip": f"192.0.2.{n}"}, "accounts")
    assert tomllib.loads(text)["accounts"] == {"account_id": "_id"}
    assert unsure(text) == ['signup_ip = "login_ip"  # addresses, but of what?']


def test_a_key_that_stands_alone_below_several_is_a_type_and_a_remark_in_brackets_no_name(tmp_path):
    text = suggested(
        tmp_path, lambda n: {"customer (metadata)": {"string": "c1"}, "time": {"string": "2026-03-01 10:00"}}
    )
    found = {"account_id": "customer (metadata).string", "timestamp": "time.string"}
    assert tomllib.loads(text)["requests"] == found

"""What to write into a map for one file, as its preview shows."""

import tomllib

import pytest
from small_cases import write_jsonl

from distillscan.logs.dryrun.preview import preview
from distillscan.logs.dryrun.suggestion import same_names, suggestion
from distillscan.logs.mapping import AUTO, Mapping, load_mapping
from distillscan.logs.recognise import reading_of
from distillscan.logs.record import record_of
from distillscan.logs.sample import RawRecord

RECOGNISED = Mapping(format=AUTO)
REQUESTS = record_of("requests")
ASKED = [{"role": "user", "content": "Why do rivers bend?"}]
OWN = {"account_id": "a1", "timestamp": "2026-03-02T00:00:01Z", "prompt": "Why?"}


def suggested(tmp_path, *rows, mapping=RECOGNISED, alone=True):
    log = write_jsonl(tmp_path / "log.jsonl", list(rows))
    seen = preview(log, log.name, REQUESTS, mapping, "account_id")
    return suggestion(log, seen, REQUESTS, mapping, alone=alone)


@pytest.mark.parametrize(
    ("row", "format_", "account"),
    [
        ({"user": "u1", "created": 1772409815, "messages": ASKED}, "bodies", "user"),
        (
            {"caller": {"id": "u1"}, "ts": 1772409815, "body": {"messages": ASKED}},
            "wrapped-bodies",
            "caller.id",
        ),
        ({"ts": 1772409815, "request": {"messages": ASKED, "user": "u1"}}, "wrapped-bodies", "request.user"),
    ],
)
def test_a_format_that_finds_no_account_gets_a_map_for_that_alone(tmp_path, row, format_, account):
    text = suggested(tmp_path, row)
    assert tomllib.loads(text) == {"requests": {"account_id": account}}
    assert f"--format {format_}" in text
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    paths = load_mapping(tmp_path / "map.toml").of_record(REQUESTS).paths
    seen = preview(tmp_path / "log.jsonl", "log", REQUESTS, Mapping(paths, format_), "account_id")
    assert {"account_id", "timestamp", "prompt"} <= set(seen.filled)
    assert not seen.rejected


def test_what_log_and_table_have_in_common_is_the_account_whatever_it_is_called():
    log = [{"Kunde": f"kd-{n % 40}", "Firma": f"firma-{n % 4}", "IP": f"192.0.2.{n}"} for n in range(100)]
    table = [{"Nr": f"kd-{n}", "Haus": f"firma-{n % 4}", "Adresse": f"192.0.2.{n}"} for n in range(30)]
    assert same_names(map(RawRecord, log), map(RawRecord, table)) == ("Kunde", "Nr")
    assert same_names(map(RawRecord, log), map(RawRecord, [{"Nr": "kd-1"}, {"Nr": "kd-2"}])) is None
    assert same_names([], map(RawRecord, table)) is None


def test_the_place_of_the_account_is_suggested_where_no_key_is_like_it(tmp_path):
    log = write_jsonl(
        tmp_path / "log.jsonl", [{"Kunde": "kd-1", "ts": 1772409815, "body": {"messages": ASKED}}]
    )
    seen = preview(log, log.name, REQUESTS, RECOGNISED, "account_id")
    text = suggestion(log, seen, REQUESTS, RECOGNISED, alone=False, account="Kunde")
    assert tomllib.loads(text) == {"requests": {"account_id": "Kunde"}}
    log = write_jsonl(tmp_path / "own.jsonl", [{"Kunde": "kd-1", "uid": "u1", "when": "2026-03-02 10:00"}])
    seen = preview(log, log.name, REQUESTS, RECOGNISED, "account_id")
    text = suggestion(log, seen, REQUESTS, RECOGNISED, alone=False, account="Kunde")
    assert tomllib.loads(text)["requests"]["account_id"] == "uid"


def test_numbers_of_accounts_are_names_and_amounts_are_none():
    log = [{"Kunde": 70000 + n % 40, "Dauer": n} for n in range(100)]
    table = [{"Nr": str(70000 + n), "Punkte": n} for n in range(30)]
    assert same_names(map(RawRecord, log), map(RawRecord, table)) == ("Kunde", "Nr")


def test_another_address_is_asked_for_where_that_of_the_format_is_one_for_all(tmp_path):
    rows = [
        {"ts": 1772409815 + n, "account_id": f"a{n}", "remote_addr": "192.0.2.1", "body": {"messages": ASKED}}
        | {"http_x_forwarded_for": f"203.0.113.{n}"}
        for n in range(20)
    ]
    assert tomllib.loads(suggested(tmp_path, *rows)) == {"requests": {"client_ip": "http_x_forwarded_for"}}
    assert suggested(tmp_path, *rows[:19]) is None


def test_what_says_who_sends_from_where_is_asked_for_beside_a_lacking_account(tmp_path):
    row = {"ts": 1772409815, "peer": "203.0.113.7", "browser": "example/1", "request": {"messages": ASKED}}
    found = {"requests": {"client_ip": "peer", "user_agent": "browser"}}
    text = suggested(tmp_path, row)
    assert tomllib.loads(text) == found
    assert "--account-field" not in text
    text = suggested(tmp_path, row | {"key_id": "k1"})
    assert tomllib.loads(text) == found
    assert "--account-field api_key_id" in text
    assert tomllib.loads(suggested(tmp_path, row | {"account_id": "a1"})) == found


def test_a_map_needs_no_format_that_the_records_show(tmp_path):
    row = {
        "ts": 1772409815,
        "who": "a1",
        "country": "SE",
        "end_user_id": "e1",
        "request": {"messages": ASKED},
        "response": {"usage": {"prompt_tokens": 9}},
    }
    log = write_jsonl(tmp_path / "log.jsonl", [row])
    chosen = reading_of(Mapping((("account_id", "who"),)), AUTO, REQUESTS)
    seen = preview(log, log.name, REQUESTS, chosen, "account_id")
    assert seen.recognition.format == "wrapped-bodies"
    own = {"country", "end_user_id"}
    assert set(seen.filled) == {"account_id", "timestamp", "prompt", "messages", "input_tokens"} | own


@pytest.mark.parametrize(
    "beside",
    [
        {"customer": "u1", "ip": "203.0.113.7", "ua": "example/1"},
        {"account": {"id": "u1"}, "client": {"ip": "203.0.113.7", "user_agent": "example/1"}},
    ],
)
@pytest.mark.parametrize("place", ["messages", "body"])
def test_plain_names_and_those_of_objects_need_no_map(tmp_path, beside, place):
    row = {"ts": 1772409815, place: ASKED if place == "messages" else {"messages": ASKED}} | beside
    assert suggested(tmp_path, row) is None
    seen = preview(tmp_path / "log.jsonl", "log", REQUESTS, RECOGNISED, "account_id")
    assert {"account_id", "timestamp", "prompt", "client_ip", "user_agent"} <= set(seen.filled)


def test_a_format_that_finds_accounts_in_some_rows_gets_no_map(tmp_path):
    row = {"user": "u1", "created": 1772409815, "messages": ASKED}
    assert suggested(tmp_path, row, row | {"account_id": "a1"}) is None


def test_a_required_field_that_the_log_has_is_not_asked_for(tmp_path):
    text = suggested(tmp_path, {"user_id": "u1", "timestamp": "2026-03-02T00:00:01Z", "prompt": "Why?"})
    assert "timestamp" not in text
    assert "# timestamp" in suggested(tmp_path, {"user_id": "u1", "prompt": "Why?"})


@pytest.mark.parametrize(
    ("keys", "of_accounts"),
    [
        (
            {"payment_method_id": "pm_45", "email": "a@example.com"},
            {"payment_fingerprint": "payment_method_id", "email": "email"},
        ),
        ({"device": "machine-7"}, {"device_id": "device"}),
        ({"card_token": "visa", "device": "mobile"}, None),
    ],
)
def test_what_rows_say_of_their_accounts_is_for_a_section_of_its_own(tmp_path, keys, of_accounts):
    text = suggested(tmp_path, OWN | keys)
    expected = of_accounts and {"accounts": {"account_id": "account_id"} | of_accounts}
    assert (text and tomllib.loads(text)) == expected
    assert suggested(tmp_path, OWN | keys, alone=False) is None


def test_the_account_of_that_section_is_the_one_of_the_requests(tmp_path):
    row = {"customer_id": "c1", "ts": 1772409815, "messages": ASKED, "user_email": "a@example.com"}
    section = {"account_id": "customer_id", "email": "user_email"}
    assert tomllib.loads(suggested(tmp_path, row)) == {"accounts": section}
    mapped = {"requests": {"account_id": "user"}, "accounts": section | {"account_id": "user"}}
    row["user"] = row.pop("customer_id")
    assert tomllib.loads(suggested(tmp_path, row)) == mapped


def test_who_gave_a_map_gets_none(tmp_path):
    given = Mapping((("account_id", "nobody"),))
    assert suggested(tmp_path, OWN | {"email": "a@example.com"}, mapping=given) is None

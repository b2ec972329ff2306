"""What two accounts are seen to share, signal by signal, and what they are not."""

import pytest
from small_cases import case_of

from distillscan.case.settle import settle
from distillscan.signals import incidence

FIXED = (
    "Solve the task below and write out every single step of your reasoning "
    "inside think tags before you answer. "
)


def shared(tmp_path, requests, accounts=(), signals=()):
    """Return {(signal, content): sorted holders} of all shared values of a case."""
    with case_of(tmp_path, requests, accounts, signals) as case:
        incidence.build(case.connection)
        rows = case.connection.execute(
            "SELECT signal, content, list_sort(list(account_id)) FROM shared_value "
            "JOIN incidence USING (value) JOIN account USING (account) GROUP BY ALL"
        ).fetchall()
    return {(signal, content): holders for signal, content, holders in rows}


def two_accounts(tmp_path, first, second):
    """Shared values of two accounts whose account rows are given."""
    requests = [{"account_id": "a"}, {"account_id": "b"}]
    accounts = [{"account_id": "a"} | first, {"account_id": "b"} | second]
    return set(shared(tmp_path, requests, accounts))


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ({"payment_fingerprint": "pm_1"}, {"payment_fingerprint": "pm_1"}, ("card", "pm_1")),
        (
            {"payment_bin": "424242", "billing_name": "Ana  López"},
            {"payment_bin": "424242", "billing_name": "ana lópez "},
            ("billing", "424242 ana lópez"),
        ),
        ({"inviter_id": "i"}, {"inviter_id": "i"}, ("inviter", "i")),
        ({"signup_ip": "198.51.100.7"}, {"signup_ip": "198.51.100.7"}, ("ip", "198.51.100.7")),
        (
            {"email": "mira.falk@box.example"},
            {"email": "MiraFalk77@box.example"},
            ("email_name", "mirafalk@box.example"),
        ),
        ({"email": "x.y+1@gmail.com"}, {"email": "xy@googlemail.com"}, ("mailbox", "xy@gmail.com")),
        ({"email": "kqzvtr4821@a.example"}, {"email": "kqzvtr4821@b.example"}, ("email_local", "kqzvtr4821")),
        (
            {"email": "kqzvtr4821@a.example"},
            {"email": "mwpxbn9034@a.example"},
            ("email_shape", "a6d4@a.example"),
        ),
        ({"email": "ann@firm.example"}, {"email": "bob@firm.example"}, ("email_domain", "firm.example")),
        ({"phone": "+49 170 5550123"}, {"phone": "0049-170-5550187"}, None),
        ({"phone": "+49 170 5550123"}, {"phone": "+49 (170) 555 0187"}, ("phone_block", "4917055501xx")),
        ({"device_id": "d"}, {"device_id": "d"}, ("device", "d")),
        (
            {"created_at": "2026-04-01T10:05:00Z"},
            {"created_at": "2026-04-01T10:55:00Z"},
            ("signup_hour", "2026-04-01T10"),
        ),
        (
            {"created_at": "2026-04-01T10:05:00Z"},
            {"created_at": "2026-04-01T23:55:00Z"},
            ("signup_day", "2026-04-01"),
        ),
    ],
)
def test_account_signals(tmp_path, first, second, value):
    found = two_accounts(tmp_path, first, second)
    if value is None:
        assert not [signal for signal, _ in found if signal == "phone_block"]
    else:
        assert value in found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"payment_fingerprint": ""}, {"payment_fingerprint": ""}),
        ({"payment_fingerprint": "unknown"}, {"payment_fingerprint": "unknown"}),
        ({"device_id": None}, {"device_id": None}),
        ({"email": "someone@gmail.com"}, {"email": "another@gmail.com"}),
        ({"email": "no mailbox"}, {"email": "no mailbox"}),
    ],
)
def test_missing_is_missing_and_free_domains_group_nobody(tmp_path, first, second):
    signals = {signal for signal, _ in two_accounts(tmp_path, first, second)}
    assert not signals & {"card", "device", "email_domain", "mailbox", "email_name", "email_local"}


def test_a_value_with_one_holder_is_no_value(tmp_path):
    requests = [
        {"account_id": "a", "client_ip": "192.0.2.1"},
        {"account_id": "b", "client_ip": "198.51.100.1"},
    ]
    assert not [signal for signal, _ in shared(tmp_path, requests) if signal == "ip"]


def test_addresses_blocks_and_unusable_addresses(tmp_path):
    addresses = {
        "a": "192.0.2.1",
        "b": "192.0.2.2",
        "c": "127.0.0.1",
        "d": "127.0.0.1",
        "e": "2001:db8:7:1::1",
    }
    addresses["f"] = "2001:db8:7:2::9"
    found = shared(tmp_path, [{"account_id": a, "client_ip": ip} for a, ip in addresses.items()])
    assert {key: holders for key, holders in found.items() if key[0].startswith("ip")} == {
        ("ip_block", "192.0.2.0/24"): ["a", "b"],
        ("ip_block", "2001:db8:7::/48"): ["e", "f"],
    }


def test_a_masked_address_is_never_an_address(tmp_path):
    requests = [{"account_id": a, "client_ip": "203.0.113.xxx"} for a in "ab"]
    assert not [signal for signal, _ in shared(tmp_path, requests) if signal.startswith("ip")]


def test_prompts_of_one_template_share_it_whatever_the_payload(tmp_path):
    payloads = ["a queue that drops jobs", "a cache which never expires", "an index built twice each night"]
    requests = [
        {"account_id": f"a{number}", "prompt": FIXED * 2 + payload} for number, payload in enumerate(payloads)
    ]
    requests.append({"account_id": "other", "prompt": "what is a good recipe for lentil soup with lemon"})
    found = shared(tmp_path, requests)
    everybody = [holders for (signal, _), holders in found.items() if signal in ("template", "insert")]
    assert ["a0", "a1", "a2"] in everybody
    assert not [holders for holders in everybody if "other" in holders]


def test_inserts_with_the_same_holders_are_one_value(tmp_path):
    """A long fixed passage keeps many shingles; they say one thing."""
    requests = [
        {"account_id": a, "prompt": FIXED * 3 + " ".join([word] * 5)}
        for a, word in zip("ab", ("one", "two"), strict=True)
    ]
    inserts = [holders for (signal, _), holders in shared(tmp_path, requests).items() if signal == "insert"]
    assert inserts == [["a", "b"]]


def test_client_fingerprints_are_content(tmp_path):
    same = {
        "system": "You are a helpful clerk.",
        "user_agent": "tool/1",
        "tls_fingerprint": "t13d",
        "temperature": 0.2,
    }
    with case_of(tmp_path, [{"account_id": a} | same for a in "ab"]) as case:
        incidence.build(case.connection)
        families = dict(case.connection.execute("SELECT signal, family FROM shared_value").fetchall())
    assert {name: families[name] for name in ("system", "user_agent", "tls", "parameters")} == dict.fromkeys(
        ("system", "user_agent", "tls", "parameters"), "CONTENT"
    )


def test_beginning_and_stopping_together_is_seen_inside_the_log_only(tmp_path):
    def at(account, *times):
        return [{"account_id": account, "timestamp": time} for time in times]

    requests = [
        *at("early", "2026-05-01T00:00:00Z", "2026-05-20T00:00:00Z"),
        *at("early2", "2026-05-01T00:10:00Z", "2026-05-20T00:00:00Z"),
        *at("a", "2026-05-05T10:01:00Z", "2026-05-09T11:01:00Z"),
        *at("b", "2026-05-05T10:41:00Z", "2026-05-09T11:51:00Z"),
    ]
    found = {key: holders for key, holders in shared(tmp_path, requests).items() if key[0].endswith("_hour")}
    assert found == {("onset_hour", "2026-05-05T10"): ["a", "b"], ("stop_hour", "2026-05-09T11"): ["a", "b"]}


def test_the_analysts_own_signal_is_a_family_of_its_own_or_joins_the_one_it_names(tmp_path):
    signals = [{"account_id": a, "signal": "Captcha farm", "value": "farm-1"} for a in "ab"] + [
        {"account_id": a, "signal": "gift card", "value": "batch-9", "family": "payment"} for a in "ab"
    ]
    with case_of(tmp_path, [{"account_id": a} for a in "ab"], signals=signals) as case:
        incidence.build(case.connection)
        rows = case.connection.execute("SELECT signal, family FROM shared_value").fetchall()
    assert ("captcha farm", "CAPTCHA FARM") in rows
    assert ("gift card", "PAYMENT") in rows


def test_a_row_that_is_given_twice_is_one_piece_of_evidence(tmp_path):
    accounts = [
        {"account_id": a, "payment_fingerprint": "pm_1", "signup_ip": "198.51.100.7"} for a in ("a", "b", "b")
    ]
    signals = [{"account_id": a, "signal": "captcha", "value": "farm-1"} for a in ("a", "b", "b")]
    with case_of(tmp_path, [{"account_id": a} for a in "ab"], accounts, signals) as case:
        settle(case)
        incidence.build(case.connection)
        uses = case.connection.execute(
            "SELECT signal, SUM(n) FROM incidence JOIN shared_value USING (value) "
            "WHERE signal IN ('card', 'ip', 'captcha') GROUP BY signal ORDER BY signal"
        ).fetchall()
    assert uses == [("captcha", 2), ("card", 2), ("ip", 2)]


def test_accounts_of_the_table_that_never_asked_anything_are_not_in_the_graph(tmp_path):
    accounts = [{"account_id": a, "payment_fingerprint": "pm_1"} for a in ("a", "b", "sleeper")]
    found = shared(tmp_path, [{"account_id": "a"}, {"account_id": "b"}], accounts)
    assert found["card", "pm_1"] == ["a", "b"]


def test_values_and_accounts_are_numbered_alike_whatever_the_order_of_rows(tmp_path):
    requests = [
        {"account_id": f"a{n % 7}", "client_ip": f"192.0.2.{n % 3}", "prompt": f"tell me about topic {n % 4}",
         "request_id": f"q{n}"}
        for n in range(40)
    ]  # fmt: skip
    tables = []
    for name, rows in (("forward", requests), ("backward", requests[::-1])):
        with case_of(tmp_path, rows, name=name) as case:
            incidence.build(case.connection)
            tables.append(
                [
                    case.connection.execute(f"FROM {table} ORDER BY ALL").fetchall()
                    for table in ("account", "shared_value", "incidence")
                ]
            )
    assert tables[0] == tables[1]

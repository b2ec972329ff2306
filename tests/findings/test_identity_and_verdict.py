"""Who declares a common identity, what explains a group innocently, and what verdict follows."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from small_cases import case_of

from distillscan.findings import region
from distillscan.findings.benign import benign_explanations
from distillscan.findings.declared import declared_identity
from distillscan.findings.document import BenignExplanation, DeclaredIdentity, Finding
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.ties import Ties
from distillscan.findings.verdict import verdict
from distillscan.signals import incidence

CLUSTER = "c0ffee"


@contextmanager
def clustered(tmp_path, accounts, core, extra_requests=()):
    """A case in which `core` of the given account rows are one cluster."""
    requests = [{"account_id": row["account_id"], **row.get("request", {})} for row in accounts]
    rows = [{k: v for k, v in row.items() if k != "request"} for row in accounts]
    with case_of(tmp_path, [*requests, *extra_requests], rows) as case:
        incidence.build(case.connection)
        case.connection.execute(
            "INSERT INTO membership BY NAME SELECT ? AS cluster_id, account, 'core' AS tier, '' AS families "
            "FROM account WHERE account_id IN (SELECT unnest(?))",
            [CLUSTER, list(core)],
        )
        region.lay_out(case.connection)
        yield case.connection


def people(domains, **fields):
    return [
        {"account_id": f"a{n:03}", "email": f"someone{n}@{domain}", **fields}
        for n, domain in enumerate(domains)
    ]


def identity_of(tmp_path, accounts, core):
    with clustered(tmp_path, accounts, core) as connection:
        return declared_identity(connection, CLUSTER, Pseudonyms(connection))


def ids(count):
    return [f"a{n:03}" for n in range(count)]


def test_one_domain_of_their_own_is_a_declared_identity(tmp_path):
    found = identity_of(tmp_path, people(["firm.example"] * 20 + ["box.example"] * 80), ids(20))
    assert (found.kind, found.share) == ("e-mail domain", 1.0)
    assert "firm" not in found.pseudonym


def test_nine_tenths_suffice_and_less_do_not(tmp_path):
    rest = ["box.example"] * 80
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert identity_of(tmp_path / "a", people(["firm.example"] * 18 + ["x.example"] * 2 + rest), ids(20))
    assert not identity_of(tmp_path / "b", people(["firm.example"] * 17 + ["x.example"] * 3 + rest), ids(20))


@pytest.mark.parametrize("domain", ["gmail.com", "mailinator.com"])
def test_free_and_throw_away_domains_declare_nothing(tmp_path, domain):
    assert identity_of(tmp_path, people([domain] * 20 + ["box.example"] * 80), ids(20)) is None


def test_a_provider_that_no_list_knows_is_seen_by_its_use(tmp_path):
    """A third of all people have their mailbox there; that twenty of them act alike makes it no firm."""
    assert identity_of(tmp_path, people(["post.example"] * 40 + ["box.example"] * 60), ids(20)) is None


def test_an_organisation_id_is_a_declared_identity_unless_it_is_the_logs_own_tenant(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    mailboxes = [f"d{n}.example" for n in range(100)]
    few = [row | ({"org_id": "org-7"} if n < 20 else {}) for n, row in enumerate(people(mailboxes))]
    assert identity_of(tmp_path / "a", few, ids(20)).kind == "organisation id"
    all_of_them = [row | {"org_id": "tenant"} for row in people(mailboxes)]
    assert identity_of(tmp_path / "b", all_of_them, ids(20)) is None


def finding(grade):
    return Finding(grade=grade, evidence=[])


def explained(result):
    return [BenignExplanation(name="any", result=result, statement="")]


CONTENT_AND_CARDS = ["CONTENT", "PAYMENT"]


@pytest.mark.parametrize(
    ("grades", "result", "families", "expected"),
    [
        (("high", "medium", "medium"), "does not explain", CONTENT_AND_CARDS, "campaign"),
        (("high", "high", "high"), "not testable", CONTENT_AND_CARDS, "campaign"),
        (("high", "high", "high"), "explains", CONTENT_AND_CARDS, "lead"),
        (("low", "high", "high"), "does not explain", CONTENT_AND_CARDS, "lead"),
        (("high", "low", "high"), "does not explain", CONTENT_AND_CARDS, "lead"),
        (("high", "high", "low"), "does not explain", CONTENT_AND_CARDS, "lead"),
        (("high", "none", "high"), "does not explain", ["NETWORK", "PAYMENT"], "infrastructure"),
        (("high", "none", "high"), "explains", ["NETWORK", "PAYMENT"], "lead"),
        (("high", "high", "high"), "does not explain", ["NETWORK", "PAYMENT"], "campaign"),
    ],
)
def test_the_verdict_needs_all_three_findings_and_no_innocent_explanation(grades, result, families, expected):
    three = [finding(grade) for grade in grades]
    assert verdict(*three, None, explained(result), families) == expected


def test_a_declared_identity_is_an_organisation_whatever_it_does():
    identity = DeclaredIdentity(kind="organisation id", pseudonym="org", share=1.0)
    high = [finding("high")] * 3
    assert verdict(*high, identity, explained("does not explain"), CONTENT_AND_CARDS) == "organisation"


def ties(families, held=1.0, **largest):
    return Ties(
        families=families,
        signals=dict.fromkeys(largest, 5),
        largest=largest,
        held=dict.fromkeys(largest, held),
        accounts=40,
    )


def explanations(tmp_path, families, binding, extraction="medium", accounts=None):
    with clustered(tmp_path, accounts or people(["box.example"] * 60), ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value WHERE signal = 'ip'", [CLUSTER]
        )
        found = benign_explanations(connection, CLUSTER, 40, families, binding, None, finding(extraction))
    return {one.name.split(" ")[1]: one.result for one in found}


def behind(signed_up_from, sends_from):
    """Sixty accounts, each with the addresses that the two functions give for its number."""
    return [
        {"account_id": f"a{n:03}", "signup_ip": signed_up_from(n), "request": {"client_ip": sends_from(n)}}
        for n in range(60)
    ]


def test_a_campus_behind_one_or_two_gateways_is_explained_by_them(tmp_path):
    accounts = behind(lambda n: f"192.0.2.{n % 2}", lambda n: f"192.0.2.{n % 2}")
    found = explanations(tmp_path, ["NETWORK", "CONTENT"], ties(["NETWORK"], ip=20), accounts=accounts)
    assert found["access"] == "explains"


@pytest.mark.parametrize(
    ("families", "addresses"),
    [
        (["NETWORK"], (lambda n: f"192.0.2.{n % 12}", lambda n: f"192.0.2.{n % 12}")),
        (["NETWORK"], (lambda n: f"192.0.2.{n % 3}", lambda n: f"192.0.2.{(n + 1) % 3}")),
        (["NETWORK", "PAYMENT"], (lambda _: "192.0.2.1", lambda _: "192.0.2.1")),
    ],
    ids=["many addresses", "rotation through three", "cards beside one"],
)
def test_what_no_access_network_explains(tmp_path, families, addresses):
    rotating = 2.0 if addresses[0](0) != addresses[1](0) else 1.0
    binding = ties(families, held=rotating, ip=20, **({"card": 12} if "PAYMENT" in families else {}))
    found = explanations(tmp_path, [*families, "CONTENT"], binding, accounts=behind(*addresses))
    assert found["access"] == "does not explain"


@pytest.mark.parametrize(("extraction", "result"), [("medium", "explains"), ("high", "does not explain")])
def test_texts_and_hours_alone_are_a_public_cause_unless_they_are_a_harvest(tmp_path, extraction, result):
    assert explanations(tmp_path, ["CONTENT", "TIMING"], ties([]), extraction)["public"] == result


def test_a_country_explains_what_it_makes_common(tmp_path):
    """All of one country use its carriers' gateways and its phrases, the cluster no more than the rest."""
    accounts = [
        {
            "account_id": f"a{n:03}",
            "request": {
                "country": "JP" if n < 160 else "US",
                "client_ip": f"198.51.100.{n % 4}" if n < 160 else f"203.0.113.{n % 50}",
                "system": f"phrase {'one' if n % 2 else 'two'}" if n < 160 else f"other {n % 50}",
            },
        }
        for n in range(400)
    ]
    with clustered(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value WHERE signal IN ('ip', 'system') "
            "AND (content LIKE '198%' OR signal = 'system' AND holders > 20)",
            [CLUSTER],
        )
        found = region.region_explanation(connection, CLUSTER, 40, ["CONTENT", "NETWORK"])
    assert found.result == "explains"


def test_a_country_does_not_explain_what_only_the_cluster_shares_in_it(tmp_path):
    accounts = [
        {
            "account_id": f"a{n:03}",
            "request": {
                "country": "JP" if n < 200 else "US",
                "client_ip": f"198.51.100.{n % 4}" if n < 40 else f"203.0.113.{n % 100}",
                "system": "the template" if n < 40 else f"other {n % 50}",
            },
        }
        for n in range(400)
    ]
    with clustered(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value "
            "WHERE content LIKE '198.51.100.%' AND signal = 'ip' OR signal = 'system' AND holders = 40",
            [CLUSTER],
        )
        found = region.region_explanation(connection, CLUSTER, 40, ["CONTENT", "NETWORK"])
        unknown = region.region_explanation(connection, "another", 40, ["CONTENT", "NETWORK"])
    assert found.result == "does not explain"
    assert unknown.result == "not testable"


def test_pseudonyms_hide_people_and_show_what_names_nobody(tmp_path):
    with case_of(tmp_path, [{"account_id": "a"}, {"account_id": "b"}]) as case:
        names = Pseudonyms(case.connection)
        assert names.of("ip", "198.51.100.7") == names.of("ip", "198.51.100.7")
        assert "198" not in names.of("ip", "198.51.100.7").removeprefix("ip-")
        assert names.of("ip", "x") != names.of("card", "x").replace("card", "ip")
        assert names.of("signup_hour", "2026-05-01T10") == "2026-05-01T10"
    with case_of(tmp_path, [{"account_id": "other"}], name="second") as case:
        assert Pseudonyms(case.connection).of("ip", "x") != names.of("ip", "x")

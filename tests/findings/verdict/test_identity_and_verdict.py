"""Who declares a common identity, what explains a group innocently, and what verdict follows."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from small_cases import case_of

from distillscan.findings.document.verdict import BenignExplanation, DeclaredIdentity, Evidence, Finding
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared.ties import SignalTies, Ties
from distillscan.findings.verdict import conclusions, region
from distillscan.findings.verdict.benign import benign_explanations
from distillscan.findings.verdict.concealment import concealment
from distillscan.findings.verdict.declared import declared_identity
from distillscan.findings.verdict.rule import verdict
from distillscan.signals import incidence
from distillscan.signals.declared import declared

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
        conclusions.lay_out(case.connection)
        declared(case.connection)
        yield case.connection


def people(domains, **fields):
    return [
        {"account_id": f"a{n:03}", "email": f"someone{n}@{domain}", **fields}
        for n, domain in enumerate(domains)
    ]


def identity_of(tmp_path, accounts, core):
    with clustered(tmp_path, accounts, core) as connection:
        return declared_identity(connection, CLUSTER, Pseudonyms(connection), asleep=True)


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


@pytest.mark.parametrize(
    "domain", ["gmail.com", "mailinator.com", "quick-tempmail.example", "privaterelay.appleid.com"]
)
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


@pytest.mark.parametrize(
    ("grades", "result", "workload", "expected"),
    [
        (("high", "medium", "medium"), "does not explain", True, "campaign"),
        (("high", "high", "high"), "not testable", True, "campaign"),
        (("high", "high", "high"), "explains", True, "lead"),
        (("low", "high", "high"), "does not explain", True, "lead"),
        (("high", "low", "high"), "does not explain", True, "lead"),
        (("high", "high", "low"), "does not explain", True, "lead"),
        (("high", "none", "high"), "does not explain", False, "infrastructure"),
        (("high", "none", "high"), "explains", False, "lead"),
        (("high", "high", "high"), "does not explain", False, "campaign"),
    ],
)
def test_the_verdict_needs_all_three_findings_and_no_innocent_explanation(grades, result, workload, expected):
    three = [finding(grade) for grade in grades]
    assert verdict(*three, None, explained(result), workload=workload) == expected


def test_a_declared_identity_is_an_organisation_whatever_it_does():
    identity = DeclaredIdentity(kind="organisation id", pseudonym="org", share=1.0)
    high = [finding("high")] * 3
    assert verdict(*high, identity, explained("does not explain"), workload=True) == "organisation"


FAMILY_OF = {
    "email_domain": "IDENTITY",
    "card": "PAYMENT",
    "billing": "PAYMENT",
    "ip": "NETWORK",
    "mailbox": "IDENTITY",
    "device": "IDENTITY",
}


def signal_ties(values, few, held=1.0, by_chance=None):
    """Forty accounts all tied by so many values, of which the three most used reach ``few`` accounts.

    They send much: an account would hold all of the values if each of its requests took any.
    """
    chance = values if by_chance is None else by_chance
    return SignalTies(values, few // min(values, 3), few, reach=40, held=held, by_chance=chance)


def explanations(tmp_path, families, extraction="medium", concealment="low", **signals):
    """What explains forty accounts that these signals of these families bind."""
    ties = Ties(sorted({FAMILY_OF[name] for name in signals}), signals, accounts=40)
    with clustered(tmp_path, people(["box.example"] * 60), ids(40)) as connection:
        found = benign_explanations(
            connection, CLUSTER, 40, families, ties, None, None, finding(extraction), finding(concealment)
        )
    return {one.name.split(" ")[1].strip(","): one.result for one in found}


def test_a_campus_behind_one_or_two_gateways_is_explained_by_them(tmp_path):
    found = explanations(tmp_path, ["NETWORK", "CONTENT"], ip=signal_ties(2, 40))
    assert found["access"] == "explains"


@pytest.mark.parametrize(
    ("addresses", "extraction", "result"),
    [
        (4, "low", "explains"),
        (4, "medium", "does not explain"),
        (12, "low", "does not explain"),
    ],
    ids=["a gateway of four", "a harvest that rotates", "a pool"],
)
def test_a_gateway_may_have_several_addresses_if_nothing_is_harvested(
    tmp_path, addresses, extraction, result
):
    ties = {"ip": signal_ties(addresses, 40, held=2.0)}
    assert explanations(tmp_path, ["NETWORK", "CONTENT"], extraction, **ties)["access"] == result


def test_so_are_those_who_use_the_computers_of_one_place(tmp_path):
    signals = {"ip": signal_ties(1, 40), "device": signal_ties(9, 20)}
    assert explanations(tmp_path, ["NETWORK", "IDENTITY"], **signals)["access"] == "explains"
    assert explanations(tmp_path, ["NETWORK", "IDENTITY"], "high", **signals)["access"] == "does not explain"


@pytest.mark.parametrize(
    "signals",
    [
        {"ip": signal_ties(12, 10)},
        {"ip": signal_ties(3, 40, held=2.0)},
        {"ip": signal_ties(1, 40), "card": signal_ties(12, 10)},
    ],
    ids=["many addresses", "rotation through three", "cards beside one"],
)
def test_what_no_access_network_explains(tmp_path, signals):
    assert explanations(tmp_path, ["NETWORK", "CONTENT"], **signals)["access"] == "does not explain"


@pytest.mark.parametrize(
    ("cards", "addresses", "extraction", "concealment", "result"),
    [
        ((1, 40), (1, 40), "medium", "low", "explains"),
        ((3, 40), (2, 40), "medium", "low", "explains"),
        ((1, 40), (1, 40), "high", "low", "does not explain"),
        ((8, 15), (1, 40), "medium", "low", "does not explain"),
        ((1, 40), (8, 15), "medium", "low", "does not explain"),
        ((1, 40), (12, 40), "medium", "medium", "does not explain"),
    ],
    ids=["one card, one door", "three cards, two doors", "a harvest", "many cards", "many doors", "a pool"],
)
def test_an_office_or_event_with_one_payer_is_explained_unless_it_is_a_harvest(
    tmp_path, cards, addresses, extraction, concealment, result
):
    families = ["CONTENT", "NETWORK", "PAYMENT"]
    signals = {"card": signal_ties(*cards), "ip": signal_ties(*addresses)}
    found = explanations(tmp_path, families, extraction, concealment, **signals)
    assert found["payer"] == result


def test_one_name_on_everybodys_card_is_one_payer(tmp_path):
    """A sponsor hands a card of its own to everyone at its event: no card is shared, the name is."""
    signals = {"billing": signal_ties(1, 40), "ip": signal_ties(3, 40)}
    assert explanations(tmp_path, ["NETWORK", "PAYMENT"], **signals)["payer"] == "explains"


def test_a_network_that_no_single_address_ties_is_no_access_point(tmp_path):
    ties = Ties(["NETWORK"], {"network_bundle": signal_ties(1, 40)}, accounts=40)
    with clustered(tmp_path, people(["box.example"] * 60), ids(40)) as connection:
        found = benign_explanations(
            connection,
            CLUSTER,
            40,
            ["NETWORK", "CONTENT"],
            ties,
            None,
            None,
            finding("medium"),
            finding("low"),
        )
    assert {one.result for one in found if "network" in one.name} == {"does not explain"}


@pytest.mark.parametrize(("extraction", "result"), [("medium", "explains"), ("high", "does not explain")])
def test_texts_and_hours_alone_are_a_public_cause_unless_they_are_a_harvest(tmp_path, extraction, result):
    assert explanations(tmp_path, ["CONTENT", "TIMING"], extraction)["public"] == result


def test_without_texts_no_public_cause_can_be_tested(tmp_path):
    """A log without prompts has no extraction to grade, and that must not explain anybody away."""
    assert explanations(tmp_path, ["IDENTITY", "TIMING"], "none")["public"] == "not testable"


def worked(hours, spread):
    """The extraction of a core with such hours and such loads, where others sleep and differ as people do."""
    seen = {"hours": (hours, 0.6), "load": (spread, 0.8)}
    evidence = [
        Evidence(code=code, statement="", value=value, background=background)
        for code, (value, background) in seen.items()
    ]
    return Finding(grade="high", evidence=evidence)


MACHINE, NIGHT_OWLS, OFFICE = worked(0.1, 0.1), worked(0.1, 0.6), worked(0.6, 0.1)
#: No night, and loads between those of a scheduler and those of people.
RESTLESS = worked(0.1, 0.4)


def concealed(tmp_path, accounts, extraction=RESTLESS, *, together=True, **signals):
    ties = Ties(sorted({FAMILY_OF[name] for name in signals}), signals, accounts=40)
    with clustered(tmp_path, accounts, ids(40)) as connection:
        found = concealment(connection, CLUSTER, 40, ties, None, None, extraction, together=together)
    return found.grade, [one.code for one in found.evidence if one.code != "undeclared"]


@pytest.mark.parametrize(
    ("signals", "grade", "ways"),
    [
        ({"card": signal_ties(1, 40), "ip": signal_ties(1, 40)}, "low", []),
        ({"card": signal_ties(3, 40), "ip": signal_ties(2, 40)}, "low", []),
        ({"card": signal_ties(5, 24), "ip": signal_ties(1, 40)}, "medium", ["spread_cards"]),
        ({"ip": signal_ties(30, 40, held=6.0)}, "medium", ["spread_addresses"]),
        ({"ip": signal_ties(12, 40, held=11.9)}, "low", []),
        ({"ip": signal_ties(5, 40, held=4.0)}, "low", []),
        ({"ip": signal_ties(80, 25, held=23.0, by_chance=24.0)}, "low", []),
        ({"ip": signal_ties(13, 30, held=8.0)}, "medium", ["spread_addresses"]),
        (
            {"card": signal_ties(5, 24), "ip": signal_ties(8, 15)},
            "high",
            ["spread_cards", "spread_addresses"],
        ),
        ({"ip": signal_ties(240, 40, held=176.0, by_chance=180.0)}, "low", []),
    ],
    ids=[
        *("one and one", "a few", "cards in parts", "a pool", "a house's pool", "a few gateways"),
        *("a load balancer that few requests leave by", "most of a pool, never the rest"),
        *("both", "a hosted product's pool"),
    ],
)
def test_concealment_is_what_is_hidden_and_not_what_binds(tmp_path, signals, grade, ways):
    assert concealed(tmp_path, people(["box.example"] * 60), **signals) == (grade, ways)


@contextmanager
def paid_by_ten_cards(tmp_path, domains):
    """A case and the ties of its cluster: the first 40 accounts, of whom a card pays for each four."""
    accounts = people(domains)
    for n, row in enumerate(accounts[:40]):
        row["payment_fingerprint"] = f"card{n // 4}"
    with clustered(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value WHERE signal = 'card'", [CLUSTER]
        )
        yield connection, Ties(["PAYMENT"], {"card": signal_ties(10, 12)}, accounts=40)


@pytest.mark.parametrize(
    ("domain", "seen"),
    [
        (lambda n: f"firm{n // 4}.example", []),
        (lambda n: f"firm{n // 8}.example", ["spread_cards"]),
        (lambda n: f"firm{n % 10}.example", ["spread_cards"]),
        (lambda n: "gmail.com", ["spread_cards"]),
    ],
    ids=["a card each", "two cards each", "cards dealt out", "mailboxes for all"],
)
def test_the_cards_of_known_customers_hide_nobody(tmp_path, domain, seen):
    """Ten customers of a hosted product have four accounts and a card of the firm each."""
    domains = [domain(n) if n < 40 else "box.example" for n in range(100)]
    with paid_by_ten_cards(tmp_path, domains) as (connection, ties):
        found = concealment(connection, CLUSTER, 40, ties, None, None, RESTLESS, together=True)
    assert [one.code for one in found.evidence if one.code != "undeclared"] == seen


@pytest.mark.parametrize(
    ("asked", "days", "seen"),
    [
        (lambda card, n: card, lambda card: 30, []),
        (lambda card, n: 1 + n % 10, lambda card: 30, ["spread_cards"]),
        (lambda card, n: card, lambda card: 3 * card, ["spread_cards"]),
    ],
    ids=["busy customers have busy accounts", "work dealt to all cards alike", "a batch is banned early"],
)
def test_cards_of_customers_who_ask_each_at_his_own_pace_hide_nobody(tmp_path, asked, days, seen):
    """Ten cards pay for four accounts each, which ask by the card, within it a little more or less."""
    with paid_by_ten_cards(tmp_path, ["gmail.com"] * 100) as (connection, ties):
        for n in range(40):
            card = 1 + n // 4
            connection.execute(
                "UPDATE membership SET requests = ?, first_seen = DATE '2025-01-01', "
                "last_seen = DATE '2025-01-01' + to_days(?) "
                "WHERE account = (SELECT account FROM account WHERE account_id = ?)",
                [asked(card, n) * (100 + 10 * (n % 4)), days(card) - 1, f"a{n:03}"],
            )
        found = concealment(connection, CLUSTER, 40, ties, None, None, RESTLESS, together=True)
    assert [one.code for one in found.evidence if one.code != "undeclared"] == seen


FIRMS = ["bank.example", "invest.example", "leasing.example"]


@pytest.mark.parametrize(
    ("domains", "asleep", "declared"),
    [
        (FIRMS, True, True),
        (FIRMS, False, False),
        ([*FIRMS[:2], "quick-tempmail.example"], True, False),
        ([*FIRMS[:2], "gmail.com"], True, False),
        ([*FIRMS, "trust.example"], True, False),
    ],
    ids=["people", "a machine", "thrown away", "for all", "many"],
)
def test_a_group_of_firms_declares_itself(tmp_path, domains, asleep, declared):
    """Its departments' cards are used in all of its firms."""
    mailboxes = [domains[n % len(domains)] if n < 40 else "box.example" for n in range(100)]
    with paid_by_ten_cards(tmp_path, mailboxes) as (connection, _):
        found = declared_identity(connection, CLUSTER, Pseudonyms(connection), asleep=asleep)
    assert (found is not None) == declared


@pytest.mark.parametrize(
    "known",
    [{}, {"device": signal_ties(90, 3)}, {"card": signal_ties(20, 3)}],
    ids=["strangers", "some of one family", "some of one company"],
)
def test_a_hosted_product_works_for_its_customers_like_one_machine(tmp_path, known):
    """Day and night, to each the same, from its own hosts: a service that looks through each change."""
    tied = {"ip": signal_ties(240, 40, held=176.0, by_chance=180.0), **known}
    grade, codes = concealed(tmp_path, people(["box.example"] * 60), MACHINE, **tied)
    assert "split_work" not in codes
    assert grade in ("low", "medium")


@pytest.mark.parametrize(
    ("extraction", "grade", "codes"),
    [
        (MACHINE, "medium", ["split_work"]),
        (NIGHT_OWLS, "low", []),
        (OFFICE, "low", []),
    ],
    ids=["day and night, to each the same", "day and night, as each likes", "by day"],
)
def test_one_machine_that_poses_as_many_customers_hides(tmp_path, extraction, grade, codes):
    """A few cards and a few addresses hide nothing, but that forty people work like one machine does."""
    tied = {"card": signal_ties(3, 40), "ip": signal_ties(3, 40)}
    assert concealed(tmp_path, people(["box.example"] * 60), extraction, **tied) == (grade, codes)


def test_a_vendor_whose_one_card_pays_for_all_its_users_does_not_hide(tmp_path):
    """An account for each user of its product, opened in one go, and a nightly job that works for all."""
    tied = {"card": signal_ties(1, 40), "ip": signal_ties(5, 40, held=4.9)}
    assert concealed(tmp_path, people(["box.example"] * 60), MACHINE, **tied) == ("low", [])


def test_an_agency_whose_machine_works_for_people_who_joined_one_by_one_does_not_hide(tmp_path):
    tied = {"card": signal_ties(1, 40), "ip": signal_ties(3, 40)}
    assert concealed(tmp_path, people(["box.example"] * 60), MACHINE, together=False, **tied) == ("low", [])


@pytest.mark.parametrize(
    ("extraction", "others", "grade"),
    [
        (OFFICE, {}, "low"),
        (NIGHT_OWLS, {}, "low"),
        (RESTLESS, {}, "medium"),
        (OFFICE, {"card": signal_ties(3, 40)}, "medium"),
    ],
    ids=["a campus of many buildings", "workflows of many customers", "no night", "cards in common"],
)
def test_addresses_dealt_to_people_who_share_nothing_else_hide_nobody(tmp_path, extraction, others, grade):
    pool = {"ip": signal_ties(30, 20, held=3.0, by_chance=20.0)}
    found = concealed(tmp_path, people(["box.example"] * 60), extraction, **pool, **others)
    assert found == (grade, ["spread_addresses"])


@pytest.mark.parametrize(
    ("signal", "extraction", "grade"),
    [
        ("email_domain", NIGHT_OWLS, "low"),
        ("email_domain", RESTLESS, "medium"),
        ("mailbox", NIGHT_OWLS, "medium"),
    ],
    ids=["laboratories", "a machine with domains", "mailboxes in common"],
)
def test_nor_does_it_hide_them_that_each_names_a_laboratory(tmp_path, signal, extraction, grade):
    tied = {"ip": signal_ties(30, 20, held=3.0, by_chance=20.0), signal: signal_ties(8, 15)}
    found = concealed(tmp_path, people(["box.example"] * 60), extraction, **tied)
    assert found == (grade, ["spread_addresses"])


DEALT = {"card": signal_ties(5, 24), "ip": signal_ties(30, 20, held=3.0, by_chance=20.0)}
#: The addresses of a load balancer, and a card for each few accounts.
HOSTED = {"card": signal_ties(13, 9), "ip": signal_ties(40, 20, held=30.0, by_chance=31.0)}


@pytest.mark.parametrize(
    ("a_day", "imported", "mail", "extraction", "tied", "grade"),
    [
        (1, 0, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "low"),
        (1, 25, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "low"),
        (1, 0, "ada{n}@mailinator.com", worked(0.6, 0.4), DEALT, "low"),
        (10, 0, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "high"),
        (1, 40, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "high"),
        (1, 0, "ada{n}@gmail.com", worked(0.6, 0.2), DEALT, "high"),
        (1, 0, "x{n}k7q2p{n}z@gmail.com", worked(0.6, 0.4), DEALT, "high"),
        (1, 0, "ada{n}@gmail.com", NIGHT_OWLS, DEALT, "high"),
        (1, 0, "ada{n}@gmail.com", NIGHT_OWLS, HOSTED, "low"),
        (10, 0, "ada{n}@gmail.com", NIGHT_OWLS, HOSTED, "medium"),
        (1, 0, "ada{n}@gmail.com", MACHINE, HOSTED, "medium"),
        (1, 0, "ada{n}@gmail.com", Finding(grade="medium", evidence=[]), DEALT, "high"),
    ],
    ids=[
        *("an office", "half of it imported", "strangers behind proxies", "opened in four days"),
        *("sign-ups unknown", "a machine by day", "mailboxes of a machine", "no night"),
        *("customers of a product", "opened at once", "a machine", "hours unknown"),
    ],
)
def test_who_came_one_by_one_and_is_used_as_people_are_hides_nothing_together(
    tmp_path, a_day, imported, mail, extraction, tied, grade
):
    opened = date(2025, 1, 1)
    accounts = [
        {
            "account_id": f"a{n:03}",
            "email": (mail if n < 40 else "ben{n}@gmail.com").format(n=n),
            "created_at": "2024-12-31" if not imported <= n < 120 else str(opened + timedelta(n // a_day)),
        }
        for n in range(200)
    ]
    found, codes = concealed(tmp_path, accounts, extraction, together=False, **tied)
    assert (found, "one_by_one" in codes) == (grade, grade == "low")


def test_old_accounts_that_were_woken_together_hide(tmp_path):
    """Opened one by one by whoever sold them, and begun on one day."""
    accounts = [
        {"account_id": f"a{n:03}", "created_at": str(date(2025, 1, 1) + timedelta(n))} for n in range(100)
    ]
    for together, grade in ((False, "low"), (True, "high")):
        (tmp_path / grade).mkdir()
        found = concealed(tmp_path / grade, accounts, worked(0.6, 0.4), together=together, **DEALT)
        assert found[0] == grade


@pytest.mark.parametrize(
    ("names", "seen"),
    [
        ("x{n}k7q2p{n}z@gmail.com", ["made_mailboxes"]),
        ("x{n}k7q2p{n}z@privaterelay.appleid.com", []),
        ("class{n}student{n}@gmail.com", []),
        ("mia.fox{n}@gmail.com", []),
    ],
    ids=["letters and digits mixed", "named by who forwards it", "numbered", "a name"],
)
def test_mailboxes_that_a_machine_named_hide_who_opened_them(tmp_path, names, seen):
    accounts = [
        {
            "account_id": f"a{n:03}",
            "email": names.format(n=n) if n < 40 else f"ada.west{n}@gmail.com",
        }
        for n in range(100)
    ]
    assert concealed(tmp_path, accounts, ip=signal_ties(1, 40))[1] == seen


@pytest.mark.parametrize(
    ("own", "elsewhere", "seen"),
    [(10, 0, ["disposable_mail"]), (10, 15, []), (7, 0, [])],
    ids=["a quarter of the core", "as many elsewhere", "fewer than a fifth"],
)
def test_mailboxes_to_throw_away_hide_where_they_are_rare_elsewhere(tmp_path, own, elsewhere, seen):
    thrown = {*range(own), *range(40, 40 + elsewhere)}
    accounts = people(["mailinator.com" if n in thrown else "gmail.com" for n in range(100)])
    _, codes = concealed(tmp_path, accounts, card=signal_ties(1, 40))
    assert codes == seen


@pytest.mark.parametrize(
    ("own", "elsewhere", "grade", "codes"),
    [
        ("Bright Branches Ltd", None, "low", ["one_name"]),
        ("Gift Card", "Gift Card", "medium", ["spread_cards"]),
        (None, None, "medium", ["spread_cards"]),
    ],
    ids=["a name of their own", "a name printed on anybody's", "everybody another name"],
)
def test_cards_of_one_name_do_not_hide_who_pays(tmp_path, own, elsewhere, grade, codes):
    accounts = [
        {
            "account_id": f"a{n:03}",
            "payment_fingerprint": f"c{n % 8 if n < 40 else n}",
            "billing_name": (own if n < 40 else elsewhere) or f"Person {chr(97 + n % 8)}{n // 40}",
        }
        for n in range(100)
    ]
    found = concealed(tmp_path, accounts, card=signal_ties(8, 15), ip=signal_ties(1, 40))
    assert found == (grade, codes)


@pytest.mark.parametrize(
    ("cards", "seen"), [(40, ["virtual_cards"]), (1, [])], ids=["forty cards", "one card"]
)
def test_virtual_cards_are_counted_by_card(tmp_path, cards, seen):
    """A coupon that a whole hackathon pays with is one card."""
    accounts = [
        {
            "account_id": f"a{n:03}",
            "payment_fingerprint": f"v{n % cards}" if n < 40 else f"c{n}",
            "payment_funding": "prepaid" if n < 40 else "credit",
        }
        for n in range(100)
    ]
    assert concealed(tmp_path, accounts, ip=signal_ties(1, 40))[1] == seen


@pytest.mark.parametrize(
    ("door", "extraction", "seen"),
    [
        (signal_ties(5, 40, held=4.9, by_chance=5.0), OFFICE, ["own_doors"]),
        (signal_ties(2, 40, held=2.0), Finding(grade="medium", evidence=[]), ["own_doors"]),
        (signal_ties(5, 40, held=4.9, by_chance=5.0), NIGHT_OWLS, ["spread_cards"]),
        (signal_ties(9, 20, held=4.9, by_chance=5.0), OFFICE, ["spread_cards"]),
        (signal_ties(74, 40, held=28.4, by_chance=28.6), OFFICE, ["spread_cards"]),
        (signal_ties(6, 40, held=2.0, by_chance=5.0), OFFICE, ["spread_cards"]),
        (None, OFFICE, ["spread_cards"]),
    ],
    ids=[
        "a gateway, by day",
        "hours unknown",
        "no night",
        "many doors",
        "a rented pool",
        "addresses dealt out",
        "no addresses",
    ],
)
def test_several_cards_hide_nobody_who_comes_by_own_doors_and_sleeps(tmp_path, door, extraction, seen):
    """The cards of an office's teams, the codes of an event's sponsors."""
    tied = {"card": signal_ties(5, 24)} | ({"ip": door} if door else {})
    grade, codes = concealed(tmp_path, people(["box.example"] * 60), extraction, **tied)
    assert codes == seen
    assert grade == ("low" if seen == ["own_doors"] else "medium")


def test_vouchers_of_a_class_hide_nobody_in_it(tmp_path):
    accounts = [
        {
            "account_id": f"a{n:03}",
            "payment_fingerprint": f"v{n}",
            "payment_funding": "prepaid" if n < 40 else "credit",
        }
        for n in range(100)
    ]
    classroom = {"ip": signal_ties(2, 40, held=1.9, by_chance=2.0)}
    assert concealed(tmp_path, accounts, OFFICE, **classroom) == ("low", ["own_doors"])
    assert concealed(tmp_path, accounts, NIGHT_OWLS, **classroom) == ("medium", ["virtual_cards"])


@pytest.mark.parametrize(
    ("extraction", "grade"),
    [
        (OFFICE, "low"),
        (NIGHT_OWLS, "high"),
        (Finding(grade="medium", evidence=[]), "high"),
    ],
    ids=["by day", "day and night", "hours unknown"],
)
def test_prepaid_cards_of_people_whom_addresses_alone_bind_hide_nobody(tmp_path, extraction, grade):
    """Crowd workers with payout cards, all behind the exits of one service."""
    accounts = [
        {"account_id": f"a{n:03}", "payment_funding": "prepaid" if n < 40 else "credit"} for n in range(100)
    ]
    exits = {"ip": signal_ties(12, 20, held=2.0)}
    assert concealed(tmp_path, accounts, extraction, **exits) == (
        grade,
        ["virtual_cards", "spread_addresses"],
    )


def test_who_pays_in_one_name_may_have_many_addresses(tmp_path):
    accounts = [
        {
            "account_id": f"a{n:03}",
            "payment_fingerprint": f"c{n}",
            "billing_name": "Bright Branches Ltd" if n < 40 else f"Person {n}",
        }
        for n in range(100)
    ]
    tied = {"billing": signal_ties(1, 40), "ip": signal_ties(12, 20, held=2.0)}
    assert concealed(tmp_path, accounts, **tied) == ("low", ["one_name"])


@pytest.mark.parametrize(("elsewhere", "result"), [(0, "explains"), (100, "not testable")])
def test_a_country_explains_what_it_makes_common(tmp_path, elsewhere, result):
    """All of one country use its carriers' gateways and its phrases, the cluster no more than the rest.

    A rest of which most are the core of another cluster is not the country's people.
    """
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
    others = {f"a{n:03}" for n in range(40, 40 + elsewhere)}
    with clustered(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value WHERE signal IN ('ip', 'system') "
            "AND (content LIKE '198%' OR signal = 'system' AND holders > 20)",
            [CLUSTER],
        )
        connection.execute(
            "INSERT INTO membership BY NAME SELECT 'another' AS cluster_id, account, 'core' AS tier, "
            "'' AS families FROM account WHERE account_id IN (SELECT unnest(?))",
            [sorted(others)],
        )
        found = region.region_explanation(connection, CLUSTER, 40, ["CONTENT", "NETWORK"])
    assert found.result == result


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


def test_a_country_does_not_explain_a_mail_domain_of_those_who_signed_up_on_one_day(tmp_path):
    """A mail domain is no country, however many have it: else nothing of theirs would be compared."""
    accounts = [
        {
            "account_id": f"a{n:03}",
            "email": f"someone{n}@{'made.example' if n < 40 else f'box{n}.example'}",
            "created_at": f"2026-03-0{1 if n < 50 else 2 + n % 7}T12:00:00Z",
            "signup_country": "JP" if n < 200 else "US",
        }
        for n in range(400)
    ]
    with clustered(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value "
            "WHERE content = 'made.example' OR signal = 'signup_day' AND content = '2026-03-01'",
            [CLUSTER],
        )
        found = region.region_explanation(connection, CLUSTER, 40, ["IDENTITY", "TIMING"])
    assert found.result == "does not explain"


@pytest.mark.parametrize(("programs", "result"), [(1, "does not explain"), (50, "explains")])
def test_a_client_program_is_compared_inside_a_country_where_it_is_all_the_content(
    tmp_path, programs, result
):
    """One that nobody else there uses is no custom of the country; one of many that people use may be."""
    accounts = [
        {
            "account_id": f"a{n:03}",
            "request": {
                "country": "JP" if n < 200 else "US",
                "client_ip": f"198.51.100.{n % 4}" if n < 40 else f"203.0.113.{n % 100}",
                "user_agent": f"client {n % programs}" if n < 40 or programs > 1 else f"other {n % 50}",
            },
        }
        for n in range(400)
    ]
    with clustered(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value "
            "WHERE content LIKE '198.51.100.%' AND signal = 'ip' OR content LIKE 'client%'",
            [CLUSTER],
        )
        found = region.region_explanation(connection, CLUSTER, 40, ["CONTENT", "NETWORK"])
    assert found.result == result


def test_pseudonyms_hide_people_and_show_what_names_nobody(tmp_path):
    with case_of(tmp_path, [{"account_id": "a"}, {"account_id": "b"}]) as case:
        names = Pseudonyms(case.connection)
        assert names.of("ip", "198.51.100.7") == names.of("ip", "198.51.100.7")
        assert "198" not in names.of("ip", "198.51.100.7").removeprefix("ip-")
        assert names.of("ip", "x") != names.of("card", "x").replace("card", "ip")
        assert names.of("signup_hour", "2026-05-01T10") == "2026-05-01T10"
    with case_of(tmp_path, [{"account_id": "other"}], name="second") as case:
        assert Pseudonyms(case.connection).of("ip", "x") != names.of("ip", "x")

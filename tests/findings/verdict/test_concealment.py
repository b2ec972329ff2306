"""What hides that accounts are one, and what only binds them."""

from datetime import date, timedelta

import pytest
from findings.verdict.forty_accounts import (
    FAMILY_OF,
    UNKNOWN,
    core,
    ids,
    one_cluster,
    paid_by_ten_cards,
    people,
    signal_ties,
    worked,
)

from distillscan.findings.shared.ties import Ties
from distillscan.findings.verdict.concealment import concealment

MACHINE, NIGHT_OWLS, OFFICE = worked(0.1, 0.1, 0.1), worked(0.1, 0.6, 0.8), worked(0.6, 0.1, 0.1)
#: No night, and loads between those of a scheduler and those of people.
RESTLESS = worked(0.1, 0.4)


def concealed(tmp_path, accounts, work=RESTLESS, *, together=True, **signals):
    """Grade and ways, without the reasons that strangers may have."""
    ties = Ties(sorted({FAMILY_OF[name] for name in signals}), signals, accounts=40)
    with one_cluster(tmp_path, accounts, ids(40)) as connection:
        found = concealment(connection, core(ties, ["TIMING"] if together else [], work), None)
    return found.grade, codes_of(found)


def codes_of(found):
    return [one.code for one in found.evidence if one.code not in ("undeclared", "alone", "strangers")]


@pytest.mark.parametrize(
    ("signals", "grade", "ways"),
    [
        ({"card": signal_ties(1, 40), "ip": signal_ties(1, 40)}, "low", []),
        ({"card": signal_ties(3, 40), "ip": signal_ties(2, 40)}, "low", []),
        ({"card": signal_ties(5, 24)}, "medium", ["spread_cards"]),
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
        ({"ip": signal_ties(240, 40, held=176.0, by_chance=180.0, networks=49)}, "low", []),
        (
            {"ip": signal_ties(240, 40, held=176.0, by_chance=180.0, networks=50)},
            "medium",
            ["spread_addresses"],
        ),
        ({"ip": signal_ties(240, 40, held=2.0, by_chance=2.1, networks=50)}, "low", []),
    ],
    ids=[
        *("one and one", "a few", "cards in parts", "a pool", "a house's pool", "a few gateways"),
        *("a load balancer that few requests leave by", "most of a pool, never the rest"),
        *("both", "a hosted product's pool", "a proxy service's pool", "offices everywhere"),
    ],
)
def test_concealment_is_what_is_hidden_and_not_what_binds(tmp_path, signals, grade, ways):
    assert concealed(tmp_path, people(["box.example"] * 60), **signals) == (grade, ways)


@pytest.mark.parametrize(
    ("signals", "work", "grade"),
    [
        ({"mailbox": signal_ties(2, 40)}, RESTLESS, "medium"),
        ({"mailbox": signal_ties(5, 24)}, RESTLESS, "low"),
        ({"mailbox": signal_ties(2, 40)}, OFFICE, "low"),
        ({"mailbox": signal_ties(2, 40), "card": signal_ties(1, 40)}, RESTLESS, "low"),
    ],
    ids=["two people as forty", "a customer's eight machines", "a class", "who pays for all"],
)
def test_who_writes_one_mailbox_in_many_ways_poses_as_many(tmp_path, signals, work, grade):
    found = concealed(tmp_path, people(["gmail.com"] * 60), work, **signals)
    assert found == (grade, ["mail_aliases"] if grade == "medium" else [])


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
        found = concealment(connection, core(ties, ["TIMING"], RESTLESS), None)
    assert codes_of(found) == seen


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
        found = concealment(connection, core(ties, ["TIMING"], RESTLESS), None)
    assert codes_of(found) == seen


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
    ("work", "grade", "codes"),
    [
        (MACHINE, "medium", ["split_work"]),
        (NIGHT_OWLS, "low", []),
        (OFFICE, "low", []),
    ],
    ids=["day and night, to each the same", "day and night, as each likes", "by day"],
)
def test_one_machine_that_poses_as_many_customers_hides(tmp_path, work, grade, codes):
    """A few cards and a few addresses hide nothing, but that forty people work like one machine does."""
    tied = {"card": signal_ties(3, 40), "ip": signal_ties(3, 40)}
    assert concealed(tmp_path, people(["box.example"] * 60), work, **tied) == (grade, codes)


def test_a_vendor_whose_one_card_pays_for_all_its_users_does_not_hide(tmp_path):
    """An account for each user of its product, opened in one go, and a nightly job that works for all."""
    tied = {"card": signal_ties(1, 40), "ip": signal_ties(5, 40, held=4.9)}
    assert concealed(tmp_path, people(["box.example"] * 60), MACHINE, **tied) == ("low", [])


def test_an_agency_whose_machine_works_for_people_who_joined_one_by_one_does_not_hide(tmp_path):
    tied = {"card": signal_ties(1, 40), "ip": signal_ties(3, 40)}
    assert concealed(tmp_path, people(["box.example"] * 60), MACHINE, together=False, **tied) == ("low", [])


@pytest.mark.parametrize(
    ("work", "others", "grade"),
    [
        (OFFICE, {}, "low"),
        (NIGHT_OWLS, {}, "low"),
        (RESTLESS, {}, "medium"),
        (OFFICE, {"card": signal_ties(3, 40)}, "low"),
        (NIGHT_OWLS, {"card": signal_ties(3, 40)}, "low"),
        (RESTLESS, {"card": signal_ties(3, 40)}, "medium"),
    ],
    ids=[
        *("a campus of many buildings", "workflows of many customers", "no night", "one firm by day"),
        *("workflows that one firm pays for", "no night, and cards in common"),
    ],
)
def test_addresses_dealt_to_people_hide_nobody_if_nothing_else_is_hidden(tmp_path, work, others, grade):
    pool = {"ip": signal_ties(30, 20, held=3.0, by_chance=20.0)}
    found = concealed(tmp_path, people(["box.example"] * 60), work, **pool, **others)
    assert found == (grade, ["spread_addresses"])


@pytest.mark.parametrize(
    ("busy", "rates", "together", "grade"),
    [
        (0.6, 0.3, True, "medium"),
        (0.6, 0.3, False, "low"),
        (0.4, 0.8, True, "low"),
    ],
    ids=["a few are busy", "who came by themselves", "launched together"],
)
def test_accounts_behind_dealt_addresses_are_an_operators_where_all_go_at_one_pace(
    tmp_path, busy, rates, together, grade
):
    """The busiest of others differ less than others do, and so do the busiest of a product's customers."""
    pool = {"ip": signal_ties(30, 20, held=3.0, by_chance=20.0)}
    work, accounts = worked(0.1, busy, rates), people(["box.example"] * 60)
    found = concealed(tmp_path, accounts, work, together=together, **pool)
    assert found == (grade, ["spread_addresses"])


@pytest.mark.parametrize(
    ("signal", "work", "grade"),
    [
        ("email_domain", NIGHT_OWLS, "low"),
        ("email_domain", RESTLESS, "medium"),
        ("mailbox", RESTLESS, "medium"),
    ],
    ids=["laboratories", "a machine with domains", "mailboxes in common"],
)
def test_nor_does_it_hide_them_that_each_names_a_laboratory(tmp_path, signal, work, grade):
    tied = {"ip": signal_ties(30, 20, held=3.0, by_chance=20.0), signal: signal_ties(8, 15)}
    found = concealed(tmp_path, people(["box.example"] * 60), work, **tied)
    assert found == (grade, ["spread_addresses"])


@pytest.mark.parametrize(
    ("names", "work", "grade"),
    [
        ("ada{n}@mailinator.com", worked(0.6, 0.6), "low"),
        ("ada{n}@mailinator.com", worked(0.6, 0.3), "high"),
        ("ada{n}@mailinator.com", NIGHT_OWLS, "high"),
        ("x{n}k7q2p{n}z@gmail.com", worked(0.6, 0.6), "high"),
    ],
    ids=["people", "all of one load", "no night", "mailboxes of a machine"],
)
def test_strangers_who_want_privacy_throw_mailboxes_away_and_share_the_exits_of_a_vpn(
    tmp_path, names, work, grade
):
    accounts = [
        {"account_id": f"a{n:03}", "email": (names if n < 40 else "ben{n}@gmail.com").format(n=n)}
        for n in range(100)
    ]
    tied = {"ip": signal_ties(30, 20, held=3.0, by_chance=20.0), "email_domain": signal_ties(3, 18)}
    assert concealed(tmp_path, accounts, work, **tied)[0] == grade


DEALT = {"card": signal_ties(5, 24), "ip": signal_ties(30, 20, held=3.0, by_chance=20.0)}


#: The addresses of a load balancer, and a card for each few accounts.
HOSTED = {"card": signal_ties(13, 9), "ip": signal_ties(40, 20, held=30.0, by_chance=31.0)}
#: Those of a proxy service.
PROXIED = HOSTED | {"ip": signal_ties(400, 20, held=30.0, by_chance=31.0, networks=120)}


@pytest.mark.parametrize(
    ("a_day", "imported", "mail", "work", "tied", "grade"),
    [
        (1, 0, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "low"),
        (1, 25, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "low"),
        (1, 0, "ada{n}@mailinator.com", worked(0.6, 0.4), DEALT, "low"),
        (10, 0, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "high"),
        (1, 40, "ada{n}@gmail.com", worked(0.6, 0.4), DEALT, "high"),
        (1, 0, "ada{n}@gmail.com", worked(0.6, 0.2), DEALT, "high"),
        (1, 0, "x{n}k7q2p{n}z@gmail.com", worked(0.6, 0.4), DEALT, "high"),
        (1, 0, "ada{n}@gmail.com", NIGHT_OWLS, DEALT, "high"),
        (1, 0, "ada{n}@gmail.com", MACHINE, HOSTED, "medium"),
        (1, 0, "ada{n}@gmail.com", NIGHT_OWLS, PROXIED, "high"),
        (1, 0, "ada{n}@gmail.com", UNKNOWN, DEALT, "high"),
    ],
    ids=[
        *("an office", "half of it imported", "strangers behind proxies", "opened in four days"),
        *("sign-ups unknown", "a machine by day", "mailboxes of a machine", "no night"),
        *("a machine", "through proxies", "hours unknown"),
    ],
)
def test_who_came_one_by_one_and_is_used_as_people_are_hides_nothing_together(
    tmp_path, a_day, imported, mail, work, tied, grade
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
    found, codes = concealed(tmp_path, accounts, work, together=False, **tied)
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
    found = concealed(tmp_path, accounts, card=signal_ties(8, 15))
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
    assert concealed(tmp_path, accounts, ip=signal_ties(80, 25, held=23.0, by_chance=24.0))[1] == seen


@pytest.mark.parametrize(
    ("door", "work", "seen"),
    [
        (signal_ties(5, 40, held=4.9, by_chance=5.0), OFFICE, ["own_doors"]),
        (signal_ties(2, 40, held=2.0), UNKNOWN, ["own_doors"]),
        (signal_ties(2, 40, held=2.0), RESTLESS, ["own_doors"]),
        (signal_ties(2, 40, held=2.0), MACHINE, ["spread_cards"]),
        (signal_ties(9, 20, held=4.9, by_chance=5.0), RESTLESS, ["spread_cards"]),
        (signal_ties(74, 40, held=28.4, by_chance=28.6), RESTLESS, ["spread_cards"]),
        (None, RESTLESS, ["spread_cards"]),
        (None, OFFICE, ["spread_cards"]),
    ],
    ids=[
        *("a gateway, by day", "hours unknown", "the wards of a hospital", "a machine that deals out"),
        *("many doors", "a rented pool", "no addresses", "teams by day"),
    ],
)
def test_several_cards_hide_nobody_who_comes_by_the_same_few_doors(tmp_path, door, work, seen):
    """The cards of an office's teams or a hospital's wards, the codes of an event's sponsors."""
    tied = {"card": signal_ties(5, 24)} | ({"ip": door} if door else {})
    grade, codes = concealed(tmp_path, people(["box.example"] * 60), work, together=False, **tied)
    assert codes == seen
    assert grade == ("low" if seen == ["own_doors"] or work is OFFICE else "medium")


def test_addresses_dealt_out_are_nobodys_own_doors(tmp_path):
    tied = {"card": signal_ties(5, 24), "ip": signal_ties(6, 40, held=2.0, by_chance=5.0)}
    assert concealed(tmp_path, people(["box.example"] * 60), OFFICE, **tied) == ("low", ["spread_cards"])


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
    assert concealed(tmp_path, accounts, NIGHT_OWLS, **classroom) == ("low", ["own_doors"])
    pool = {"ip": signal_ties(80, 25, held=23.0, by_chance=24.0)}
    assert concealed(tmp_path, accounts, MACHINE, **pool) == ("medium", ["virtual_cards"])


@pytest.mark.parametrize(
    ("work", "grade"),
    [
        (MACHINE, "medium"),
        (NIGHT_OWLS, "low"),
        (OFFICE, "low"),
        (UNKNOWN, "low"),
    ],
    ids=["one machine", "customers of a product", "people", "hours unknown"],
)
@pytest.mark.parametrize(
    ("email", "funding"),
    [
        ("x{n}k7q2p{n}z@gmail.com", "credit"),
        ("ada{n}@mailinator.com", "credit"),
        ("ada{n}@gmail.com", "virtual"),
    ],
    ids=["made mailboxes", "mailboxes to throw away", "virtual cards"],
)
def test_what_anybody_may_throw_away_is_not_enough_by_itself(tmp_path, email, funding, work, grade):
    """Buyers of accounts that a reseller opens, and people who value privacy."""
    accounts = [
        {
            "account_id": f"a{n:03}",
            "email": (email if n < 40 else "ben{n}@gmail.com").format(n=n),
            "payment_fingerprint": f"c{n}",
            "payment_funding": funding if n < 40 else "credit",
        }
        for n in range(100)
    ]
    tied = {"card": signal_ties(1, 40), "ip": signal_ties(80, 25, held=23.0, by_chance=24.0)}
    found, codes = concealed(tmp_path, accounts, work, **tied)
    assert (found, len(codes)) == (grade, 1)


@pytest.mark.parametrize(
    ("work", "grade"),
    [
        (OFFICE, "low"),
        (NIGHT_OWLS, "high"),
        (UNKNOWN, "high"),
    ],
    ids=["by day", "day and night", "hours unknown"],
)
def test_prepaid_cards_of_people_whom_addresses_alone_bind_hide_nobody(tmp_path, work, grade):
    """Crowd workers with payout cards, all behind the exits of one service."""
    accounts = [
        {"account_id": f"a{n:03}", "payment_funding": "prepaid" if n < 40 else "credit"} for n in range(100)
    ]
    exits = {"ip": signal_ties(12, 20, held=2.0)}
    assert concealed(tmp_path, accounts, work, **exits) == (
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

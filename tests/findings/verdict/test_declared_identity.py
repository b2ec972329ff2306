"""Who declares a common identity."""

import pytest
from findings.verdict.forty_accounts import core, ids, one_cluster, paid_by_ten_cards, people, worked

from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared.ties import Ties
from distillscan.findings.verdict.declared import declared_identity

UNTIED, BY_DAY, NO_NIGHT = Ties([], {}, 0), worked(0.6, 0.6), worked(0.1, 0.6)


def identity_of(tmp_path, accounts, members):
    with one_cluster(tmp_path, accounts, members) as connection:
        return declared_identity(connection, core(UNTIED, work=BY_DAY), Pseudonyms(connection))


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


FIRMS = ["bank.example", "invest.example", "leasing.example"]


@pytest.mark.parametrize(
    ("domains", "work", "declared"),
    [
        (FIRMS, BY_DAY, True),
        (FIRMS, NO_NIGHT, False),
        ([*FIRMS[:2], "quick-tempmail.example"], BY_DAY, False),
        ([*FIRMS[:2], "gmail.com"], BY_DAY, False),
        ([*FIRMS, "trust.example"], BY_DAY, False),
    ],
    ids=["people", "a machine", "thrown away", "for all", "many"],
)
def test_a_group_of_firms_declares_itself(tmp_path, domains, work, declared):
    """Its departments' cards are used in all of its firms."""
    mailboxes = [domains[n % len(domains)] if n < 40 else "box.example" for n in range(100)]
    with paid_by_ten_cards(tmp_path, mailboxes) as (connection, _):
        found = declared_identity(connection, core(UNTIED, work=work), Pseudonyms(connection))
    assert (found is not None) == declared

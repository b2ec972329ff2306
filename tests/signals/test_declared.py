"""What accounts declare: an organisation id first, else a mail domain that is not for all."""

import pytest
from small_cases import case_of

from distillscan.case.frame import frame
from distillscan.case.settle import settle
from distillscan.signals.declared import declared


def groups_of(tmp_path, accounts):
    """The sets of accounts that declare one identity."""
    rows = [{"account_id": name, **more} for name, more in accounts.items()]
    with case_of(tmp_path, [{"account_id": name} for name in accounts], rows) as case:
        settle(case)
        names = frame(case.connection, "SELECT account_id FROM account ORDER BY account")["account_id"]
        numbers = declared(case.connection)
    return {frozenset(names.filter(numbers == number)) for number in set(numbers[numbers >= 0].tolist())}


def mail(domain, names):
    return {name: {"email": f"{name}@{domain}"} for name in names}


def test_those_of_one_domain_of_their_own_declare_the_same(tmp_path):
    accounts = mail("works.example", "abc") | mail("mill.example", "de") | mail("alone.example", "f")
    assert groups_of(tmp_path, accounts) == {frozenset("abc"), frozenset("de")}


@pytest.mark.parametrize("domain", ["gmail.com", "tutanota.com", "mailinator.com", "temp-mail.example"])
def test_a_provider_for_all_declares_nothing(tmp_path, domain):
    assert groups_of(tmp_path, mail(domain, "abc")) == set()


def test_an_organisation_id_goes_before_a_domain(tmp_path):
    accounts = mail("works.example", "abcdefg")
    for name, org in zip("abcd", "1122", strict=True):
        accounts[name]["org_id"] = org
    assert groups_of(tmp_path, accounts) == {frozenset("ab"), frozenset("cd"), frozenset("efg")}


def test_the_tenant_of_the_whole_log_tells_nobody_apart(tmp_path):
    accounts = mail("works.example", "ab") | mail("gmail.com", "cd")
    assert groups_of(tmp_path, {name: more | {"org_id": "all"} for name, more in accounts.items()}) == {
        frozenset("ab")
    }

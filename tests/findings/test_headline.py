"""What the headline says of campaigns, part of whose requests are their own."""

from datetime import date

import pytest

from distillscan.findings.document import SmallGroups
from distillscan.findings.document.counts import RequestCounts
from distillscan.findings.document.verdict import Evidence, Finding
from distillscan.findings.headline import headline
from tests.reports.made_findings import campaign

NONE = SmallGroups(groups=0, accounts=0, below=10)


def said(matching, **update):
    requests = RequestCounts(
        members_core=900, members_upper=900, matching_core=matching, matching_upper=matching
    )
    days = {"first_matching_day": date(2026, 5, 20), "last_matching_day": date(2026, 5, 31)}
    return headline([campaign().model_copy(update={"requests": requests, **days, **update})], 0, NONE)


@pytest.mark.parametrize(
    ("basis", "what"),
    [
        ("content", "templates or inserts"),
        ("content and tools", "templates, inserts or tool lists"),
        ("tools", "tool lists"),
        ("network", "addresses"),
        (None, "templates, inserts or addresses"),
    ],
)
def test_what_requests_of_the_campaigns_own_carry_is_named(basis, what):
    assert f"; 400 of these match its own {what}, between 20 May" in said(400, matching_basis=basis)


def test_of_several_campaigns_all_that_their_own_requests_carry_is_named():
    requests = campaign().requests.model_copy(update={"matching_core": 1})
    day = date(2026, 5, 20)
    own = {"requests": requests, "first_matching_day": day, "last_matching_day": day}
    both = [
        campaign().model_copy(update={**own, "matching_basis": basis}) for basis in ("network", "content")
    ]
    assert "match their own addresses, templates or inserts" in headline(both, 0, NONE)


def test_requests_of_the_campaigns_own_stand_beside_those_of_its_accounts_with_their_days():
    assert "made 900 requests between 4 May" in said(400)
    assert said(400).endswith(
        "; 400 of these match its own templates, inserts or addresses, "
        "between 20 May and 31 May 2026 (12 days, UTC)."
    )


def test_where_all_requests_are_its_own_they_are_counted_once():
    assert "match" not in said(900)


def test_that_some_accounts_sent_none_of_the_campaigns_own_requests_is_said():
    core = campaign().accounts.core
    assert f"; 400 of these, sent by {core - 1:,} of the accounts, match its" in said(
        400, matching_accounts=core - 1
    )
    assert "sent by" not in said(400, matching_accounts=core)


def test_an_organisation_that_only_its_domain_tells_from_a_campaign_is_named():
    shell = Evidence(code="shell", statement="", value=None, background=None)
    firms = [
        campaign().model_copy(
            update={
                "label": label,
                "verdict": "organisation",
                "concealment": Finding(grade="none", evidence=seen),
            }
        )
        for label, seen in (("C1", []), ("C2", [shell]))
    ]
    assert headline(firms, 0, NONE) == (
        "No campaign was found. Coordinated groups of another kind: 2 organisations. "
        "But for the e-mail domain they share, the accounts of C2 would be a campaign."
    )


def test_a_campaign_without_a_request_of_its_own_has_no_account_that_sent_one():
    own = campaign().model_copy(update={"first_matching_day": date(2026, 5, 20)})
    own = own.model_copy(update={"last_matching_day": date(2026, 5, 31), "matching_accounts": 50})
    nothing = RequestCounts(members_core=900, members_upper=900, matching_core=0, matching_upper=0)
    none = campaign().model_copy(update={"requests": nothing, "matching_accounts": 0})
    assert ", sent by 50 of the accounts, match" in headline([own, none], 0, NONE)

"""An organisation that only its domain tells from a campaign is said to be one."""

import pytest
from findings.verdict.forty_accounts import finding

from distillscan.findings.verdict.conclusions import Conclusions, _or_shell
from distillscan.findings.verdict.statements import observed


def conclusions(verdict, *codes):
    evidence = [one for code in codes for one in observed(code, "")]
    concealment = finding("none").model_copy(update={"evidence": evidence})
    return Conclusions(verdict, finding("high"), finding("high"), concealment, None, [], None, [])


@pytest.mark.parametrize(
    ("undeclared", "said"),
    [
        (conclusions("campaign", "undeclared", "spread_cards"), ["declared", "shell", "spread_cards"]),
        (conclusions("lead", "undeclared", "spread_cards"), ["declared"]),
    ],
)
def test_what_an_organisation_would_hide_without_its_domain_is_said_if_it_would_be_a_campaign(
    undeclared, said
):
    found = _or_shell(conclusions("organisation", "declared"), undeclared)
    assert (found.verdict, found.concealment.grade) == ("organisation", "none")
    assert [one.code for one in found.concealment.evidence] == said

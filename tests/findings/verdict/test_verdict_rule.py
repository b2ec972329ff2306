"""What verdict follows from the three findings."""

import pytest
from findings.verdict.forty_accounts import finding

from distillscan.findings.document.verdict import BenignExplanation, DeclaredIdentity
from distillscan.findings.verdict.rule import verdict


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

"""Findings with the members that a case would add to them."""

import pytest
from made_findings import campaign, make_findings
from made_members import made_evidence

from distillscan.findings.document import Findings
from distillscan.findings.explain.member_evidence import MemberEvidence


@pytest.fixture
def evidence(findings: Findings) -> MemberEvidence:
    return made_evidence(findings)


@pytest.fixture
def many() -> tuple[Findings, MemberEvidence]:
    """A report with 25,000 members."""
    findings = make_findings(campaign(), headline="1 campaign was found.")
    return findings, made_evidence(findings, 25_000)

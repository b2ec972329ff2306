"""Findings to draw: a campaign and an organisation, a log in which nothing was found, a hostile one."""

import pytest
from made_findings import PAYLOADS, campaign, hostile_findings, make_findings, organisation

from distillscan.findings.document import Findings


@pytest.fixture
def findings() -> Findings:
    return make_findings(
        campaign(),
        organisation(),
        headline="1 campaign was found: 118 accounts, 13,421 requests. 1 organisation was found.",
    )


@pytest.fixture
def empty() -> Findings:
    return make_findings(headline="No group of accounts was found to act as one.")


@pytest.fixture
def payloads() -> list[str]:
    return PAYLOADS


@pytest.fixture
def hostile() -> Findings:
    return hostile_findings()

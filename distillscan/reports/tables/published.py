"""What was published about such campaigns, for comparison of size: each figure its discloser's own count.

Whoever a discloser accused is not repeated here: a name beside this log's accounts would point at somebody,
and sizes that are alike name nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from distillscan.findings.document import Findings
from distillscan.reports import wording
from distillscan.reports.tables.table import Column, Table


@dataclass(frozen=True)
class Disclosure:
    """One published count, as it was worded: exchanges, accounts, window, and where it stands."""

    source: str
    counted: str
    exchanges: str
    accounts: str
    window: str
    per_account_per_day: str


_FEBRUARY = (
    "“Detecting and preventing distillation attacks”, public disclosure, February 2026 (primary source)"
)
_JUNE = "a letter of 10 June 2026, as reported (secondary source)"
_SEPTEMBER = "a report of September 2026, as reported (secondary source)"

DISCLOSURES = (
    Disclosure(
        _FEBRUARY, "three organisations together", "over 16 million", "about 24,000", "not stated", "-"
    ),
    Disclosure(_FEBRUARY, "one proxy network", "-", "more than 20,000 at once", "not stated", "-"),
    Disclosure(
        "Google Threat Intelligence Group, February 2026 (primary source)",
        "one campaign",
        "more than 100,000 prompts",
        "-",
        "not stated",
        "-",
    ),
    Disclosure(
        _JUNE,
        "one campaign",
        "28.8 million",
        "nearly 25,000",
        "22 April to 5 June 2026 (45 days, both ends counted)",
        "about 26",
    ),
    Disclosure(
        _SEPTEMBER,
        "the campaign of the letter of June, counted again",
        "over 151 million, about 3 million a day at its peak",
        "over 3,500 at its peak",
        "May to July 2026",
        "about 860 at its peak",
    ),
    Disclosure(_SEPTEMBER, "one campaign", "over 3.4 million", "273", "17 days", "about 730"),
    Disclosure(
        "OpenAI, October 2026, as reported (secondary source)",
        "one campaign",
        "16,000",
        "over 4,000",
        "24 to 25 July 2026 (2 days)",
        "about 2",
    ),
)

COLUMNS = (
    Column("counted", "Counted"),
    Column("exchanges", "Exchanges or requests"),
    Column("accounts", "Accounts"),
    Column("window", "Window"),
    Column("per_account_per_day", "Per account per day"),
    Column("source", "Source"),
)
CAVEATS = (
    "Can be compared: orders of magnitude, and the same ratio of two counts taken by one definition.",
    "Cannot be compared without asking the discloser: exchanges with requests (retries, streams and turns "
    "of a tool loop may count once or each), accounts with users or keys, accounts at the peak with "
    "accounts in all, and windows of different length. Two published counts of one campaign differ by "
    "window and definition alone.",
    "Requests per account per day run from about 2 to about 860 in these cases, so no volume of one account "
    "tells a campaign; the ratios are our arithmetic on the published figures.",
    "A size that is alike says nothing about who is behind the accounts of this log.",
)


def published(findings: Findings) -> Table:
    """The clusters with the verdict `campaign`, then the published counts."""
    own = [
        (
            f"{cluster.label} of this log",
            f"{wording.count(cluster.requests.members_core)} requests by members, "
            f"{wording.count(cluster.requests.matching_core)} matching",
            f"{wording.count(cluster.accounts.core)} core",
            f"{wording.day(cluster.first_seen)} to {wording.day(cluster.last_seen)} "
            f"({wording.counted(cluster.days, 'day')}, both ends counted)",
            wording.rate(cluster.requests_per_account_per_day),
            "this document",
        )
        for cluster in findings.clusters
        if cluster.verdict == "campaign"
    ]
    told = [
        (one.counted, one.exchanges, one.accounts, one.window, one.per_account_per_day, one.source)
        for one in DISCLOSURES
    ]
    return Table.of("published", "Beside published cases", COLUMNS, [*own, *told], CAVEATS)

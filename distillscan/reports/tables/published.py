"""What was published about such campaigns, for comparison of size: each figure its discloser's own count.

Whoever a discloser accused is not repeated here: a name beside this log's accounts would point at somebody,
and sizes that are alike name nobody.
"""

from distillscan.findings.document import Findings
from distillscan.reports.tables.table import Column, Table
from distillscan.reports.wording import count, counted, day, rate

_FEBRUARY = (
    "“Detecting and preventing distillation attacks”, public disclosure, February 2026 (primary source)"
)
_GOOGLE = "Google Threat Intelligence Group, February 2026 (primary source)"
_JUNE = "a letter of 10 June 2026, as reported (secondary source)"
_SEPTEMBER = "a report of September 2026, as reported (secondary source)"
_OCTOBER = "OpenAI, October 2026, as reported (secondary source)"
_45_DAYS = "22 April to 5 June 2026 (45 days, both ends counted)"

#: What was counted, the exchanges, the accounts, the window and the rate as they were worded, and where.
_DISCLOSURES = (
    ("three organisations together", "over 16 million", "about 24,000", "not stated", "-", _FEBRUARY),
    ("one proxy network", "-", "more than 20,000 at once", "not stated", "-", _FEBRUARY),
    ("one campaign", "more than 100,000 prompts", "-", "not stated", "-", _GOOGLE),
    ("one campaign", "28.8 million", "nearly 25,000", _45_DAYS, "about 26", _JUNE),
    (
        "the campaign of the letter of June, counted again",
        "over 151 million, about 3 million a day at its peak",
        "over 3,500 at its peak",
        "May to July 2026",
        "about 860 at its peak",
        _SEPTEMBER,
    ),
    ("one campaign", "over 3.4 million", "273", "17 days", "about 730", _SEPTEMBER),
    ("one campaign", "16,000", "over 4,000", "24 to 25 July 2026 (2 days)", "about 2", _OCTOBER),
)

_COLUMNS = (
    Column("counted", "Counted"),
    Column("exchanges", "Exchanges or requests"),
    Column("accounts", "Accounts"),
    Column("window", "Window"),
    Column("per_account_per_day", "Per account per day"),
    Column("source", "Source"),
)
_CAVEATS = (
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
            f"{count(cluster.requests.members_core)} requests by members, "
            f"{count(cluster.requests.matching_core)} matching",
            f"{count(cluster.accounts.core)} core",
            f"{day(cluster.first_seen)} to {day(cluster.last_seen)} "
            f"({counted(cluster.days, 'day')}, both ends counted)",
            rate(cluster.requests_per_account_per_day),
            "this document",
        )
        for cluster in findings.clusters
        if cluster.verdict == "campaign"
    ]
    return Table.of("published", "Comparison with published cases", _COLUMNS, [*own, *_DISCLOSURES], _CAVEATS)

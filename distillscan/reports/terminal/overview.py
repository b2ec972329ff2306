"""The top of the report: what was found, in one sentence and one table."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import sentences, wording
from distillscan.reports.terminal.style import grade, plain, table, verdict


def headline(findings: Findings) -> Text:
    """The headline sentence of the document."""
    return plain(findings.headline, "bold")


def cluster_table(findings: Findings) -> Table:
    """One row a cluster. Figures that belong together stand below each other, so that it fits 80 columns."""
    drawn = table(lines=True)
    drawn.add_column("Cluster\n\n\n", no_wrap=True)
    drawn.add_column("Accounts\ncore\n+ probable\n", justify="right", no_wrap=True)
    drawn.add_column("Requests\nmembers\nmatching\neach a day", justify="right", no_wrap=True)
    drawn.add_column("Seen\nfirst\nlast\ndays", no_wrap=True)
    drawn.add_column("Families\n\n\n", overflow="fold", min_width=8)
    drawn.add_column("Finding\ncoordination\nextraction\nconcealment", no_wrap=True)
    drawn.add_column("p\n\n\n", justify="right", no_wrap=True)
    for cluster in findings.clusters:
        drawn.add_row(*_cells(cluster))
    return drawn


def _cells(cluster: Cluster) -> list[Text]:
    core, upper = sentences.accounts(cluster)
    requests = (
        wording.count(cluster.requests.members_core),
        wording.count(cluster.requests.matching_core),
        wording.rate(cluster.requests_per_account_per_day),
    )
    window = (
        wording.day(cluster.first_seen),
        wording.day(cluster.last_seen),
        wording.counted(cluster.days, "day"),
    )
    return [
        Text("\n").join([plain(cluster.label, "bold"), verdict(cluster.verdict)]),
        Text(f"{wording.count(core)}\n{wording.count(upper)}"),
        Text("\n".join(requests)),
        Text("\n".join(window)),
        Text("\n").join(plain(family) for family in sentences.families_present(cluster)),
        Text("\n").join(grade(finding.grade) for _, finding in sentences.findings(cluster)),
        Text(wording.p_value(cluster.p_value)),
    ]


def how_to_read() -> Text:
    """How to take the table's figures, in a few lines."""
    return Text(
        "Core accounts are tied by values of two or more families; probable ones have even odds or better by "
        "their score. Requests are those of the core accounts, those of them that carry the cluster's own "
        "templates or inserts (all, for a cluster that has hardly any), and how many each account makes on a "
        "day. Days are UTC.",
        style="dim",
    )

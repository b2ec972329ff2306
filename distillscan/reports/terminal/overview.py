"""The top of the report: what was found, in one sentence and one table."""

from rich.table import Table
from rich.text import Text

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import sentences
from distillscan.reports.terminal.style import figures, grade, label, plain, table, verdict, words
from distillscan.reports.wording import count, counted, day, p_value, rate


def headline(findings: Findings) -> Text:
    """The headline sentence of the document."""
    return plain(findings.headline, "bold")


def cluster_table(findings: Findings) -> Table:
    """One row a cluster. Figures that belong together stand below each other, so that it fits 80 columns."""
    drawn = table(
        label("Cluster\n\n\n"),
        *figures("Accounts\ncore\n+ probable\n", "Requests\nmembers\nmatching\neach a day"),
        label("Seen\nfirst\nlast\ndays"),
        words("Families\n\n\n", least=8),
        label("Finding\ncoordination\nextraction\nconcealment"),
        *figures("p\n\n\n"),
        lines=True,
    )
    for cluster in findings.clusters:
        drawn.add_row(*_cells(cluster))
    return drawn


def _cells(cluster: Cluster) -> list[Text]:
    core, upper = sentences.accounts(cluster)
    sent = (count(cluster.requests.members_core), count(cluster.requests.matching_core))
    window = (day(cluster.first_seen), day(cluster.last_seen), counted(cluster.days, "day"))
    return [
        Text("\n").join([plain(cluster.label, "bold"), verdict(cluster.verdict)]),
        Text(f"{count(core)}\n{count(upper)}"),
        Text("\n".join([*sent, rate(cluster.requests_per_account_per_day)])),
        Text("\n".join(window)),
        Text("\n").join(plain(family) for family in sentences.families_present(cluster)),
        Text("\n").join(grade(finding.grade) for _, finding in sentences.findings(cluster)),
        Text(p_value(cluster.p_value)),
    ]


def how_to_read() -> Text:
    """How to take the table's figures, in a few lines."""
    return Text(
        "Core accounts are tied by values of two or more families; probable accounts have even odds or "
        "better. Requests are those of the core: all of them, those that match the cluster's own templates, "
        "inserts or addresses, and how many each account makes a day. Days are UTC.",
        style="dim",
    )

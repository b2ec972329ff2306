"""What each cluster was after: shares of its sampled requests by capability, against the rest of the log."""

from collections.abc import Iterator

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import asked
from distillscan.reports.tables.table import Column, Kind, Table, Value
from distillscan.reports.wording import percent

_NOT_MEASURED = "Capabilities were not measured when this document was made."

COLUMNS = (
    Column("cluster", "Cluster"),
    Column("capability", "Asks for"),
    Column("requests", "Sampled requests", Kind.COUNT),
    Column("share", "Share", Kind.SHARE),
    Column("low", "95 %, from", Kind.SHARE),
    Column("high", "95 %, to", Kind.SHARE),
    Column("share_elsewhere", "Share elsewhere", Kind.SHARE),
    Column("lift", "Lift", Kind.FIGURE),
)


def capabilities(findings: Findings) -> Table:
    """One row a cluster and kind of work; without rows where the document does not measure them."""
    rows = [row for cluster in findings.clusters for row in _rows(cluster)]
    measured = [(cluster, cluster.capabilities) for cluster in findings.clusters if cluster.capabilities]
    notes = [f"{cluster.label}: {profile.statement} {profile.note}" for cluster, profile in measured]
    errors = sorted({profile.rule_error for _, profile in measured if profile.sampled})
    return Table.of("capabilities", asked.TITLE, COLUMNS, rows, [*notes, *errors] or [_NOT_MEASURED])


def _rows(cluster: Cluster) -> Iterator[list[Value]]:
    for one in cluster.capabilities.capabilities if cluster.capabilities else []:
        shares = (one.share, one.low, one.high, one.background)
        yield [cluster.label, one.capability, one.requests, *shares, one.lift]


def profile(cluster: Cluster) -> str | None:
    """The kinds of work that set a cluster apart, largest first; None where none was looked for."""
    if cluster.capabilities is None or not cluster.capabilities.sampled:
        return None
    marks = [one for one in cluster.capabilities.capabilities if one.distinct]
    return ", ".join(f"{one.capability} {percent(one.share)}" for one in marks) or "none sets it apart"

"""What each cluster was after: shares of its requests by capability, against the rest of the log."""

from __future__ import annotations

from distillscan.findings.document import Cluster, Findings
from distillscan.reports.tables.table import Column, Kind, Table

_NOT_MEASURED = "Capabilities were not measured when this document was made."

COLUMNS = (
    Column("cluster", "Cluster"),
    Column("capability", "Capability"),
    Column("requests", "Requests", Kind.COUNT),
    Column("share", "Share of the cluster's requests", Kind.SHARE),
    Column("share_elsewhere", "Share elsewhere", Kind.SHARE),
)


def capabilities(findings: Findings) -> Table:
    """One row a cluster and capability; without rows where the document does not measure them."""
    return Table.of("capabilities", "Targeted capabilities", COLUMNS, [], [_NOT_MEASURED])


def profile(cluster: Cluster) -> str | None:
    """The capabilities of a cluster with their shares, largest first; None where they were not measured."""
    return None

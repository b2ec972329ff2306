"""The table of what the clusters sent: their most used templates."""

from __future__ import annotations

from distillscan.findings.document import Findings
from distillscan.reports.tables.table import Column, Kind, Table

_COLUMNS = (
    Column("cluster", "Cluster"),
    Column("template", "Template"),
    Column("requests", "Requests", Kind.COUNT),
    Column("core_accounts", "Core accounts", Kind.COUNT),
    Column("accounts", "Accounts in the log", Kind.COUNT),
    Column("distinct_prompts", "Different prompts", Kind.COUNT),
    Column("first_seen", "First seen", Kind.TIME),
    Column("exemplar", "First prompt"),
)
_COUNTS = (
    "Requests are those of the core. Each counts once, for the template that covers the most. Only the most "
    "used of each cluster are listed."
)


def templates(findings: Findings) -> Table:
    """The templates of each cluster, the most used first: a row each."""
    rows = [
        (
            cluster.label,
            one.key,
            one.requests,
            one.core_accounts,
            one.accounts,
            one.distinct_prompts,
            one.first_seen,
            one.exemplar,
        )
        for cluster in findings.clusters
        for one in cluster.templates
    ]
    return Table.of("templates", "Templates", _COLUMNS, rows, (_COUNTS,))

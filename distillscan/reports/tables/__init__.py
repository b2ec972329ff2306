"""The tables of a result, each built once, drawn in every form. A new one is a function, a name, a line."""

from __future__ import annotations

from collections.abc import Callable

from duckdb import DuckDBPyConnection

from distillscan.choices import ExportTable, TableName
from distillscan.clusters.projection import account_links
from distillscan.findings.document import Findings
from distillscan.reports.tables.capabilities import capabilities
from distillscan.reports.tables.clusters import clusters, letter
from distillscan.reports.tables.error_sources import error_sources
from distillscan.reports.tables.evidence import exculpatory, sensitivity, timeline
from distillscan.reports.tables.members import accounts, links
from distillscan.reports.tables.published import published
from distillscan.reports.tables.table import Table
from distillscan.reports.tables.templates import templates

OF_DOCUMENT: dict[TableName, Callable[[Findings], Table]] = {
    TableName.LETTER: letter,
    TableName.CLUSTERS: clusters,
    TableName.TIMELINE: timeline,
    TableName.CAPABILITIES: capabilities,
    TableName.EXCULPATORY: exculpatory,
    TableName.SENSITIVITY: sensitivity,
    TableName.TEMPLATES: templates,
    TableName.PUBLISHED: published,
    TableName.ERROR_SOURCES: error_sources,
}
"""Tables that the findings document holds."""

OF_CASE: dict[TableName, Callable[[DuckDBPyConnection, Findings], Table]] = {
    TableName.ACCOUNTS: accounts,
    TableName.LINKS: lambda connection, _: links(account_links(connection)),
}
"""Tables that name accounts, which only the case does."""


def build(name: TableName | ExportTable, connection: DuckDBPyConnection, findings: Findings) -> Table:
    """Any table of a scanned case, by either of its names; as an export its accounts are the members."""
    own = TableName.ACCOUNTS if name == ExportTable.MEMBERS else TableName(name)
    return OF_DOCUMENT[own](findings) if own in OF_DOCUMENT else OF_CASE[own](connection, findings)

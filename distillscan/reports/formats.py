"""The forms a report is written in. A new one is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from distillscan.findings.document import Findings
from distillscan.reports import csv_table, json_document, markdown, terminal


class ReportFormat(StrEnum):
    """Names of the forms, as the command line takes them."""

    TEXT = "text"
    MARKDOWN = "md"
    JSON = "json"
    CSV = "csv"


RENDERERS: dict[ReportFormat, Callable[[Findings], str]] = {
    ReportFormat.TEXT: terminal.render,
    ReportFormat.MARKDOWN: markdown.render,
    ReportFormat.JSON: json_document.render,
    ReportFormat.CSV: csv_table.render,
}

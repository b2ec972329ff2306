"""The forms that a report and a table are drawn in. A new one: a module, a name in `choices`, a line here."""

from collections.abc import Callable
from importlib import import_module

from distillscan.choices import ReportFormat
from distillscan.errors import ReportError
from distillscan.findings.document import Findings
from distillscan.reports import blocks, html, json_document, junit, letter, markdown, sarif
from distillscan.reports.blocks import Document
from distillscan.reports.forms import data, latex, xlsx
from distillscan.reports.forms import markdown as markdown_table
from distillscan.reports.tables import OF_DOCUMENT
from distillscan.reports.tables.clusters import letter as letter_table
from distillscan.reports.tables.table import Table
from distillscan.reports.terminal import as_text, grid, whole


def _by_extra(extra: str, document: Document) -> bytes:
    """The document in a form whose library comes with the extra of its name."""
    try:
        render: Callable[[Document], bytes] = import_module(f"distillscan.reports.forms.{extra}").render
    except ModuleNotFoundError as missing:
        raise ReportError(
            f"-t {extra} needs the package {missing.name}, which is not installed: "
            f"pip install 'distillscan[{extra}]'"
        ) from None
    return render(document)


RENDERERS: dict[ReportFormat, Callable[[Findings], str | bytes]] = {
    ReportFormat.TEXT: whole.render,
    ReportFormat.MARKDOWN: markdown.render,
    ReportFormat.HTML: html.render,
    ReportFormat.JSON: json_document.render,
    ReportFormat.CSV: lambda findings: data.to_csv_text(letter_table(findings)),
    ReportFormat.XLSX: lambda findings: xlsx.render([build(findings) for build in OF_DOCUMENT.values()]),
    ReportFormat.DOCX: lambda findings: _by_extra("docx", letter.document(findings)),
    ReportFormat.LATEX: lambda findings: latex.render(letter.document(findings)),
    ReportFormat.PDF: lambda findings: _by_extra("pdf", letter.document(findings)),
    ReportFormat.JUNIT: junit.render,
    ReportFormat.SARIF: sarif.render,
}

TABLE_RENDERERS: dict[ReportFormat, Callable[[Table], str | bytes]] = {
    ReportFormat.TEXT: lambda table: as_text(grid.sheet(table), 100),
    ReportFormat.MARKDOWN: markdown_table.render,
    ReportFormat.JSON: data.to_json,
    ReportFormat.CSV: data.to_csv_text,
    ReportFormat.XLSX: lambda table: xlsx.render([table]),
    ReportFormat.DOCX: lambda table: _by_extra("docx", blocks.of_table(table)),
    ReportFormat.LATEX: latex.fragment,
    ReportFormat.PDF: lambda table: _by_extra("pdf", blocks.of_table(table)),
}

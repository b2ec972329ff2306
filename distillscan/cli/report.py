"""``report``: show what was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from distillscan.choices import ReportFormat, TableName
from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.output import Destination, form_for
from distillscan.cli.reveal import as_asked
from distillscan.errors import ReportError

if TYPE_CHECKING:
    from distillscan.findings.document import Findings
    from distillscan.reports.tables.table import Table

FOUND = 1
#: What the file of a case begins with, behind a checksum of eight bytes.
_MAGIC, _MAGIC_STOP = b"DUCK", 12
#: Findings that can make the command leave with exit code 1.
FailOn = Literal["campaign", "coordinated"]

_Document = Annotated[
    Path | None,
    typer.Argument(
        metavar="FINDINGS.json",
        help="A document that `report -t json` wrote, to be drawn without its case.",
        show_default=False,
    ),
]
_Form = Annotated[
    ReportFormat | None,
    typer.Option("--type", "-t", help="The form of the report; by default the ending of --output, or text."),
]
_Table = Annotated[TableName | None, typer.Option("--table", help="Only this table, with its footnotes.")]
_FailOn = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on", help="Exit with 1 on a campaign, or on any cluster of medium or high coordination."
    ),
]
_Earlier = Annotated[
    list[Path] | None,
    typer.Option(
        "--earlier",
        metavar="BUNDLE",
        help="Compare with the clusters of this evidence bundle, sealed under the same --key; "
        "may be given several times.",
        show_default=False,
    ),
]


def report(
    *,
    document: _Document = None,
    form: _Form = None,
    table: _Table = None,
    output: options.Output = None,
    force: options.Force = False,
    fail_on: _FailOn = None,
    capabilities: options.Capabilities = None,
    earlier: _Earlier = None,
    reveal: options.Reveal = False,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Show the clusters: members, activity, evidence, and what was and was not tested.

    Scans the case first if it changed since the last scan, with the settings of that scan. `text` is for
    the terminal, and `md` is the same with more evidence; `html` is one self-contained page with figures
    and members, for the browser and for print; `docx`, `pdf` and `latex` are the letter to hand over, and
    `xlsx` its tables. `json` holds everything, `csv` the letter table only; `junit` and `sarif` are for CI.
    With --table, each form shows that one table.

    Example: distillscan report -o report.html
    """
    destination = Destination(output, force)
    form = form_for(form, output, ReportFormat, ReportFormat.TEXT)
    _refuse_what_cannot_be(form, table, document, capabilities=capabilities, earlier=earlier, reveal=reveal)
    file = CaseFile(case, threads, memory_limit)
    findings = _read(document) if document else _of_case(file, capabilities)
    findings = _compared(findings, file, earlier) if earlier else findings
    findings = as_asked(findings, file, reveal=reveal)
    if table is not None:
        _write_table(_table(findings, table, document, file, reveal=reveal), form, destination)
    elif form is ReportFormat.HTML and document is None:
        destination.write(_page(findings, file, reveal=reveal))
    else:
        _write(findings, form, destination)
    if fail_on is not None and _found(findings, fail_on):
        raise typer.Exit(FOUND)


def _refuse_what_cannot_be(
    form: ReportFormat,
    table: TableName | None,
    document: Path | None,
    *,
    capabilities: object,
    earlier: object,
    reveal: bool,
) -> None:
    if table is not None:
        from distillscan.reports.formats import TABLE_RENDERERS

        if form not in TABLE_RENDERERS:
            raise ReportError(f"{form} has no form for a single table; leave out --table")
    if document is None:
        return
    for given, why in (
        (reveal, "the values behind pseudonyms"),
        (capabilities, "where the prompts are"),
        (earlier, "who the members are"),
    ):
        if given:
            raise ReportError(f"only the case knows {why}: leave out {document}")


def _read(path: Path) -> Findings:
    from distillscan.findings.reading import read_document

    with path.open("rb") as file:
        if file.read(_MAGIC_STOP).endswith(_MAGIC):
            raise ReportError(f"{path} is a case: write --case {path}.")
    try:
        return read_document(path.read_bytes())
    except ReportError as error:
        raise ReportError(f"{path}: {error}") from None


def _of_case(case: CaseFile, capabilities: Path | None) -> Findings:
    from distillscan.cli.scanned import scanned
    from distillscan.findings.capabilities.rules import load_rules

    rules = load_rules(capabilities) if capabilities else None
    return scanned(case, rules=rules)


def _compared(findings: Findings, case: CaseFile, bundles: list[Path]) -> Findings:
    from distillscan.evidence.earlier import with_earlier

    with case.read() as opened:
        return with_earlier(opened.connection, findings, bundles)


def _page(findings: Findings, case: CaseFile, *, reveal: bool) -> str:
    """The page with the members, whom only the case knows."""
    from distillscan.findings.explain.member_evidence import member_evidence
    from distillscan.reports import html

    with case.read() as opened:
        return html.render(findings, member_evidence(opened.connection, findings, reveal=reveal))


def _table(
    findings: Findings, name: TableName, document: Path | None, case: CaseFile, *, reveal: bool
) -> Table:
    """The table, accounts in it under their pseudonyms unless they are revealed."""
    from distillscan.findings.pseudonyms import Pseudonyms
    from distillscan.reports.tables import OF_CASE, OF_DOCUMENT

    if name in OF_DOCUMENT:
        return OF_DOCUMENT[name](findings)
    if document is not None:
        raise ReportError(f"the table {name} names accounts, which only the case holds: leave out {document}")
    with case.read() as opened:
        found = OF_CASE[name](opened.connection, findings)
        shown = found.rows if reveal else Pseudonyms(opened.connection).of_accounts(found.rows)
    return replace(found, rows=shown)


def _write(findings: Findings, form: ReportFormat, destination: Destination) -> None:
    if form is ReportFormat.TEXT:
        from distillscan.reports.terminal import whole

        destination.draw(whole.report(findings))
    else:
        from distillscan.reports.formats import RENDERERS

        destination.write(RENDERERS[form](findings))


def _write_table(table: Table, form: ReportFormat, destination: Destination) -> None:
    if form is ReportFormat.TEXT:
        from distillscan.reports.terminal.grid import sheet

        destination.draw(sheet(table))
    else:
        from distillscan.reports.formats import TABLE_RENDERERS

        destination.write(TABLE_RENDERERS[form](table))


def _found(findings: Findings, fail_on: FailOn) -> bool:
    if fail_on == "campaign":
        return any(cluster.verdict == "campaign" for cluster in findings.clusters)
    return any(cluster.coordination.grade in {"high", "medium"} for cluster in findings.clusters)

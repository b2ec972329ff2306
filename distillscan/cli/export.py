"""``export``: the tables of a result, for further work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from distillscan.choices import ExportFormat, ExportTable
from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.output import Destination, form_for
from distillscan.cli.reveal import as_asked
from distillscan.errors import ReportError

if TYPE_CHECKING:
    import polars as pl

    from distillscan.case.store import Case as OpenCase
    from distillscan.findings.document import Findings

_Table = Annotated[
    ExportTable,
    typer.Argument(metavar="TABLE", help=f"Which table: {', '.join(ExportTable)}.", show_default=False),
]
_Form = Annotated[
    ExportFormat | None,
    typer.Option("--type", "-t", help="The form of the table; by default the ending of --output, or csv."),
]


def export(
    *,
    table: _Table,
    form: _Form = None,
    output: options.Output = None,
    force: options.Force = False,
    reveal: options.Reveal = False,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Write a table of the result: cluster members, cluster figures, links between accounts and others.

    `members` has one row per account with its cluster, tier, verdict, grades and counts; `requests` has one
    row per request of a member, with its file and row in the log and whether it matches; `clusters` has the
    figures of each cluster; `links` has the strongest links between accounts, as `graphml` for a graph
    program. The others are the tables of `report --table` in machine-readable form. In CSV, text that a
    spreadsheet would run as a formula gets a leading apostrophe; Parquet holds it unchanged. `members` is
    your working list and shows account ids as in the log; all other tables show pseudonyms.

    Example: distillscan export members -o members.parquet
    """
    destination = Destination(output, force)
    form = form_for(form, output, ExportFormat, ExportFormat.CSV)
    if form is ExportFormat.GRAPHML and table is not ExportTable.LINKS:
        raise ReportError("graphml is a graph: it is for `export links` only; use csv, jsonl or parquet")
    from distillscan.cli.scanned import scanned
    from distillscan.reports.tabular import write

    file = CaseFile(case, threads, memory_limit)
    findings = scanned(file)
    findings = as_asked(findings, file, reveal=reveal)
    with file.read() as opened, destination.opened(binary=form is ExportFormat.PARQUET) as out:
        if form is ExportFormat.GRAPHML:
            out.write(_graph(opened, reveal=reveal))
        else:
            write(form, _parts(opened, findings, table, reveal=reveal), out)


def _parts(case: OpenCase, findings: Findings, table: ExportTable, *, reveal: bool) -> Iterator[pl.DataFrame]:
    from distillscan.findings.pseudonyms import Pseudonyms
    from distillscan.reports.tables import build
    from distillscan.reports.tables.requests import member_requests

    connection = case.connection
    if table is ExportTable.REQUESTS:
        parts = member_requests(connection, findings)
    else:
        parts = iter([build(table, connection, findings).rows])
    shown = reveal or table is ExportTable.MEMBERS
    return parts if shown else map(Pseudonyms(connection).of_accounts, parts)


def _graph(case: OpenCase, *, reveal: bool) -> bytes:
    from distillscan.clusters.projection import account_links, linked_accounts
    from distillscan.findings.pseudonyms import Pseudonyms
    from distillscan.reports import graphml

    accounts, links = linked_accounts(case.connection), account_links(case.connection)
    if not reveal:
        accounts, links = map(Pseudonyms(case.connection).of_accounts, (accounts, links))
    return graphml.render(accounts, links).encode()

"""The tables and reports of a bundle: every one that is registered, accounts under their pseudonyms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.choices import ExportTable, ReportFormat, TableName
from distillscan.errors import ReportError
from distillscan.evidence import numbers
from distillscan.findings.document import Findings
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.reports.formats import RENDERERS
from distillscan.reports.tables import build
from distillscan.reports.tabular import to_csv, to_parquet


def write_tables(connection: DuckDBPyConnection, findings: Findings, directory: Path) -> dict[str, int]:
    """Write every table as CSV and Parquet; return the number of rows of each file."""
    directory.mkdir()
    pseudonyms = Pseudonyms(connection)
    rows: dict[str, int] = {}
    for name in (ExportTable.MEMBERS, *TableName):
        shown = pseudonyms.of_accounts(build(name, connection, findings).rows)
        for suffix, write in (("csv", to_csv), ("parquet", to_parquet)):
            file = directory / f"{name}.{suffix}"
            file.write_bytes(write(shown))
            rows[f"{directory.name}/{file.name}"] = len(shown)
    return rows


def write_numbers(findings: Findings, path: Path) -> int:
    """Write every headline number with its place in the document and where it comes from; return how many."""
    stated = numbers.stated(findings)
    table = pl.DataFrame(
        {
            "number": list(stated),
            "value": [None if value is None else str(value) for value in stated.values()],
            "derivation": [numbers.definition(pointer) for pointer in stated],
        },
        schema={"number": pl.String, "value": pl.String, "derivation": pl.String},
    )
    path.write_bytes(to_csv(table))
    return len(table)


def drawn_reports(findings: Findings) -> Iterator[tuple[str, bytes]]:
    """Draw the document in every form whose libraries are installed; JSON is the document itself."""
    for form, render in RENDERERS.items():
        if form is ReportFormat.JSON:
            continue
        try:
            drawn = render(findings)
        except ReportError:
            continue
        yield f"report.{form}", drawn.encode() if isinstance(drawn, str) else drawn

"""``report``: show what was found."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from distillscan.cli.options import DEFAULT_CASE, Case, Debug, Force, MemoryLimit, Output, Quiet, Threads
from distillscan.cli.output import refuse_overwriting, write_result
from distillscan.cli.scan import scanned
from distillscan.cli.screen import show_result
from distillscan.findings.document import Findings
from distillscan.reports import terminal
from distillscan.reports.formats import RENDERERS, ReportFormat

FOUND = 1


class FailOn(StrEnum):
    """Findings that can make the command leave with exit code 1."""

    CAMPAIGN = "campaign"
    COORDINATED = "coordinated"


def report(
    *,
    form: Annotated[
        ReportFormat, typer.Option("--type", "-t", help="The form of the report.")
    ] = ReportFormat.TEXT,
    output: Output = None,
    force: Force = False,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            help="Exit with 1 on a campaign, or on any cluster of medium or high coordination.",
        ),
    ] = None,
    case: Case = DEFAULT_CASE,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show the clusters, who is in them, what they did, and what was and was not tested.

    Scans the case first if that was not done since its last input. `text` is for the terminal, `md` holds the
    letter table with its ready sentences and the evidence, `csv` the letter table alone, `json` everything.

    Example: distillscan report -t md -o report.md
    """
    refuse_overwriting(output, force=force)
    findings = scanned(case, threads, memory_limit, quiet=quiet)
    if form is ReportFormat.TEXT and output is None:
        show_result(terminal.report(findings))
    else:
        write_result(RENDERERS[form](findings), output, force=force, quiet=quiet)
    if fail_on is not None and _found(findings, fail_on):
        raise typer.Exit(FOUND)


def _found(findings: Findings, fail_on: FailOn) -> bool:
    if fail_on is FailOn.CAMPAIGN:
        return any(cluster.verdict == "campaign" for cluster in findings.clusters)
    return any(cluster.coordination.grade in {"high", "medium"} for cluster in findings.clusters)

"""``evaluate``: set a result against a known truth."""

from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer

from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.output import Destination

_Truth = Annotated[
    Path,
    typer.Option(
        "--truth",
        metavar="FILE",
        help="Table of account_id and campaign, as CSV, JSONL or Parquet.",
        show_default=False,
    ),
]
_TruthRequests = Annotated[
    Path | None,
    typer.Option(
        "--truth-requests", metavar="FILE", help="Table with a row for each request_id of a campaign."
    ),
]
_Form = Annotated[Literal["text", "json"], typer.Option("--type", "-t", help="The form of the evaluation.")]


def evaluate(
    *,
    truth: _Truth,
    truth_requests: _TruthRequests = None,
    form: _Form = "text",
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Compare the clusters of a case with a known truth: precision, recall and counts.

    Scans the case first if it changed since the last scan. Scores are given for clusters with the verdict
    campaign and for everything reported, each with core accounts alone and with probable ones. Pairwise
    scores count pairs of accounts in one cluster; errors of counts are signed. Accounts that the truth does
    not name count as innocent.

    Example: distillscan evaluate --truth truth.csv
    """
    from distillscan.cli.scanned import scanned
    from distillscan.reports.tables.members import members
    from distillscan.synthetic import evaluation as scoring
    from distillscan.synthetic.scoreboard import scoreboard

    known = scoring.read_table(truth, ("account_id", "campaign"))
    listed = scoring.read_table(truth_requests, ("request_id", "campaign")) if truth_requests else None
    file = CaseFile(case, threads, memory_limit)
    findings = scanned(file)
    with file.read() as opened:
        found = members(opened.connection, findings)
    evaluation = scoring.evaluate(found, findings, known, listed)
    if form == "text":
        Destination().draw(scoreboard(evaluation))
    else:
        document = scoring.as_document(evaluation)
        Destination().write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

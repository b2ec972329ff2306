"""``sql``: an analyst's own question to the case."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from distillscan.cli.case_file import CaseFile
from distillscan.cli.options import DEFAULT_CASE, Case, Debug, Force, MemoryLimit, Output, Quiet, Threads
from distillscan.cli.output import refuse_overwriting, write_result
from distillscan.cli.screen import PIPE_WIDTH, show_result

if TYPE_CHECKING:
    import polars as pl


class AnswerFormat(StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    CSV = "csv"
    JSONL = "jsonl"


def sql(
    *,
    statement: Annotated[
        str, typer.Argument(metavar="SQL", help="The question, in DuckDB's SQL.", show_default=False)
    ],
    form: Annotated[
        AnswerFormat, typer.Option("--type", "-t", help="The form of the answer.")
    ] = AnswerFormat.TEXT,
    output: Output = None,
    force: Force = False,
    case: Case = DEFAULT_CASE,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Ask the case file a question of your own in SQL.

    The case is opened read-only and without access to other files or the network. Every stage of the analysis
    is a table: files, rejects, accepted, accounts, shared_value, incidence, association, membership and more;
    `SHOW TABLES` lists them.

    Example: distillscan sql "SELECT client_ip, count(DISTINCT account_id) AS accounts FROM accepted GROUP BY
    ALL ORDER BY accounts DESC LIMIT 10"
    """
    from distillscan.case.question import ask
    from distillscan.reports.terminal.rows import rows

    refuse_overwriting(output, force=force)
    with CaseFile(case, threads, memory_limit).read() as opened:
        answer = ask(opened, statement)
    if form is AnswerFormat.TEXT and output is None:
        show_result(rows(answer))
    else:
        write_result(_written(answer, form), output, force=force, quiet=quiet)


def _written(answer: pl.DataFrame, form: AnswerFormat) -> str | bytes:
    from distillscan.reports.tabular import to_csv, to_jsonl
    from distillscan.reports.terminal import as_text
    from distillscan.reports.terminal.rows import rows

    match form:
        case AnswerFormat.TEXT:
            return as_text(rows(answer), PIPE_WIDTH)
        case AnswerFormat.CSV:
            return to_csv(answer)
        case AnswerFormat.JSONL:
            return to_jsonl(answer)

"""``sql``: an analyst's own question to the case."""

from typing import Annotated, Literal, get_args

import typer

from distillscan.choices import ExportFormat
from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.output import Destination, form_for

_Statement = Annotated[
    str, typer.Argument(metavar="SQL", help="The question, in DuckDB's SQL.", show_default=False)
]
Form = Literal["text", "csv", "jsonl", "parquet"]
_Form = Annotated[
    Form | None,
    typer.Option("--type", "-t", help="The form of the answer; by default the ending of --output, or text."),
]


def sql(
    *,
    statement: _Statement,
    form: _Form = None,
    output: options.Output = None,
    force: options.Force = False,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Query the case file in SQL.

    The case is opened read-only and without access to other files or the network. Every stage of the analysis
    is a table: files, rejects, accepted, accounts, shared_value, incidence, association, membership and more;
    `SHOW TABLES` lists them.

    Example: distillscan sql "SELECT client_ip, count(DISTINCT account_id) AS accounts FROM accepted GROUP BY
    ALL ORDER BY accounts DESC LIMIT 10"
    """
    from distillscan.case.question import ask
    from distillscan.reports.tabular import write
    from distillscan.reports.terminal.grid import rows

    destination = Destination(output, force)
    with CaseFile(case, threads, memory_limit).read() as opened:
        answer = ask(opened, statement)
    asked = form_for(form, output, get_args(Form), "text")
    if asked == "text":
        destination.draw(rows(answer))
        return
    with destination.opened(binary=asked == ExportFormat.PARQUET) as file:
        write(ExportFormat(asked), iter([answer]), file)

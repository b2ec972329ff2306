"""The program: its commands and their order in the help.

All commands are imported to show the help, so what a command needs to parse its options and to say what they
mean is imported at the top of its module: typer, the names in :mod:`distillscan.choices`, other modules of
``cli``. What it needs to do its work (duckdb, polars, scipy, numba, and every package of the analysis) is
imported inside the functions that work. A test holds this.
"""

from typing import Annotated

import typer

from distillscan import __version__
from distillscan.cli.allocation import collect_rarely, reuse_freed_memory
from distillscan.cli.decide import decide
from distillscan.cli.demo import demo
from distillscan.cli.evaluate import evaluate
from distillscan.cli.explain import explain
from distillscan.cli.export import export
from distillscan.cli.failures import translated
from distillscan.cli.formats import formats
from distillscan.cli.ingest import ingest
from distillscan.cli.options import FLAG
from distillscan.cli.report import report
from distillscan.cli.scan import scan
from distillscan.cli.schema import schema
from distillscan.cli.screen import survive_any_text
from distillscan.cli.seal import seal
from distillscan.cli.simulate import simulate
from distillscan.cli.sql import sql
from distillscan.cli.verify import verify

COMMANDS = (
    ingest,
    scan,
    report,
    export,
    explain,
    demo,
    simulate,
    evaluate,
    sql,
    decide,
    seal,
    verify,
    schema,
    formats,
)

app = typer.Typer(
    name="distillscan",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"distillscan {__version__}")
        raise typer.Exit


@app.callback()
def distillscan(
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar=FLAG, callback=_show_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Find groups of accounts that act as one in LLM API request logs.

    Everything happens on this machine: `ingest` reads exports of the log, `report` shows the result.
    `distillscan demo` runs both on invented logs and explains the output.

    Example: distillscan ingest logs/ --accounts accounts.csv && distillscan report

    Exit codes: 0 done, 1 done with a finding at or above --fail-on, 2 usage, configuration or I/O error, 3
    unusable data, 4 a bundle that differs, 70 internal error, 130 interrupted.
    """


for command in COMMANDS:
    app.command()(translated(command))


def main() -> None:
    """Run the command line and leave with its exit code."""
    reuse_freed_memory()
    collect_rarely()
    survive_any_text()
    app()

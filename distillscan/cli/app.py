"""The program: its commands and their order in the help.

All commands are imported to show the help, so what a command needs to parse its options and to say what they
mean is imported at the top of its module: typer, the names in :mod:`distillscan.choices`, other modules of
``cli``. What it needs to do its work (duckdb, polars, scipy, numba, and every package of the analysis) is
imported inside the functions that work. A test holds this.
"""

from typing import Annotated

import typer
from typer.core import TyperGroup, TyperOption

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
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
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


def program() -> TyperGroup:
    """The program with its flags shown as they are: the help would have ``<bool>`` behind each."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    context = typer.Context(group, **group.context_settings)
    for command in (group, *group.commands.values()):
        for parameter in command.get_params(typer.Context(command, parent=context)):
            if isinstance(parameter, TyperOption) and parameter.is_flag:
                parameter.metavar = ""
    return group


def main() -> None:
    """Run the command line and leave with its exit code."""
    reuse_freed_memory()
    collect_rarely()
    survive_any_text()
    program()()

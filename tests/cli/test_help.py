"""The help teaches: what each command is for, with an example; the page of commands is the same."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from distillscan import __version__
from distillscan.cli.app import COMMANDS, app, program
from distillscan.cli.manual import manual

NAMES = [command.__name__ for command in COMMANDS]


def test_no_command_shows_the_help(run):
    result = run()
    assert "Usage: distillscan" in result.output
    assert all(name in result.output for name in NAMES)


def test_version(run):
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"distillscan {__version__}\n")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(run, name):
    result = run(name, "--help", COLUMNS="100")
    assert result.exit_code == 0
    assert f"Example: distillscan {name}" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_every_example_is_a_command_that_parses(command):
    example = " ".join((command.__doc__ or "").split("Example: distillscan ")[1].split())
    group = typer.main.get_command(app)
    name, *arguments = shlex.split(example)
    assert group.commands[name].make_context(name, arguments) is not None


@pytest.mark.parametrize("name", NAMES)
def test_options_that_all_commands_share_are_called_the_same(run, name):
    text = run(name, "--help", COLUMNS="100").stdout
    assert "--quiet" in text
    assert "--debug" in text
    if name not in {"demo", "formats", "schema", "simulate", "verify"}:
        assert "--case" in text
        assert "DISTILLSCAN_CASE" in text


def test_the_help_needs_nothing_of_the_analysis():
    code = (
        "import sys\n"
        "from distillscan.cli.app import app\n"
        "try: app(['report', '--help'])\n"
        "finally: print(*sys.modules, file=sys.stderr)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Example: distillscan report" in shown.stdout
    loaded = set(shown.stderr.split())
    assert "distillscan.cli.report" in loaded
    assert not loaded & {"duckdb", "igraph", "networkx", "numba", "numpy", "polars", "pyarrow", "scipy"}


def test_the_page_of_commands_is_up_to_date():
    page = Path(__file__).parents[2] / "docs" / "commands.md"
    assert page.read_text(encoding="utf-8") == manual(), (
        "run: python -m distillscan.cli.manual > docs/commands.md"
    )


@pytest.mark.parametrize("command", [[], *([name] for name in NAMES)])
def test_an_option_without_a_value_shows_none(command, capsys):
    with pytest.raises(SystemExit):
        program()([*command, "--help"])
    text = capsys.readouterr().out
    assert "-h" in text
    assert "<bool>" not in text

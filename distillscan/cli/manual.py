"""The page of commands for the documentation: ``python -m distillscan.cli.manual > docs/commands.md``."""

import sys

import typer
from typer.core import TyperCommand, TyperGroup

from distillscan.cli.app import app

_HEAD = """# Commands

This page is written by `python -m distillscan.cli.manual`; `distillscan COMMAND --help` shows the same."""
_EXAMPLE = "Example: "


def manual() -> str:
    """Every command with its purpose, example, arguments and options, as Markdown."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    context = typer.Context(group, info_name="distillscan")
    commands = [command for command in group.commands.values() if isinstance(command, TyperCommand)]
    parts = [_HEAD, *_paragraphs(group.help or ""), *(_command(command, context) for command in commands)]
    return "\n\n".join(parts) + "\n"


def _command(command: TyperCommand, parent: typer.Context) -> str:
    context = typer.Context(command, info_name=command.name, parent=parent)
    usage = " ".join(["distillscan", str(command.name), *command.collect_usage_pieces(context)])
    records = [parameter.get_help_record(context) for parameter in command.params]
    rows = [f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in filter(None, records)]
    table = "\n".join(["| Argument or option | Meaning |", "| --- | --- |", *rows])
    return "\n\n".join([f"## {command.name}", f"```\n{usage}\n```", *_paragraphs(command.help or ""), table])


def _paragraphs(text: str) -> list[str]:
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return [
        f"```\n{paragraph.removeprefix(_EXAMPLE)}\n```" if paragraph.startswith(_EXAMPLE) else paragraph
        for paragraph in paragraphs
    ]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace(" <list[str]>", "...").replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(manual())

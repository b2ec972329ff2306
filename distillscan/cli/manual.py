"""The page of commands for the documentation: ``python -m distillscan.cli.manual > docs/commands.md``."""

import re
import sys
from collections import Counter

import typer

from distillscan.cli.app import program

_HEAD = """# Commands

This page is written by `python -m distillscan.cli.manual`; `distillscan COMMAND --help` shows the same."""
_SHARED = """## Options of several commands

Below each command, its last line names those of these options that it has."""
_EXAMPLE = "Example: "
#: An option that so many commands have is described once.
_COMMON = 3


def manual() -> str:
    """Every command with its purpose, example, arguments and options, as Markdown."""
    group = program()
    parent = typer.Context(group, info_name="distillscan")
    commands = [
        typer.Context(command, info_name=name, parent=parent) for name, command in group.commands.items()
    ]
    found = Counter(row for command in commands for row in _rows(command))
    shared = [row for row, times in found.items() if times >= _COMMON]
    parts = [_HEAD, *_paragraphs(group.help or ""), _SHARED, _table("Option", shared)]
    for command in commands:
        parts += _command(command, shared)
    return "\n\n".join(parts) + "\n"


def _rows(context: typer.Context) -> list[tuple[str, str]]:
    """The names of each argument and option of a command, and what it means."""
    records = [parameter.get_help_record(context) for parameter in context.command.params]
    return [(_cell(names), _cell(meaning)) for names, meaning in filter(None, records)]


def _command(context: typer.Context, shared: list[tuple[str, str]]) -> list[str]:
    command, rows = context.command, _rows(context)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    own = [row for row in rows if row not in shared]
    others = re.findall("--[a-z-]+", " ".join(names for names, meaning in rows if (names, meaning) in shared))
    return [
        *(f"## {command.name}", f"```\n{usage}\n```", *_paragraphs(command.help or "")),
        _table("Argument or option", own),
        f"Also {', '.join(f'`{name}`' for name in others)}.",
    ]


def _table(head: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"| `{names}` | {meaning} |" for names, meaning in rows]
    return "\n".join([f"| {head} | Meaning |", "| --- | --- |", *lines])


def _paragraphs(text: str) -> list[str]:
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return [
        f"```\n{paragraph.removeprefix(_EXAMPLE)}\n```" if paragraph.startswith(_EXAMPLE) else paragraph
        for paragraph in paragraphs
    ]


def _cell(text: str) -> str:
    return re.sub(r"(\.\.\.)? <list\[str\]>", "...", " ".join(text.split())).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(manual())

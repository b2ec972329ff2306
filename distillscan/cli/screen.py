"""The two screens: results on stdout, everything else on stderr."""

import io
import os
import sys
from contextvars import ContextVar

from rich.console import Console, RenderableType
from rich.text import Text

from distillscan.reports.escape import terminal as escape

#: Columns of a drawing in a pipe or a file; COLUMNS may say otherwise for a pipe.
_PLAIN_WIDTH = 100
_QUIET = ContextVar("quiet", default=False)


def be_quiet(quiet: bool) -> None:
    """Say for the command that begins whether it is to show no progress and no summary."""
    _QUIET.set(quiet)


def is_quiet() -> bool:
    """Whether the command is to show no progress and no summary."""
    return _QUIET.get()


def stdout() -> Console:
    """The screen for results, plain when stdout is no terminal or NO_COLOR is set."""
    return Console(file=sys.stdout, highlight=False)


def stderr() -> Console:
    """The screen for progress, summaries and errors."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=not sys.stderr.isatty())


def show_error(line: str) -> None:
    """Print one line to stderr in the colour of errors, whatever the line holds."""
    stderr().print(Text(escape(line), style="bold red"), soft_wrap=True)


def show_traceback(text: str) -> None:
    """Print a traceback to stderr with its indentation, and with the log's text in it made harmless."""
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip(" ")))
        stderr().print(Text(indent + escape(line)), soft_wrap=True)


def show_note(message: str) -> None:
    """Print one line to stderr, unless quiet."""
    if not is_quiet():
        stderr().print(Text(escape(message)), soft_wrap=True)


def show_summary(drawing: RenderableType) -> None:
    """Print a drawing to stderr, unless quiet."""
    if is_quiet():
        return
    console = stderr()
    if console.is_terminal:
        console.print(drawing)
    else:
        sys.stderr.write(as_plain_text(drawing))


def show_result(drawing: RenderableType) -> None:
    """Print a drawing to stdout: in colour and as wide as the terminal, or plain into a pipe."""
    console = stdout()
    if console.is_terminal:
        console.print(drawing)
    else:
        columns = os.environ.get("COLUMNS", "")
        sys.stdout.write(as_plain_text(drawing, int(columns) if columns.isdigit() else _PLAIN_WIDTH))


def as_plain_text(drawing: RenderableType, width: int = _PLAIN_WIDTH) -> str:
    """A drawing without colours, of at most so many columns."""
    from distillscan.reports.terminal import as_text

    return as_text(drawing, width)


def survive_any_text() -> None:
    """Let a stream whose encoding lacks a character show a replacement instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

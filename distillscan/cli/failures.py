"""Every failure becomes one line on stderr and an exit code, here and nowhere else."""

import functools
import inspect
import traceback
from collections.abc import Callable

import typer

from distillscan.cli.interruption import INTERRUPTED, STOPPED, remembered
from distillscan.cli.options import Debug, Quiet
from distillscan.cli.screen import be_quiet, show_error, show_traceback
from distillscan.errors import DistillscanError

FAILED = 2
INTERNAL = 70


def translated(command: Callable[..., None]) -> Callable[..., None]:
    """The command with its failures translated, and with the options that say how much is shown.

    ``--quiet`` leaves out notes and progress, ``--debug`` shows the traceback of a failure.
    Usage errors never come here: typer answers them itself, with exit code 2.
    """

    @functools.wraps(command)
    def run(*, quiet: bool, debug: bool, **options: object) -> None:
        be_quiet(quiet)
        with remembered() as interrupted:
            try:
                command(**options)
            except (typer.Exit, BrokenPipeError):
                raise
            except (Exception, KeyboardInterrupt) as failure:
                line, code = (STOPPED, INTERRUPTED) if interrupted() else explain(failure)
                if debug and code != INTERRUPTED:
                    show_traceback(traceback.format_exc())
                show_error(line)
                raise typer.Exit(code) from None

    own = inspect.signature(command, eval_str=True)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
        for name, option in (("quiet", Quiet), ("debug", Debug))
    ]
    run.__signature__ = own.replace(parameters=[*own.parameters.values(), *added])  # type: ignore[attr-defined]
    return run


def explain(failure: BaseException) -> tuple[str, int]:
    """The line and the exit code for a failure the analyst can act on, or for an internal error."""
    text = str(failure)
    if isinstance(failure, DistillscanError):
        return f"error: {text}", failure.exit_code
    import duckdb

    if isinstance(failure, MemoryError | duckdb.OutOfMemoryException):
        return "error: the memory limit was reached; give more with --memory-limit, or free some", FAILED
    if any(sign in text for sign in ("No space left on device", "Could not write all bytes")):
        return "error: the disk is full; free some space and run the same command again", FAILED
    if isinstance(failure, OSError):
        where = f"{failure.filename}: " if failure.filename else ""
        return f"error: {where}{failure.strerror or text}", FAILED
    return f"internal error: {type(failure).__name__}: {text}; run with --debug", INTERNAL

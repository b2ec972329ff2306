"""``formats``: the log formats that are recognised, and what each carries."""

from __future__ import annotations

from typing import Annotated

import typer

from distillscan.cli.options import Debug, Force, Output, Quiet
from distillscan.cli.output import write_result
from distillscan.cli.screen import PIPE_WIDTH, show_result


def formats(
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One format, in detail.", show_default=False)
    ] = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """List the formats of logs and account tables that `ingest` recognises, and what each carries.

    With a name: how that format is recognised, where its fields stand, what it lacks and which table to add.

    Example: distillscan formats litellm
    """
    from distillscan.logs.formats import format_named
    from distillscan.reports.terminal import as_text
    from distillscan.reports.terminal.preview import described, listed

    known = None if name is None else format_named(name)
    drawing = listed() if known is None else described(known)
    if output is None:
        show_result(drawing)
    else:
        write_result(as_text(drawing, PIPE_WIDTH), output, force=force, quiet=quiet)

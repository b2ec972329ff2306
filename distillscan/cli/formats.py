"""``formats``: the log formats that are recognised, and what each carries."""

from typing import Annotated

import typer

from distillscan.cli import options
from distillscan.cli.output import Destination

_Name = Annotated[
    str | None, typer.Argument(metavar="NAME", help="One format, in detail.", show_default=False)
]


def formats(
    *,
    name: _Name = None,
    output: options.Output = None,
    force: options.Force = False,
) -> None:
    """List the formats of logs and account tables that `ingest` recognises, and what each carries.

    With a name: how that format is recognised, where its fields stand, what it lacks and which table to add.

    Example: distillscan formats litellm
    """
    from distillscan.logs.formats import format_named
    from distillscan.reports.terminal.preview import described, listed

    destination = Destination(output, force)
    known = None if name is None else format_named(name)
    destination.draw(listed() if known is None else described(known))

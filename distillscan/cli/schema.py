"""``schema``: the JSON Schema of the findings document."""

from __future__ import annotations

from distillscan.cli.options import Debug, Force, Output, Quiet
from distillscan.cli.output import write_result
from distillscan.reports import json_document


def schema(
    *, output: Output = None, force: Force = False, quiet: Quiet = False, debug: Debug = False
) -> None:
    """Print the JSON Schema of what `report -t json` writes, for programs that read it.

    Example: distillscan schema -o findings.schema.json
    """
    write_result(json_document.schema(), output, force=force, quiet=quiet)

"""``schema``: the JSON Schemas of the documents."""

from typing import Annotated, Literal

import typer

from distillscan.cli import options
from distillscan.cli.output import Destination

_Document = Annotated[
    Literal["findings", "explanation"],
    typer.Argument(metavar="DOCUMENT", help="Which document: findings or explanation."),
]


def schema(
    *,
    document: _Document = "findings",
    output: options.Output = None,
    force: options.Force = False,
) -> None:
    """Print the JSON Schema of what `report -t json` or `explain -t json` writes, for programs that read it.

    Example: distillscan schema -o findings.schema.json
    """
    from distillscan.reports import json_document

    destination = Destination(output, force)
    if document == "findings":
        destination.write(json_document.schema())
    else:
        destination.write(json_document.explanation_schema())

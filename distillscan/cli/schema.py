"""``schema``: the JSON Schemas of the documents."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from distillscan.cli.options import Force, Output, Quiet
from distillscan.cli.output import Destination


class Document(StrEnum):
    """The documents that programs read."""

    FINDINGS = "findings"
    EXPLANATION = "explanation"


_Document = Annotated[
    Document, typer.Argument(metavar="DOCUMENT", help=f"Which document: {' or '.join(Document)}.")
]


def schema(
    *,
    document: _Document = Document.FINDINGS,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Print the JSON Schema of what `report -t json` or `explain -t json` writes, for programs that read it.

    Example: distillscan schema -o findings.schema.json
    """
    from distillscan.reports import json_document

    destination = Destination(output, force, quiet)
    if document is Document.FINDINGS:
        destination.write(json_document.schema())
    else:
        destination.write(json_document.explanation_schema())

"""The options that several commands share, each written once."""

from pathlib import Path
from typing import Annotated

import typer

Case = Annotated[
    Path,
    typer.Option(
        "--case", metavar="FILE", envvar="DISTILLSCAN_CASE", help="The case file.", show_default=True
    ),
]
Threads = Annotated[
    int | None,
    typer.Option("--threads", min=1, metavar="N", help="Threads to use; all by default."),
]
MemoryLimit = Annotated[
    str | None,
    typer.Option(
        "--memory-limit", metavar="SIZE", help="Memory limit of the database, such as 4GB; more goes to disk."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress and no summary, only errors.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="PATH", help="Write the result to this file instead of stdout."),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the output file if there is one.")]
Reveal = Annotated[
    bool,
    typer.Option(
        "--reveal",
        help="Show values instead of pseudonyms; each use is logged beside the case.",
    ),
]

Capabilities = Annotated[
    Path | None,
    typer.Option(
        "--capabilities",
        metavar="FILE",
        help="Your own capability rules, in place of the built-in ones.",
    ),
]

DEFAULT_CASE = Path("case.duckdb")

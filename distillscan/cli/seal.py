"""``seal``: the evidence bundle of a case."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.screen import is_quiet, show_note, stdout
from distillscan.errors import EvidenceError

_Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR", help="The directory to make; case-evidence for case.duckdb."
    ),
]
_Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="KEYFILE", help="Private key in OpenSSH's format to sign with."),
]
_Date = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="A date to be written into the manifest."),
]


def seal(
    *,
    output: _Output = None,
    sign: _Sign = None,
    date: _Date = None,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Write the evidence bundle: everything a sceptical reader needs, in one directory.

    It holds the findings, tables and reports, the rows behind every headline number, what was read and
    rejected, the method and its limitations, your decisions, and hashes of all of these and of the inputs.
    Accounts are shown under pseudonyms. The same case gives the same bytes; no clock is read, so it holds a
    date only if you give one. Scans the case first if it changed since the last scan.

    Example: distillscan seal -o evidence --date 2026-06-08 --sign ~/.ssh/id_ed25519
    """
    directory = output or case.with_name(f"{case.stem}-evidence")
    if directory.exists():
        raise EvidenceError(f"{directory} exists already; name another directory with -o")
    from distillscan.cli.scanned import scanned
    from distillscan.evidence.decisions import decisions_path
    from distillscan.evidence.seal import seal as seal_case

    file = CaseFile(case, threads, memory_limit)
    findings = scanned(file)
    recorded = decisions_path(case)
    with file.read() as opened:
        sealed = seal_case(
            opened,
            findings,
            directory,
            decisions=recorded.read_bytes() if recorded.exists() else b"",
            sealed_on=date.date() if date else None,
            key=sign,
            progress=lambda step: show_note(f"seal: {step}"),
        )
    if not is_quiet():
        # the manifest lists every file but itself
        files, inputs = len(sealed.outputs) + 1, len(sealed.inputs)
        stdout().print(f"{directory}: {files} files about {inputs} inputs", soft_wrap=True, markup=False)

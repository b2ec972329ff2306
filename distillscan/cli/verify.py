"""``verify``: does a bundle hold what it says?"""

from pathlib import Path
from typing import Annotated

import typer

from distillscan.cli import options
from distillscan.cli.screen import show_note, show_result

DIFFERS = 4

_Bundle = Annotated[
    Path, typer.Argument(metavar="BUNDLE", help="The directory that `seal` made.", show_default=False)
]
_Inputs = Annotated[
    list[Path] | None,
    typer.Option(
        "--inputs",
        metavar="DIR",
        help="Where the inputs lie, under whatever names; may be given several times.",
    ),
]
_Key = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="The key of the pseudonyms, if there was one.")
]
_Signer = Annotated[
    Path | None,
    typer.Option("--signer", metavar="FILE", help="Public key that the bundle must be signed with."),
]
_Capabilities = Annotated[
    Path | None, typer.Option("--capabilities", metavar="FILE", help="Rules of the scan, if not built in.")
]


def verify(
    *,
    bundle: _Bundle,
    inputs: _Inputs = None,
    key: _Key = None,
    signer: _Signer = None,
    capabilities: _Capabilities = None,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Check an evidence bundle: its hashes, its numbers and, with --inputs, the whole analysis.

    Without --inputs, this checks hashes, signature, decisions and the counts that follow from the row
    index. With --inputs, the inputs are found by their SHA-256, read and scanned again with the same
    settings, and every table and number is compared. The output says what holds, what differs and what was
    not checked; the exit code is 4 if anything differs.

    Example: distillscan verify evidence --inputs logs/ --inputs accounts.csv
    """
    from distillscan.evidence.reproduction import Means
    from distillscan.evidence.verify import verify as verify_bundle
    from distillscan.findings.capabilities.rules import load_rules
    from distillscan.findings.pseudonyms import read_key
    from distillscan.reports.terminal.checks import check, verdict

    means = Means(
        inputs=tuple(inputs or ()),
        key=read_key(key) if key else None,
        signer=signer,
        rules=load_rules(capabilities) if capabilities else None,
        threads=threads,
        memory_limit=memory_limit,
    )
    outcomes = []
    for found in verify_bundle(bundle, means, progress=lambda step: show_note(f"verify: {step}")):
        show_result(check(found.name, found.outcome, found.details))
        outcomes.append(found.outcome)
    show_result(verdict(outcomes))
    if "differs" in outcomes:
        raise typer.Exit(DIFFERS)

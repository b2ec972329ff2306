"""``scan``: find the clusters of a case."""

from pathlib import Path
from typing import Annotated

import typer

from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.screen import is_quiet, stdout
from distillscan.findings.settings import Settings

_Permutations = Annotated[
    int,
    typer.Option(
        "--permutations", min=0, metavar="N", help="Permuted copies of the log behind the p-values."
    ),
]
_Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Seed of everything drawn by lot.")]
_Replays = Annotated[
    int,
    typer.Option(
        "--replays",
        min=0,
        metavar="N",
        help="Days to replay at most, to say when a campaign would first have been found; 0 for none.",
    ),
]
_MinAccounts = Annotated[
    int,
    typer.Option("--min-accounts", min=2, metavar="N", help="Smallest core that is reported as a cluster."),
]
_Key = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        help="A secret of 16 bytes or more to make pseudonyms with; the case keeps it. Without one it is "
        "made from the records.",
    ),
]


def scan(
    *,
    permutations: _Permutations = Settings.permutations,
    seed: _Seed = Settings.seed,
    min_accounts: _MinAccounts = Settings.min_accounts,
    replays: _Replays = Settings.replays,
    key: _Key = None,
    capabilities: options.Capabilities = None,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Find groups of accounts that act as one, and store the result in the case.

    Shared values of different families (payment, network, identity, content, timing) are tested against
    each other over the whole log, and label-permuted copies of the log give the rate of false clusters.
    `report` runs this when needed; run it yourself to choose the settings.

    Example: distillscan scan --permutations 199
    """
    from distillscan.cli.scanned import run_scan
    from distillscan.findings.capabilities.rules import built_in_rules, load_rules
    from distillscan.findings.pseudonyms import give_key, read_key
    from distillscan.reports.terminal.overview import headline

    settings = Settings(
        permutations=permutations,
        seed=seed,
        min_accounts=min_accounts,
        replays=replays,
        capabilities=load_rules(capabilities) if capabilities else built_in_rules(),
    )
    secret = read_key(key) if key else None
    with CaseFile(case, threads, memory_limit).write() as opened:
        if secret is not None:
            give_key(opened, secret)
        findings = run_scan(opened, settings)
    if not is_quiet():
        stdout().print(headline(findings), soft_wrap=True)

"""``scan``: find the clusters of a case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from distillscan.case.store import Case as OpenCase
from distillscan.case.store import open_case
from distillscan.cli.options import (
    DEFAULT_CASE,
    Capabilities,
    Case,
    Debug,
    MemoryLimit,
    MinAccounts,
    Permutations,
    Quiet,
    Replays,
    Seed,
    Threads,
)
from distillscan.cli.progress import ScanProgress
from distillscan.cli.screen import stdout
from distillscan.evidence.decisions import decisions_path, read_decisions, replayed
from distillscan.findings.capabilities.rules import Rules, built_in_rules, load_rules
from distillscan.findings.document import Findings
from distillscan.findings.pseudonyms import give_key, read_key
from distillscan.findings.scan import judge_again, judged_by, load
from distillscan.findings.scan import scan as scan_case
from distillscan.findings.settings import Settings
from distillscan.reports.terminal.overview import headline

_DEFAULTS = Settings()


def scan(
    *,
    permutations: Permutations = _DEFAULTS.permutations,
    seed: Seed = _DEFAULTS.seed,
    min_accounts: MinAccounts = _DEFAULTS.min_accounts,
    replays: Replays = _DEFAULTS.replays,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="A secret of 16 bytes or more to make pseudonyms with; the case keeps it. Without one it is "
            "made from the records.",
        ),
    ] = None,
    capabilities: Capabilities = None,
    case: Case = DEFAULT_CASE,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find the groups of accounts that act as one, and store the result in the case.

    Shared values of different families (payment, network, identity, content, timing) are tested against
    each other over the whole log, and label-permuted copies of the log give the rate of false clusters.
    `report` runs this when it is needed; run it yourself to choose the settings.

    Example: distillscan scan --permutations 199
    """
    settings = Settings(
        permutations=permutations,
        seed=seed,
        min_accounts=min_accounts,
        replays=replays,
        capabilities=load_rules(capabilities) if capabilities else built_in_rules(),
    )
    secret = read_key(key) if key else None
    with open_case(case, create=False, threads=threads, memory_limit=memory_limit) as opened:
        if secret is not None:
            give_key(opened, secret)
        findings = run_scan(opened, settings, quiet=quiet)
    stdout().print(headline(findings), soft_wrap=True)


def run_scan(case: OpenCase, settings: Settings, *, quiet: bool) -> Findings:
    """Scan an open case with its stages shown on stderr."""
    with ScanProgress(quiet=quiet) as progress:
        return scan_case(case, settings=settings, progress=progress)


def scanned(
    case: Path,
    threads: int | None,
    memory_limit: str | None,
    *,
    quiet: bool,
    rules: Rules | None = None,
) -> Findings:
    """The findings of a case with the analyst's decisions, scanned now if it was not since its last input.

    With other ``rules``, what the clusters ask for is judged by these, and the case keeps that.
    """
    decided = read_decisions(decisions_path(case))
    # read-only first, so that reports of one case can be drawn side by side and from a protected copy
    with open_case(case, create=False, read_only=True, threads=threads, memory_limit=memory_limit) as opened:
        found = load(opened.connection)
    if found is not None and (rules is None or judged_by(found, rules)):
        return replayed(found, decided)
    with open_case(case, create=False, threads=threads, memory_limit=memory_limit) as opened:
        if found is not None and rules is not None:
            return replayed(judge_again(opened, found, rules), decided)
        settings = replace(_DEFAULTS, capabilities=rules or built_in_rules())
        return replayed(run_scan(opened, settings, quiet=quiet), decided)

"""Invented logs on disk, shown as they are written."""

from __future__ import annotations

from pathlib import Path

from distillscan.choices import LogForm
from distillscan.cli.progress import WritingProgress
from distillscan.cli.screen import show_note
from distillscan.synthetic.exports import prepare, write_log
from distillscan.synthetic.inject import planted_parts
from distillscan.synthetic.operators import wanted_requests
from distillscan.synthetic.scenarios import Scenario
from distillscan.synthetic.survey import survey, survey_accounts
from distillscan.synthetic.truth import Truth
from distillscan.synthetic.world import EVENTS, parts_of, size_of


def invent(
    scenario: Scenario,
    output: Path,
    form: LogForm,
    seed: int,
    *,
    accounts: int,
    requests: int,
    share: float | None,
    force: bool,
    quiet: bool,
) -> Truth:
    """Write a log of a scenario, of so many accounts and requests in all."""
    size = size_of(scenario, accounts, requests, share)
    prepare(output, force=force)
    with WritingProgress(size.requests, quiet=quiet) as progress:
        return write_log(parts_of(scenario, size, seed), output, form, events=EVENTS, progress=progress)


def plant(
    scenario: Scenario,
    output: Path,
    form: LogForm,
    seed: int,
    *,
    log: list[str],
    accounts_table: Path | None,
    members: int,
    force: bool,
    quiet: bool,
) -> Truth:
    """Write the records of a campaign that hides in a log."""
    show_note("reading the log to plant in", quiet=quiet)
    seen = survey(log)
    known = survey_accounts(accounts_table) if accounts_table else None
    prepare(output, force=force)
    total = wanted_requests(scenario.behaviours, members)
    with WritingProgress(total, quiet=quiet) as progress:
        return write_log(planted_parts(scenario, members, seen, known, seed), output, form, progress=progress)

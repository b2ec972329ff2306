"""Invented logs on disk, shown as they are written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from distillscan.choices import LogForm
from distillscan.cli.progress import WritingProgress
from distillscan.cli.screen import show_note
from distillscan.synthetic.exports import prepare, write_log
from distillscan.synthetic.inject import planted_parts
from distillscan.synthetic.operators import wanted_requests
from distillscan.synthetic.records import Part
from distillscan.synthetic.scenarios import Scenario
from distillscan.synthetic.survey import survey, survey_accounts
from distillscan.synthetic.truth import Truth
from distillscan.synthetic.world import EVENTS, parts_of, size_of


@dataclass(frozen=True)
class NewLog:
    """A log to be invented: where it goes, in which form, and by which seed."""

    directory: Path
    form: LogForm
    seed: int
    force: bool

    def invent(self, scenario: Scenario, accounts: int, requests: int, share: float | None) -> Truth:
        """Write a log of a scenario, of so many accounts and requests in all."""
        size = size_of(scenario, accounts, requests, share)
        return self._write(parts_of(scenario, size, self.seed), size.requests, EVENTS)

    def plant(self, scenario: Scenario, log: list[str], accounts_table: Path | None, members: int) -> Truth:
        """Write the records of a campaign that hides in a log."""
        show_note("reading the log to plant in")
        seen = survey(log)
        known = survey_accounts(accounts_table) if accounts_table else None
        parts = planted_parts(scenario, members, seen, known, self.seed)
        return self._write(parts, wanted_requests(scenario.behaviours, members))

    def _write(self, parts: Iterator[Part], requests: int, events: pl.DataFrame | None = None) -> Truth:
        prepare(self.directory, force=self.force)
        with WritingProgress(requests) as progress:
            return write_log(parts, self.directory, self.form, events=events, progress=progress)

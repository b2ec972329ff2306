"""One measurement to make, and the log it is made on."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from distillscan.synthetic.exports import prepare, write_log
from distillscan.synthetic.scenarios import SCENARIOS, Scenario
from distillscan.synthetic.world import EVENTS, parts_of, size_of

from .harder import STRIPPED

Measurement = Literal["scan", "permuted", "components", "exact prompts", "LSH", "Splink"]
Figures = dict[str, Any]


@dataclass(frozen=True)
class Log:
    """An invented log. ``members``, ``share`` and ``camouflage`` replace the scenario's own where given."""

    scenario: str
    accounts: int
    requests: int
    seed: int
    members: int | None = None
    share: float | None = None
    camouflage: float | None = None


@dataclass(frozen=True)
class Job:
    """A measurement of a log; ``permutations`` is how often a permuted log is permuted again."""

    measurement: Measurement
    log: Log
    runs: int = 0
    permutations: int = 19

    def key(self, code: str) -> str:
        """Return a name for the result under a version of the ``code``."""
        return hashlib.sha256(json.dumps([code, asdict(self)], sort_keys=True).encode()).hexdigest()[:24]


def scenario_of(log: Log) -> Scenario:
    """Return the scenario of a log with what the log replaces in it."""
    scenario = (SCENARIOS | STRIPPED)[log.scenario]
    if log.camouflage is not None:
        hidden = log.camouflage
        changed = tuple(replace(behaviour, camouflage=hidden) for behaviour in scenario.behaviours)
        scenario = replace(scenario, behaviours=changed)
    return scenario if log.members is None else replace(scenario, members=log.members)


@contextmanager
def invented(log: Log) -> Iterator[Path]:
    """Give the directory of an invented log while it is needed: requests/, accounts.csv, truth."""
    scenario = scenario_of(log)
    size = size_of(scenario, log.accounts, log.requests, log.share)
    with TemporaryDirectory() as place:
        directory = Path(place)
        prepare(directory, force=False)
        write_log(parts_of(scenario, size, log.seed), directory, "parquet", events=EVENTS)
        yield directory

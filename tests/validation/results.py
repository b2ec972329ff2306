"""The figures of a finished plan, looked up by what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .goals import OUT_OF_SCOPE, missed
from .job import Figures, Job
from .plan import LARGE_SEEDS, LARGE_SHARES, Plan


@dataclass(frozen=True)
class Results:
    """A plan and the figures of each of its jobs."""

    plan: Plan
    figures: Mapping[Job, Figures]

    def scenario(self, name: str) -> list[Figures]:
        """Return the runs of a scenario, one for each seed."""
        return [self.figures[self.plan.scan(name, seed)] for seed in range(1, self.plan.seeds + 1)]

    def point(self, name: str, **changed: float) -> list[Figures]:
        """Return the runs of one point of a curve; ``changed`` is what the log replaces in the scenario."""
        seeds = range(1, self.plan.curve_seeds + 1)
        return [self.figures[self.plan.scan(name, seed, **changed)] for seed in seeds]  # type: ignore[arg-type]

    @cached_property
    def clean(self) -> list[Figures]:
        """The runs on logs without a campaign."""
        seeds = range(1, self.plan.clean_seeds + 1)
        return [self.figures[self.plan.scan("clean", seed)] for seed in seeds]

    @cached_property
    def large(self) -> dict[Job, Figures]:
        """The runs on larger logs, clean ones first; empty when the plan has none."""
        if not self.plan.large:
            return {}
        size = self.plan.large
        jobs = [self.plan.scan("clean", seed, accounts=size) for seed in LARGE_SEEDS]
        jobs += [self.plan.scan("baseline", 1, share=part, accounts=size) for part in LARGE_SHARES]
        return {job: self.figures[job] for job in jobs}

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """The scenarios within the goals' own bounds that miss a goal, with what they miss."""
        found = {
            name: missed(self.scenario(name)) for name in self.plan.scenarios if name not in OUT_OF_SCOPE
        }
        return {name: misses for name, misses in found.items() if misses}

"""Which measurements a validation is made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from distillscan.synthetic.scenarios import SCENARIOS

from .harder import STRIPPED
from .job import Job, Log, Measurement

SIZES = (10, 15, 20, 30, 50)
SIZED = ("baseline", "virtual_cards", "residential", "no_template", "insert")
SHARES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
SHARED = ("baseline", "virtual_cards")
LARGE_SHARES = (0.001, 0.005)
LARGE_SEEDS = (1, 2)
CAMOUFLAGE = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
HIDDEN = ("baseline", "virtual_cards", "insert")
PERMUTED = ("clean", "baseline")
CONTESTED = ("baseline", "virtual_cards", "insert", "no_template", "two_operators_one_pool", "clean")
RIVAL_METHODS: tuple[Measurement, ...] = ("components", "exact prompts", "LSH", "Splink")


@dataclass(frozen=True)
class Plan:
    """How much is measured. ``large`` is the size of the log for the smallest shares, 0 leaves them out."""

    accounts: int = 2_000
    requests: int = 40_000
    seeds: int = 3
    curve_seeds: int = 2
    clean_seeds: int = 30
    permuted_runs: int = 200
    permutations: int = 19
    large: int = 20_000
    scenarios: tuple[str, ...] = tuple(name for name in SCENARIOS if name != "clean")
    sizes: tuple[int, ...] = SIZES
    shares: tuple[float, ...] = SHARES
    camouflage: tuple[float, ...] = CAMOUFLAGE
    stripped: tuple[str, ...] = tuple(STRIPPED)
    contested: tuple[str, ...] = CONTESTED

    def scan(
        self,
        scenario: str,
        seed: int,
        *,
        members: int | None = None,
        share: float | None = None,
        camouflage: float | None = None,
        accounts: int | None = None,
    ) -> Job:
        """Return the scan of a log of this plan's size, or of ``accounts`` with ten requests each."""
        size = accounts or self.accounts
        requests = self.requests if accounts is None else 10 * accounts
        log = Log(scenario, size, requests, seed, members, share, camouflage)
        return Job("scan", log, permutations=self.permutations)

    def rival(self, method: Measurement, scenario: str) -> Job:
        """Return a rival's run on the first log of a scenario."""
        return Job(method, Log(scenario, self.accounts, self.requests, 1))

    def permuted(self, scenario: str) -> Job:
        """Return the permutations of the first log of a scenario."""
        log = Log(scenario, self.accounts, self.requests, 1)
        return Job("permuted", log, runs=self.permuted_runs, permutations=self.permutations)

    def jobs(self) -> Iterator[Job]:
        """Yield every measurement, those of most interest first."""
        for seed in range(1, self.seeds + 1):
            yield from (self.scan(name, seed) for name in self.scenarios)
        yield from (self.permuted(name) for name in PERMUTED)
        yield from (self.rival(method, name) for name in self.contested for method in RIVAL_METHODS)
        yield from (self.scan(name, 1) for name in self.contested)
        yield from (self.scan("clean", seed) for seed in range(1, self.clean_seeds + 1))
        for seed in range(1, self.curve_seeds + 1):
            yield from (self.scan(name, seed, members=size) for name in SIZED for size in self.sizes)
            yield from (self.scan(name, seed, share=share) for name in SHARED for share in self.shares)
            yield from (
                self.scan(name, seed, camouflage=share) for name in HIDDEN for share in self.camouflage
            )
            yield from (self.scan(name, seed) for name in self.stripped)
        if self.large:
            yield from (self.scan("clean", seed, accounts=self.large) for seed in LARGE_SEEDS)
            yield from (self.scan("baseline", 1, share=s, accounts=self.large) for s in LARGE_SHARES)


QUICK = Plan(
    seeds=1,
    curve_seeds=1,
    clean_seeds=5,
    permuted_runs=40,
    large=0,
    sizes=(10, 20, 50),
    shares=(0.01, 0.1, 0.6),
    camouflage=(0.0, 0.5, 0.8),
)

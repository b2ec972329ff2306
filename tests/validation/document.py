"""The validation document: its text around the measured figures."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from distillscan.findings.settings import Settings
from distillscan.findings.wording import counted
from distillscan.synthetic.scenarios import SCENARIOS

from . import capabilities, chance, curves
from .goals import MATCHING, OUT_OF_SCOPE, PAIRS_F1, PRECISION, RECALL, missed
from .job import Figures, Job
from .plan import RIVAL_METHODS, Plan
from .results import Results
from .rivals import LSH_THRESHOLD, MOST_PROMPTS
from .splink_rival import MATCH_PROBABILITIES
from .spots import blind_spots
from .tables import (
    bullets,
    error,
    largest_error,
    mean,
    mean_and_worst,
    per_cent,
    share,
    table,
    verdicts,
    wrapped,
)

_PACKAGES = ("distillscan", "duckdb", "polars", "numpy", "igraph", "datasketch", "splink")


def write(
    path: Path, plan: Plan, figures: Mapping[Job, Figures], command: str, code: str, processes: int
) -> None:
    """Write the document, and its pictures to the directory images beside it."""
    results = Results(plan, figures)
    drawn = {
        "power-size": curves.sizes(results),
        "power-share": curves.shares(results),
        "power-camouflage": curves.camouflage(results),
        "calibration": chance.calibration(results),
    }
    images = path.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    for name, (picture, _) in drawn.items():
        (images / f"{name}.svg").write_text(picture, "utf-8")
    tables = {name: shown for name, (_, shown) in drawn.items()}
    sections = [
        _opening(plan, command, code, processes),
        _scenarios(results),
        _power(results, tables),
        _errors(results, tables),
        _rivals(results),
        blind_spots(results),
        capabilities.section(),
    ]
    path.write_text("\n\n".join(wrapped(section) for section in sections) + "\n", "utf-8")


def _opening(plan: Plan, command: str, code: str, processes: int) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return f"""# Validation

What distillscan finds on invented logs with known truth, and what it does not. This page is written by
a command from real runs. Only the seconds in it differ from run to run:

```sh
pip install -e '.[validation]'
{command}
```

Written with {packages}; Python {platform.python_version()}; code {code}. Measured on {os.cpu_count()}
processors and {memory:.0f} GB of memory, in {processes} processes of one thread each, beside whatever
else ran there: seconds are upper bounds.

Each log has {plan.accounts:,} accounts and {plan.requests:,} requests unless said otherwise, and always
holds all the innocent groups that look coordinated: campuses, companies, batch jobs, agent products,
benchmarks, carriers, VPN users, households, launch days and more. There is one setting for all, the
default of `scan` with {counted(plan.permutations, "permutation")}.
The logs were invented by the authors of the detector: read the figures as what is possible, not as
what your log will give. `simulate --inject`
plants a campaign in your own log and asks there."""


def _scenarios(results: Results) -> str:
    names = results.plan.scenarios
    judged = [name for name in names if name not in OUT_OF_SCOPE]
    met = len(judged) - len(results.below)
    header = ["scenario", "precision", "recall", "pairs F1", "B-cubed F1", "members", "matching", "false"]
    shown = table(
        [*header, "clusters in all runs", "seconds", "goals met"],
        [_scenario_row(name, results.scenario(name)) for name in names],
    )
    descriptions = bullets(f"`{name}`: {SCENARIOS[name].description}" for name in names)
    return f"""## Scenarios

Counted are the core accounts of clusters with verdict `campaign`. Shares are the mean of
{counted(results.plan.seeds, "seed")} and, in brackets, the worst of them where it is lower; they are cut, not
rounded. `members` and `matching` are the largest errors in the number of requests: all requests of the
campaign's accounts, and those that serve it. `false` counts reported campaigns less than half of which
is one true campaign. `seconds` is one scan.

The goals: precision at least {PRECISION}, recall at least {RECALL}, pairwise F1 at least {PAIRS_F1},
matching requests within {per_cent(MATCHING, 0)}, no false campaign, all on the worst seed, wherever a
campaign has at least 30 accounts, two families, and half camouflage or less. {met} of the {len(judged)}
scenarios within these bounds meet all of them.

{shown}

What the names stand for:

{descriptions}"""


def _scenario_row(name: str, runs: list[Figures]) -> list[str]:
    verdict = "no" if missed(runs) else "yes"
    if name in OUT_OF_SCOPE:
        verdict = f"not judged: {OUT_OF_SCOPE[name]}"
    return [
        name,
        *(
            mean_and_worst([run[of] for run in runs])
            for of in ("precision", "recall", "pairs_f1", "b_cubed_f1")
        ),
        *(error(largest_error([run[of] for run in runs])) for of in ("members_error", "matching_error")),
        f"{sum(run['false'] for run in runs)}",
        verdicts(runs),
        f"{mean(runs, 'seconds'):.1f}",
        verdict,
    ]


def _power(results: Results, tables: Mapping[str, str]) -> str:
    large = curves.large_log(results)
    more = (
        f"\n\nThe smallest shares need a larger log. `baseline` among {results.plan.large:,} accounts with "
        f"ten requests each, one seed:\n\n{large}"
        if large
        else ""
    )
    return f"""## Power

How much of a campaign is found, as the mean over {counted(results.plan.curve_seeds, "seed")}. A figure
counts accounts in clusters with verdict `campaign`; a figure in brackets counts clusters of any
verdict, where that is more. Groups of fewer than {Settings().min_accounts} core accounts are never
reported, so a campaign of that size is found whole or not at all.

### Size

![Recall by size of the campaign, a line for each behaviour](images/power-size.svg)

{tables["power-size"]}

### Share of the log

![Recall by the campaign's share of all accounts](images/power-share.svg)

{tables["power-share"]}{more}

### Camouflage

Beside recall stands the largest error of the matching requests.

![Recall by camouflage](images/power-camouflage.svg)

{tables["power-camouflage"]}

### Fewer and fewer ties

One campaign of {per_cent(SCENARIOS["baseline"].share, 0)} of the accounts, which gives up one tie after the
other; each row keeps what the rows above have changed.

{curves.ties(results)}"""


def _errors(results: Results, tables: Mapping[str, str]) -> str:
    small = chance.too_small(results)
    word = (
        f"p was small more often than that, by more than two standard errors: {'; '.join(small)}."
        if small
        else "At no level was p small more often than that, by two standard errors."
    )
    return f"""## Error rates

### Logs without a campaign

{chance.clean_logs(results)}

{chance.large_clean_logs(results)}

### Permuted logs

Accounts changed places within each family, so that families agree by chance only. Counted is what the
clustering still calls core, before any verdict; a scan sets its clusters against exactly these.

{chance.permuted_logs(results)}

### Calibration of p

Every fourth permuted log was taken for an observed one and tested as a scan does, by permuting it again
{counted(results.plan.permutations, "time")}. p is right if it stays at or below a level no more often than
that level says. {word}

![Share of permuted logs with p at or below a level](images/calibration.svg)

{tables["calibration"]}"""


def _rivals(results: Results) -> str:
    rows = []
    for scenario in results.plan.contested:
        ours = results.figures[results.plan.scan(scenario, 1)]
        seconds = ours["ingest_seconds"] + ours["seconds"]
        rows.append([scenario, "distillscan", *_rival_cells(ours | {"seconds": seconds})])
        rows += [
            ["", method, *_rival_cells(results.figures[results.plan.rival(method, scenario)])]
            for method in RIVAL_METHODS
        ]
    header = ["scenario", "method", "precision", "recall", "pairs F1", "B-cubed F1", "clusters", "false"]
    return f"""## Others on the same logs

The first log of {len(results.plan.contested)} scenarios, grouped in four usual ways. A group of
{Settings().min_accounts} accounts or more counts as found. These methods know no verdict, so to them an
organisation is a find like any other, and they leave out no value as too common: the comparison
shows what a group alone is worth, and why there
are families and verdicts. `distillscan` counts core accounts of clusters with verdict `campaign`.
Seconds are the grouping alone; those of distillscan are ingest and scan with
{counted(results.plan.permutations, "permutation")}. In the clean log nothing is there to find: recall
is 1 by definition, and so is precision if nothing is found.

- `components`: accounts connected by a card or an address, at sign-up or in use.
- `exact prompts`: accounts connected by a prompt that is the same letter by letter.
- `LSH`: datasketch MinHash LSH over word 3-shingles of distinct prompts (at most {MOST_PROMPTS:,},
  evenly taken), Jaccard threshold {LSH_THRESHOLD:g}, accounts connected through similar prompts.
- `Splink`: accounts deduplicated by card, most used address, address and hour of sign-up, and mailbox;
  trained on the log itself, clusters at the match probability that agrees best with the truth, of
  {", ".join(map(str, MATCH_PROBABILITIES))}.

{table([*header, "seconds"], rows)}"""


def _rival_cells(figures: Figures) -> list[str]:
    if "error" in figures:
        return [f"failed: {figures['error']}".replace("|", "/").splitlines()[0], *[""] * 6]
    return [
        *(share(figures[name]) for name in ("precision", "recall", "pairs_f1", "b_cubed_f1")),
        f"{figures['clusters']}",
        f"{figures['false']}",
        f"{figures['seconds']:.1f}",
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"

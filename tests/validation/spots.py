"""The blind spots, said from the measured figures and from nothing else."""

from statistics import fmean

from distillscan.findings.wording import counted
from distillscan.synthetic.scenarios import SCENARIOS

from . import chance
from .detector import describe
from .goals import MATCHING, OUT_OF_SCOPE, RECALL, missed
from .plan import HIDDEN, PERMUTED, SHARED, SIZED
from .results import Results
from .tables import bullets, error, largest_error, mean, per_cent, share


def blind_spots(results: Results) -> str:
    """Return the section on what was missed."""
    lines = [
        *_scenarios(results),
        *_sizes(results),
        *_shares(results),
        *_camouflage(results),
        *_ties(results),
        *_large(results),
        *_chance(results),
    ]
    return f"""## Known blind spots

Every measured figure below the goals, and nothing that was not measured. [Limitations](limitations.md)
has what follows from the method itself.

{bullets(lines) if lines else "None of the measured figures is below the goals."}"""


def _scenarios(results: Results) -> list[str]:
    lines = [
        f"`{name}` ({SCENARIOS[name].description}): at worst {', '.join(misses)}."
        for name, misses in results.below.items()
    ]
    for name, reason in OUT_OF_SCOPE.items():
        misses = missed(results.scenario(name)) if name in results.plan.scenarios else []
        if misses:
            lines.append(f"`{name}`, outside of the goals ({reason}): at worst {', '.join(misses)}.")
    return lines


def _sizes(results: Results) -> list[str]:
    lines = []
    for name in SIZED:
        low = [size for size in results.plan.sizes if _recall(results, name, members=size) < RECALL]
        if low:
            listed = ", ".join(f"{size}" for size in low)
            lines.append(
                f"Small campaigns that behave like `{name}` are not found whole at {listed} accounts."
            )
    return lines


def _shares(results: Results) -> list[str]:
    lines = []
    for name in SHARED:
        low = [part for part in results.plan.shares if _recall(results, name, share=part) < RECALL]
        if low:
            listed = ", ".join(
                f"{per_cent(part)} ({round(part * results.plan.accounts):,} accounts)" for part in low
            )
            lines.append(f"`{name}` is not found whole as a campaign at these shares of the log: {listed}.")
    return lines


def _camouflage(results: Results) -> list[str]:
    lines = []
    for name in HIDDEN:
        low = [part for part in results.plan.camouflage if _recall(results, name, camouflage=part) < RECALL]
        if low:
            lines.append(f"`{name}` is not found whole with {_per_cent(low)} camouflage.")
        errors = {
            part: largest_error([run["matching_error"] for run in results.point(name, camouflage=part)])
            for part in results.plan.camouflage
        }
        off = [part for part, value in errors.items() if value is not None and abs(value) > MATCHING]
        if off:
            worst = largest_error(list(errors.values()))
            lines.append(
                f"Matching requests of `{name}` are off by more than 1 % with {_per_cent(off)} camouflage, "
                f"at most by {error(worst)}."
            )
    return lines


def _ties(results: Results) -> list[str]:
    lines = []
    for name in results.plan.stripped:
        found = _recall(results, name)
        if found < RECALL:
            reported = mean(results.point(name), "reported_recall")
            lines.append(
                f"A campaign that gives up its ties, come to “{name}”: recall {share(found)} as "
                f"`campaign`, {share(reported)} with any verdict."
            )
    return lines


def _large(results: Results) -> list[str]:
    lines = []
    for job, run in results.large.items():
        wrong = [
            f"{match['core']}"
            for match in run["found"]
            if match["verdict"] == "campaign" and (match["campaign"] is None or match["share"] < 0.5)
        ]
        if wrong:
            lines.append(
                f"In a larger log ({describe(job.log)}) innocents are called `campaign`: "
                f"{counted(len(wrong), 'cluster')} of {' and '.join(wrong)} core accounts."
            )
    return lines


def _chance(results: Results) -> list[str]:
    wrong = sum(run["verdicts"].get("campaign", 0) for run in results.clean)
    lines = [f"Logs without a campaign: {wrong} innocent clusters called `campaign`."] if wrong else []
    for name in PERMUTED:
        figures = results.figures[results.plan.permuted(name)]
        if figures["reportable"]:
            lines.append(
                "Chance alone makes clusters that are large enough to be reported: "
                f"{figures['reportable']} in {len(figures['largest'])} permuted copies of `{name}`, the "
                f"largest of {max(figures['largest'])} accounts. A true campaign no larger than what chance "
                "makes often gets a large p, and with it low coordination."
            )
    small = chance.too_small(results)
    return [*lines, f"p is not conservative everywhere: {'; '.join(small)}."] if small else lines


def _recall(results: Results, name: str, **changed: float) -> float:
    return fmean(run["recall"] for run in results.point(name, **changed))


def _per_cent(parts: list[float]) -> str:
    return ", ".join(per_cent(part, 0) for part in parts)

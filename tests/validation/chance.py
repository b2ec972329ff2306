"""The error rates: logs without a campaign, permuted logs, and whether the p-values keep their word."""

from .chart import Chart, Line, svg
from .plan import PERMUTED
from .results import Results
from .tables import per_cent, table, verdicts

_LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def clean_logs(results: Results) -> str:
    """Return what was reported on logs without a campaign."""
    runs = results.clean
    wrong = sum(run["verdicts"].get("campaign", 0) for run in runs)
    with_one = sum(run["verdicts"].get("campaign", 0) > 0 for run in runs)
    leads = [match["core"] for run in runs for match in run["found"] if match["verdict"] == "lead"]
    most = f" The largest lead had {max(leads)} core accounts." if leads else ""
    # with no error in n logs the rate is below 3 / n with 95 % confidence (rule of three)
    bound = f" So the rate is below {per_cent(3 / len(runs))} with 95 % confidence." if not with_one else ""
    return (
        f"{len(runs)} logs of {results.plan.accounts:,} accounts: {wrong} clusters with verdict `campaign`, "
        f"in {with_one} of the logs.{bound} Reported in all of them together: {verdicts(runs)}.{most}"
    )


def large_clean_logs(results: Results) -> str:
    """Return what was reported on larger logs without a campaign; empty when the plan has none."""
    runs = [run for job, run in results.large.items() if job.log.scenario == "clean"]
    if not runs:
        return ""
    wrong = sum(run["verdicts"].get("campaign", 0) for run in runs)
    return (
        f"{len(runs)} larger logs of {results.plan.large:,} accounts: {wrong} clusters with verdict "
        f"`campaign`. Reported in them together: {verdicts(runs)}."
    )


def permuted_logs(results: Results) -> str:
    """Return how many reportable clusters chance left in permuted logs."""
    rows = []
    for name in PERMUTED:
        figures = results.figures[results.plan.permuted(name)]
        largest = sorted(figures["largest"])
        rows.append(
            [
                name,
                f"{len(largest)}",
                f"{figures['reportable']}",
                f"{sum(size >= 10 for size in largest)}",
                f"{largest[len(largest) // 2]}",
                f"{largest[int(0.95 * (len(largest) - 1))]}",
                f"{largest[-1]}",
            ]
        )
    header = ["log", "permuted copies", "clusters of 10 or more", "copies with one"]
    return table([*header, "largest core: median", "95 %", "most"], rows)


def calibration(results: Results) -> tuple[str, str]:
    """Return the picture and the table of how often p stays at or below a level where nothing is."""
    rows = {name: results.figures[results.plan.permuted(name)]["p_values"] for name in PERMUTED}
    shares = {name: [_reached(values, level) for level in _LEVELS] for name, values in rows.items()}
    labels = [f"{level:g}" for level in _LEVELS]
    chart = Chart(
        "Calibration of p on permuted logs: below 'uniform' is cautious",
        "level",
        "share of logs with p at or below it",
        labels,
        [*(Line(name, values) for name, values in shares.items()), Line("uniform", _LEVELS)],
    )
    body = [
        [label, *(f"{shares[name][place]:.3f}" for name in PERMUTED)] for place, label in enumerate(labels)
    ]
    counted = [f"{name}, {len(values)} logs" for name, values in rows.items()]
    return svg(chart), table(["p at or below", *counted], body)


def too_small(results: Results) -> list[str]:
    """Return the levels at which p was small more often than two standard errors above its word."""
    found = []
    for name in PERMUTED:
        values = results.figures[results.plan.permuted(name)]["p_values"]
        for level in _LEVELS[:-1]:
            margin = 2 * (level * (1 - level) / max(len(values), 1)) ** 0.5
            if _reached(values, level) > level + margin:
                found.append(f"{name} at {level:g}: {_reached(values, level):.3f}")
    return found


def _reached(values: list[float], level: float) -> float:
    return sum(value <= level + 1e-9 for value in values) / max(len(values), 1)

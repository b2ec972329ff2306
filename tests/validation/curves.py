"""The power curves: how much of a campaign is found as it gets smaller, larger, or better hidden."""

from statistics import fmean

from .chart import Chart, Line, svg
from .job import Figures
from .plan import HIDDEN, LARGE_SHARES, SHARED, SIZED
from .results import Results
from .tables import error, largest_error, mean, per_cent, share, table


def sizes(results: Results) -> tuple[str, str]:
    """Return the picture and the table of recall by the number of accounts."""
    plan = results.plan
    rows = {name: [results.point(name, members=size) for size in plan.sizes] for name in SIZED}
    chart = Chart(
        f"Recall by size of the campaign, among {plan.accounts:,} accounts",
        "accounts in the campaign",
        "share of its accounts found",
        [f"{size}" for size in plan.sizes],
        [Line(name, [mean(point, "recall") for point in points]) for name, points in rows.items()],
    )
    header = ["behaviour", *(f"{size} accounts" for size in plan.sizes)]
    return svg(chart), table(header, ([name, *map(_both, points)] for name, points in rows.items()))


def shares(results: Results) -> tuple[str, str]:
    """Return the picture and the table of recall by the campaign's share of all accounts."""
    plan = results.plan
    rows = {name: [results.point(name, share=part) for part in plan.shares] for name in SHARED}
    chart = Chart(
        f"Recall by share of the log, of {plan.accounts:,} accounts",
        "share of all accounts that is the campaign's",
        "share of its accounts found",
        [per_cent(part).replace(".0 %", " %") for part in plan.shares],
        [Line(name, [mean(point, "recall") for point in points]) for name, points in rows.items()],
    )
    header = ["share", "accounts", *(f"{name}" for name in SHARED), "worst precision"]
    lines = [
        [
            per_cent(part),
            f"{round(part * plan.accounts):,}",
            *(_both(rows[name][place]) for name in SHARED),
            share(min(run["precision"] for name in SHARED for run in rows[name][place])),
        ]
        for place, part in enumerate(plan.shares)
    ]
    return svg(chart), table(header, lines)


def large_log(results: Results) -> str:
    """Return a table of the smallest shares in a larger log; empty when the plan has none."""
    plan = results.plan
    if not plan.large:
        return ""
    rows = []
    for part in LARGE_SHARES:
        run = results.figures[plan.scan("baseline", 1, share=part, accounts=plan.large)]
        size = round(part * plan.large)
        cells = [per_cent(part), f"{size:,}", _both([run]), share(run["precision"]), f"{run['false']}"]
        rows.append([*cells, f"{run['seconds']:.0f}"])
    return table(["share", "accounts", "recall", "precision", "false campaigns", "seconds"], rows)


def camouflage(results: Results) -> tuple[str, str]:
    """Return the picture and the table of recall by the share of ordinary requests."""
    plan = results.plan
    rows = {name: [results.point(name, camouflage=part) for part in plan.camouflage] for name in HIDDEN}
    labels = [per_cent(part, 0) for part in plan.camouflage]
    chart = Chart(
        "Recall by camouflage",
        "share of the campaign's requests that are ordinary ones",
        "share of its accounts found",
        labels,
        [Line(name, [mean(point, "recall") for point in points]) for name, points in rows.items()],
    )
    header = ["camouflage"]
    for name in HIDDEN:
        header += [name, "matching requests"]
    lines = []
    for place, label in enumerate(labels):
        cells = [label]
        for name in HIDDEN:
            matching = largest_error([run["matching_error"] for run in rows[name][place]])
            cells += [_both(rows[name][place]), error(matching)]
        lines.append(cells)
    return svg(chart), table(header, lines)


def ties(results: Results) -> str:
    """Return the table of recall as a campaign gives up one tie after the other."""
    rows = []
    for name in results.plan.stripped:
        runs = results.point(name)
        rows.append([name, share(mean(runs, "recall")), share(mean(runs, "reported_recall"))])
    return table(["what the campaign has", "as `campaign`", "any verdict"], rows)


def _both(runs: list[Figures]) -> str:
    """Return the mean recall as `campaign`, and in brackets with any verdict where that is more."""
    campaign = fmean(run["recall"] for run in runs)
    reported = fmean(run["reported_recall"] for run in runs)
    return share(campaign) if share(campaign) == share(reported) else f"{share(campaign)} ({share(reported)})"

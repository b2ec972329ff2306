"""``simulate``: invent a log with known truth, or plant a campaign beside a real one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distillscan.cli.options import Debug, Quiet
from distillscan.cli.progress import WritingProgress
from distillscan.cli.screen import show_note, stdout
from distillscan.errors import DistillscanError
from distillscan.reports.wording import count
from distillscan.synthetic.exports import Format, prepare, write_log
from distillscan.synthetic.inject import planted_parts
from distillscan.synthetic.operators import wanted_requests
from distillscan.synthetic.scenarios import SCENARIOS, Scenario
from distillscan.synthetic.survey import survey, survey_accounts
from distillscan.synthetic.truth import Truth
from distillscan.synthetic.world import events, parts_of, size_of

MEMBERS = 100


def _show_scenarios(wanted: bool) -> None:
    if not wanted:
        return
    for name, scenario in SCENARIOS.items():
        stdout().print(f"{name:24}{scenario.description}", soft_wrap=True)
    raise typer.Exit


def simulate(
    *,
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Which campaign, see --list.", show_default=False)
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Directory for the log.", show_default=False),
    ],
    accounts: Annotated[
        int | None,
        typer.Option("--accounts", min=1, metavar="N", help="Accounts in all; the scenario's own."),
    ] = None,
    requests: Annotated[
        int | None,
        typer.Option("--requests", min=1, metavar="N", help="Requests in all; the scenario's own."),
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(
            "--share",
            min=0.0,
            max=0.95,
            metavar="S",
            help="Share of the accounts in campaigns; the scenario's own.",
        ),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option("--scale", min=0.0001, metavar="S", help="Accounts and requests times this number."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, metavar="K", help="Seed; equal seeds give equal logs.")
    ] = 1,
    form: Annotated[Format, typer.Option("--format", help="How requests are written.")] = "parquet",
    inject: Annotated[
        list[str] | None,
        typer.Option("--inject", metavar="LOG", help="Plant the campaign beside this log; may be repeated."),
    ] = None,
    accounts_table: Annotated[
        Path | None,
        typer.Option("--accounts-table", metavar="FILE", help="With --inject: the log's own accounts table."),
    ] = None,
    members: Annotated[
        int | None,
        typer.Option("--members", min=1, metavar="N", help=f"With --inject: accounts to plant; {MEMBERS}."),
    ] = None,
    list_: Annotated[
        bool,
        typer.Option("--list", callback=_show_scenarios, is_eager=True, help="Show the scenarios and leave."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an invented log that is there.")] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Invent a log with known truth, to measure what would be found: one or more campaigns among innocents.

    Every log holds all the innocent groups that look coordinated without being so: campuses, companies, batch
    jobs, agent products, benchmarks, carriers, launch days and more. Written are requests/, accounts.csv,
    events.csv and the truth: truth.csv and truth_requests.parquet, which `evaluate` reads.

    With --inject the campaign is planted in a log of your own: inside its window, hidden among its prompts,
    with the fields it has. Only the planted records are written; ingest them into one case with your log.

    Example: distillscan simulate baseline -o simulated --accounts 2000 --requests 40000
    """
    wanted = _scenario(scenario)
    if inject:
        if any(size is not None for size in (accounts, requests, share, scale)):
            raise DistillscanError(
                "--accounts, --requests, --share and --scale size an invented log;"
                " with --inject use --members"
            )
        truth = _plant(
            wanted, output, form, seed, inject, accounts_table, members or MEMBERS, force=force, quiet=quiet
        )
    else:
        if accounts_table is not None or members is not None:
            raise DistillscanError(
                "--accounts-table and --members belong to --inject; use --accounts and --share"
            )
        times = scale or 1.0
        size = size_of(
            wanted,
            round(times * (accounts or wanted.accounts)),
            round(times * (requests or wanted.requests)),
            share,
        )
        prepare(output, force=force)
        with WritingProgress(size.requests, quiet=quiet) as progress:
            truth = write_log(parts_of(wanted, size, seed), output, form, events=events(), progress=progress)
    show_note(_summary(truth, output), quiet=quiet)


def _plant(
    scenario: Scenario,
    output: Path,
    form: Format,
    seed: int,
    log: list[str],
    accounts_table: Path | None,
    members: int,
    *,
    force: bool,
    quiet: bool,
) -> Truth:
    show_note("reading the log to plant in", quiet=quiet)
    seen = survey(log)
    known = survey_accounts(accounts_table) if accounts_table else None
    prepare(output, force=force)
    total = wanted_requests(scenario.behaviours, members)
    with WritingProgress(total, quiet=quiet) as progress:
        return write_log(planted_parts(scenario, members, seen, known, seed), output, form, progress=progress)


def _scenario(name: str) -> Scenario:
    if name not in SCENARIOS:
        raise DistillscanError(f"no scenario is called {name!r}; `distillscan simulate --list` shows them")
    return SCENARIOS[name]


def _summary(truth: Truth, output: Path) -> str:
    members = truth.accounts
    return (
        f"wrote {output}: {count(len(members))} campaign accounts and "
        f"{count(len(truth.requests))} requests that serve them; "
        f"see {output}/truth.csv, for distillscan evaluate"
    )

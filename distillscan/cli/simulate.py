"""``simulate``: invent a log with known truth, or plant a campaign beside a real one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distillscan.choices import LogForm
from distillscan.cli.screen import show_note, stdout
from distillscan.errors import DistillscanError
from distillscan.reports.wording import count

if TYPE_CHECKING:
    from distillscan.synthetic.scenarios import Scenario
    from distillscan.synthetic.truth import Truth

MEMBERS = 100


def _show_scenarios(wanted: bool) -> None:
    if not wanted:
        return
    from distillscan.synthetic.scenarios import SCENARIOS

    for name, scenario in SCENARIOS.items():
        stdout().print(f"{name:24}{scenario.description}", soft_wrap=True)
    raise typer.Exit


_Scenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Which campaign, see --list.", show_default=False)
]
_Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Directory for the log.", show_default=False)
]
_Accounts = Annotated[
    int | None, typer.Option("--accounts", min=1, metavar="N", help="Accounts in all; the scenario's own.")
]
_Requests = Annotated[
    int | None, typer.Option("--requests", min=1, metavar="N", help="Requests in all; the scenario's own.")
]
_Share = Annotated[
    float | None,
    typer.Option(
        "--share",
        min=0.0,
        max=0.95,
        metavar="S",
        help="Share of the accounts in campaigns; the scenario's own.",
    ),
]
_Scale = Annotated[
    float | None,
    typer.Option("--scale", min=0.0001, metavar="S", help="Accounts and requests times this number."),
]
_Seed = Annotated[int, typer.Option("--seed", min=0, metavar="K", help="Seed; equal seeds give equal logs.")]
_Form = Annotated[LogForm, typer.Option("--format", help="How requests are written.")]
_Inject = Annotated[
    list[str] | None,
    typer.Option("--inject", metavar="LOG", help="Plant the campaign beside this log; may be repeated."),
]
_AccountsTable = Annotated[
    Path | None,
    typer.Option("--accounts-table", metavar="FILE", help="With --inject: the log's own accounts table."),
]
_Members = Annotated[
    int | None,
    typer.Option("--members", min=1, metavar="N", help=f"With --inject: accounts to plant; {MEMBERS}."),
]
_List = Annotated[
    bool,
    typer.Option("--list", callback=_show_scenarios, is_eager=True, help="Show the scenarios and leave."),
]
_Force = Annotated[bool, typer.Option("--force", help="Overwrite an invented log that is there.")]


def simulate(
    *,
    scenario: _Scenario,
    output: _Output,
    accounts: _Accounts = None,
    requests: _Requests = None,
    share: _Share = None,
    scale: _Scale = None,
    seed: _Seed = 1,
    form: _Form = "parquet",
    inject: _Inject = None,
    accounts_table: _AccountsTable = None,
    members: _Members = None,
    list_: _List = False,
    force: _Force = False,
) -> None:
    """Invent a log with a known truth, to measure what would be found.

    Besides one or more campaigns, every log holds innocent groups that look coordinated: campuses,
    companies, batch jobs, agent products, benchmarks, carriers, launch days and more. It writes requests/,
    accounts.csv, events.csv and the truth: truth.csv and truth_requests.parquet, which `evaluate` reads.

    With --inject the campaign is planted in a log of your own: within its time window, among its prompts,
    with the fields it has. Only the planted records are written; ingest them into the same case as your
    log.

    Example: distillscan simulate baseline -o simulated --accounts 2000 --requests 40000
    """
    from distillscan.cli.inventing import NewLog

    wanted = _scenario(scenario)
    new = NewLog(output, form, seed, force)
    if inject:
        _refuse(
            (accounts, requests, share, scale),
            "--accounts, --requests, --share and --scale size an invented log; with --inject use --members",
        )
        truth = new.plant(wanted, inject, accounts_table, members or MEMBERS)
    else:
        _refuse(
            (accounts_table, members),
            "--accounts-table and --members belong to --inject; use --accounts and --share",
        )
        times = scale or 1.0
        accounts, requests = accounts or wanted.accounts, requests or wanted.requests
        truth = new.invent(wanted, round(times * accounts), round(times * requests), share)
    show_note(_summary(truth, output))


def _refuse(options: tuple[object, ...], why: str) -> None:
    if any(given is not None for given in options):
        raise DistillscanError(why)


def _scenario(name: str) -> Scenario:
    from distillscan.synthetic.scenarios import SCENARIOS

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

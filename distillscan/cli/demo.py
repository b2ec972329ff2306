"""``demo``: the whole way on invented logs."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Group
from rich.text import Text

from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.output import refuse_overwriting
from distillscan.cli.screen import show_note, show_result
from distillscan.findings.settings import Settings

SAMPLE = "sample_logs"
_CHECKOUT = Path(__file__).parents[2]

_Keep = Annotated[
    Path | None, typer.Option("--keep", metavar="DIR", help="Keep the case, as DIR/case.duckdb.")
]


def demo(
    *,
    keep: _Keep = None,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Run a whole analysis on invented logs: one campaign hidden among innocent groups that resemble it.

    Reads the sample logs into a case of its own, scans it, shows the report and explains it. Nothing is left
    behind without --keep.

    Example: distillscan demo --keep demo
    """
    from distillscan.cli.preview import Asked
    from distillscan.cli.reading import read_into
    from distillscan.cli.scanned import run_scan
    from distillscan.reports.terminal import whole
    from distillscan.reports.terminal.overview import cluster_table, headline
    from distillscan.reports.terminal.style import title

    with ExitStack() as stack:
        workplace = Path(stack.enter_context(TemporaryDirectory(prefix="distillscan-")))
        case = _case_path(keep, workplace)
        sample = _sample_logs(case.parent)
        sources = {
            "accounts": [str(sample / "accounts.csv")],
            "events": [str(sample / "events.csv")],
            "requests": [str(sample / "requests")],
        }
        opened = stack.enter_context(CaseFile(case, threads, memory_limit).make())
        read_into(opened, Asked(sources))
        findings = run_scan(opened, Settings())
        stays = sample.parent != workplace
        explanation = _explanation(sample if stays else None, case if keep else None)
        # the table once more, so that it is what stands on the screen in the end
        short = Group(Text(), title("In short"), headline(findings), Text(), cluster_table(findings))
        show_result(Group(whole.report(findings), explanation, short))


def _sample_logs(beside: Path) -> Path:
    """The sample logs here or in the checkout; else the same ones, written anew ``beside`` the case."""
    for place in (Path(SAMPLE), _CHECKOUT / SAMPLE):
        if (place / "requests").is_dir():
            return place
    from distillscan.synthetic.files import write_sample
    from distillscan.synthetic.sample import build_sample

    show_note("writing the sample logs")
    write_sample(build_sample(), beside / SAMPLE)
    return beside / SAMPLE


def _case_path(keep: Path | None, workplace: Path) -> Path:
    if keep is None:
        return workplace / "case.duckdb"
    keep.mkdir(parents=True, exist_ok=True)
    refuse_overwriting(keep / "case.duckdb", force=False)
    return keep / "case.duckdb"


def _explanation(sample: Path | None, kept: Path | None) -> Group:
    """What is seen, and how to do it by hand; ``sample`` and ``kept`` are logs and case that remain."""
    from distillscan.reports.terminal.style import title

    commands = [
        f"distillscan ingest {sample}/requests \\",
        f"    --accounts {sample}/accounts.csv --events {sample}/events.csv",
        "distillscan report",
        "distillscan report -t md -o report.md",
        "distillscan export members -o members.csv",
    ]
    truth, by_hand = f"The truth is in {sample}/truth.csv.", "\nThe same by hand:\n"
    if sample is None:
        truth, by_hand = "distillscan demo --keep demo keeps the logs, their truth and the case.", ""
        commands = []
    return Group(
        Text(),
        title("What you see"),
        Text(
            "The log is invented. One campaign is hidden in it: its accounts share cards, rotate through "
            "proxy addresses, signed up in a burst and send prompts from a few templates, mixed with "
            "ordinary ones. Around it are innocent people who resemble it in one respect each: a campus "
            "behind one address, a company with one card and one system prompt, the users of one agent "
            "product, benchmark runners, the users of one VPN. Groups that agree in several families of "
            "signals are shown; a group that declares who it is, such as the company, is an organisation, "
            "not a campaign; agreement in one family alone, such as the VPN's addresses, is not reported. "
            + truth
        ),
        Text(by_hand),
        *(Text(f"  {command}", no_wrap=True) for command in commands),
        Text(f"\nThe case is kept: add --case {kept} to look into it." if kept else ""),
    )

"""``ingest``: read exports into a case."""

from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from distillscan.choices import AccountField, KeepText
from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.errors import LogError
from distillscan.logs.mapping import AUTO


def _sidecar(option: str, holds: str) -> OptionInfo:
    info: OptionInfo = typer.Option(option, metavar="PATH", help=f"{holds}; may be given several times.")
    return info


_Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", help="Request logs: files, directories or globs.", show_default=False),
]
_Accounts = Annotated[list[str] | None, _sidecar("--accounts", "Payment, mailbox, sign-up of accounts")]
_Edge = Annotated[
    list[str] | None, _sidecar("--edge", "Logs of the edge or a gateway, joined to the requests")
]
_Signals = Annotated[list[str] | None, _sidecar("--signals", "Signals of your own about accounts")]
_Events = Annotated[list[str] | None, _sidecar("--events", "Model releases, ban waves and the like")]
_Anchors = Annotated[list[str] | None, _sidecar("--anchors", "Values known to be an entity's")]
_Map = Annotated[
    Path | None,
    typer.Option("--map", metavar="FILE", help='TOML of where fields stand: account_id = "user.id".'),
]
_Format = Annotated[
    str, typer.Option("--format", metavar="NAME", help="Format of the logs; see the command formats.")
]
_Account = Annotated[AccountField, typer.Option("--account-field", help="The field that is one account.")]
_KeepText = Annotated[KeepText, typer.Option("--keep-text", help="Prompt text that the case keeps.")]
_DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Show what would be understood of each file; write nothing."),
]


def ingest(
    *,
    paths: _Paths = None,
    accounts: _Accounts = None,
    edge: _Edge = None,
    signals: _Signals = None,
    events: _Events = None,
    anchors: _Anchors = None,
    map_file: _Map = None,
    format_: _Format = AUTO,
    account_field: _Account = "account_id",
    keep_text: _KeepText = "exemplars",
    dry_run: _DryRun = False,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Read request logs, and tables about the accounts, into the case file.

    Reads JSON in any shape, CSV and Parquet, plain, compressed or in archives. The format of each file is
    recognised unless --format names it; --dry-run shows how each file would be read, what analysis it
    supports, and a column map to edit. Every record is accepted, counted as a duplicate, or rejected with
    its file, row and reason. Files that are already in the case are skipped, so an interrupted run can
    simply be repeated. Of prompts, fingerprints are stored; the exports remain the evidence.

    Example: distillscan ingest logs/ --accounts accounts.csv --events events.csv
    """
    from distillscan.cli.preview import Asked, show_previews
    from distillscan.cli.reading import read_into
    from distillscan.logs.mapping import Mapping, load_mapping

    sources = _sources(
        requests=paths, accounts=accounts, edge=edge, signals=signals, events=events, anchors=anchors
    )
    mapping = load_mapping(map_file) if map_file else Mapping()
    asked = Asked(sources, mapping, format_, account_field)
    if dry_run:
        show_previews(asked)
        return
    with CaseFile(case, threads, memory_limit).make() as opened:
        read_into(opened, asked, keep_text=keep_text)


def _sources(**named: list[str] | None) -> dict[str, list[str]]:
    """The files of each kind that was named, all of which are there."""
    from distillscan.logs.files.discovery import find_files

    # the small tables first: a mistake in one shows before the hours of reading
    kinds = ("accounts", "signals", "events", "anchors", "edge", "requests")
    sources = {kind: files for kind in kinds if (files := named[kind])}
    if not sources:
        raise LogError("no input was named: give request logs, or a table with --accounts or another option")
    for files in sources.values():
        find_files(files)
    return sources

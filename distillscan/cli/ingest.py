"""``ingest``: read exports into a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.models import OptionInfo

from distillscan.case.ingest import IngestSummary, KeepText
from distillscan.case.ingest import ingest as ingest_kind
from distillscan.case.ledger import check_usable, ledger_totals
from distillscan.case.overview import first_rejects, ledger_by_kind
from distillscan.case.store import Case as OpenCase
from distillscan.case.store import open_case
from distillscan.cli.options import DEFAULT_CASE, Case, Debug, MemoryLimit, Quiet, Threads
from distillscan.cli.preview import show_previews
from distillscan.cli.progress import ReadingProgress
from distillscan.cli.screen import show_summary
from distillscan.errors import LogError
from distillscan.logs.discovery import find_files
from distillscan.logs.mapping import Mapping, load_mapping
from distillscan.logs.recognise import AUTO
from distillscan.reports.terminal.ledger import REJECTS_SHOWN, ingested

AccountField = Literal["account_id", "org_id", "api_key_id", "end_user_id", "upstream_account_id"]


def _sidecar(option: str, holds: str) -> OptionInfo:
    info: OptionInfo = typer.Option(option, metavar="PATH", help=f"{holds}; may be given several times.")
    return info


def ingest(
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Request logs: files, directories or globs.", show_default=False),
    ] = None,
    accounts: Annotated[
        list[str] | None, _sidecar("--accounts", "Payment, mailbox, sign-up of accounts")
    ] = None,
    signals: Annotated[list[str] | None, _sidecar("--signals", "Signals of your own about accounts")] = None,
    events: Annotated[
        list[str] | None, _sidecar("--events", "Model releases, ban waves and the like")
    ] = None,
    anchors: Annotated[list[str] | None, _sidecar("--anchors", "Values known to be an entity's")] = None,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help='TOML of where fields stand: account_id = "user.id".'),
    ] = None,
    format_: Annotated[
        str,
        typer.Option("--format", metavar="NAME", help="Format of the logs; see the command formats."),
    ] = AUTO,
    account_field: Annotated[
        AccountField, typer.Option("--account-field", help="The field that is one account.")
    ] = "account_id",
    keep_text: Annotated[
        KeepText, typer.Option("--keep-text", help="Prompt text that the case keeps.")
    ] = "exemplars",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be understood of each file; write nothing.")
    ] = False,
    case: Case = DEFAULT_CASE,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read request logs, and tables about the accounts, into the case file.

    Takes JSON in any shape, CSV and Parquet, plain, compressed or in archives. The format of each file is
    recognised unless --format names it; --dry-run shows how each would be read, what it can support, and a
    map to edit.
    Every record is accepted, counted as a repeat, or rejected with its file, row and reason. A file that is
    already in the case is left out, so a stopped run is simply repeated. Prompts are fingerprinted; the
    exports stay the evidence.

    Example: distillscan ingest logs/ --accounts accounts.csv --events events.csv
    """
    # the small tables first: a mistake in one shows before the hours of reading
    named = {
        "accounts": accounts,
        "signals": signals,
        "events": events,
        "anchors": anchors,
        "requests": paths,
    }
    sources = {kind: files for kind, files in named.items() if files}
    if not sources:
        raise LogError("no input was named: give request logs, or a table with --accounts or another option")
    for files in sources.values():
        find_files(files)
    mapping = load_mapping(map_file) if map_file else None
    if dry_run:
        show_previews(sources, mapping or Mapping(), format_, account_field)
        return
    with open_case(case, create=True, threads=threads, memory_limit=memory_limit) as opened:
        read_into(
            opened,
            sources,
            mapping=mapping,
            format_=format_,
            account_field=account_field,
            keep_text=keep_text,
            threads=threads,
            quiet=quiet,
        )


def read_into(
    case: OpenCase,
    sources: dict[str, list[str]],
    *,
    mapping: Mapping | None = None,
    format_: str = AUTO,
    account_field: AccountField = "account_id",
    keep_text: KeepText = "exemplars",
    threads: int | None = None,
    quiet: bool,
) -> None:
    """Read files of several kinds into an open case, with progress and the ledger on stderr."""
    summaries: list[IngestSummary] = []
    for kind, files in sources.items():
        with ReadingProgress(quiet=quiet) as progress:
            summary = ingest_kind(
                case,
                files,
                kind=kind,
                mapping=mapping,
                format_=format_,
                account_field=account_field,
                keep_text=keep_text,
                threads=threads,
                progress=progress,
            )
        summaries.append(summary)
    rejects = first_rejects(case, REJECTS_SHOWN)
    reasons = ledger_totals(case).rejected_by_reason
    show_summary(ingested(summaries, ledger_by_kind(case), reasons, rejects), quiet=quiet)
    if "requests" in sources:
        check_usable(case)

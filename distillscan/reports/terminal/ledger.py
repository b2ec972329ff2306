"""The ledger of a case for the terminal, while the logs are read: what came in, and what did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from distillscan.reports.terminal.style import figures, item, label, plain, table
from distillscan.reports.whole_log import KindLedger
from distillscan.reports.wording import count

if TYPE_CHECKING:
    from distillscan.case.ingest import IngestSummary
    from distillscan.case.ledger import Reject

REJECTS_SHOWN = 5
FILES_SHOWN = 5


def ledger_table(kinds: Sequence[KindLedger]) -> Table:
    """One row a kind of file: files, and records read, accepted, duplicate and rejected."""
    drawn = table(label("Records of"), *figures("files", "read", "accepted", "duplicate", "rejected"))
    for kind in kinds:
        numbers = (kind.files, kind.read, kind.accepted, kind.duplicate, kind.rejected)
        drawn.add_row(plain(kind.kind), *map(count, numbers))
    return drawn


def reasons(rejected_by_reason: dict[str, int]) -> list[RenderableType]:
    """One line a reason of rejection, below an empty one."""
    lines = [f"rejected, {reason}: {count(rejected)}" for reason, rejected in rejected_by_reason.items()]
    return [Text(), *(item(plain(line)) for line in lines)] if lines else []


def ingested(
    summaries: Sequence[IngestSummary],
    kinds: Sequence[KindLedger],
    rejected_by_reason: dict[str, int],
    rejects: Sequence[Reject],
    notes: Sequence[str] = (),
) -> RenderableType:
    """The summary of an ingest: the ledger of the case, its first rejects, and files out of the usual.

    ``notes`` are sentences to go below the ledger, such as what became of edge logs.
    """
    files = [file for summary in summaries for file in summary.files]
    known = [_known(file.name, file.already_in) for file in files if file.already_in]
    warned = [f"{file.name}: {file.warning}" for file in files if file.warning]
    # what was found there may name a person, and this goes where logs of jobs go
    found = [f"{reject.file} row {reject.row}: {reject.reason}" for reject in rejects]
    total = sum(kind.rejected for kind in kinds)
    return Group(
        Text(),
        ledger_table(kinds),
        *reasons(rejected_by_reason),
        *([Text(), *(plain(note) for note in notes)] if notes else []),
        *_lines(found, total, "rejects; what was found there is in table rejects"),
        *_lines(known[:FILES_SHOWN], len(known), "files that are already in the case"),
        *_lines(warned[:FILES_SHOWN], len(warned), "files with a warning"),
    )


def _known(name: str, before: str) -> str:
    return f"{name}: already in the case" + ("" if name == before else f", as {before}")


def _lines(shown: Sequence[str], total: int, rest: str) -> list[RenderableType]:
    lines: list[RenderableType] = [item(plain(line)) for line in shown]
    if total > len(shown):
        lines.append(item(plain(f"and {count(total - len(shown))} more {rest}", "dim")))
    return lines

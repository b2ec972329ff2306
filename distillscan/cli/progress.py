"""Progress on stderr: a live bar on a terminal, plain lines elsewhere, nothing with --quiet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from distillscan.cli.screen import is_quiet, show_note, stderr
from distillscan.reports import wording
from distillscan.reports.escape import terminal

if TYPE_CHECKING:
    from distillscan.case.ingest import Progress as Reading
    from distillscan.findings.scan import Stage


class _Bar:
    """A bar with one task, live only when stderr is a terminal and progress is wanted."""

    def __init__(self, *columns: ProgressColumn) -> None:
        self._bar = Progress(
            *columns, console=stderr(), transient=True, disable=is_quiet() or not sys.stderr.isatty()
        )
        self._task: TaskID | None = None
        self._line = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _advance(self, done: int, total: int, *, name: str, line: str, rows: int = 0) -> None:
        """Move the bar; off a terminal print the line instead, when it is a new one."""
        if self._bar.disable:
            if line != self._line:
                show_note(line)
            self._line = line
        elif self._task is None:
            self._task = self._bar.add_task(name, completed=done, total=total, rows=rows)
        else:
            self._bar.update(self._task, description=name, completed=done, total=total, rows=rows)


class _RowsColumn(ProgressColumn):
    """Rows read so far, and rows a second."""

    def render(self, task: Task) -> Text:
        """The two figures as text."""
        rows = int(task.fields["rows"])
        speed = rows / task.elapsed if task.elapsed else 0.0
        return Text(f"{wording.count(rows)} rows, {wording.count(int(speed))}/s")


class ReadingProgress(_Bar):
    """Ingest: the current file, bytes, rows, rows a second and the time left."""

    def __init__(self) -> None:
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            DownloadColumn(),
            _RowsColumn(),
            TimeRemainingColumn(),
        )

    def __call__(self, reading: Reading) -> None:
        """Show how far the reading is; the last report, of no file, is what follows on all of them."""
        if not reading.file:
            line = "finding repeats and what accounts share"
            self._advance(reading.bytes_total, reading.bytes_total, name=line, line=line, rows=reading.rows)
            return
        number = min(reading.files_done + 1, reading.files_total)
        file = terminal(reading.file)
        self._advance(
            reading.bytes_done,
            reading.bytes_total,
            name=file,
            line=f"reading {file} ({number} of {reading.files_total})",
            rows=reading.rows,
        )


class ScanProgress(_Bar):
    """Scan: the stage at work and the time it has taken so far."""

    def __init__(self) -> None:
        super().__init__(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )

    def __call__(self, stage: Stage) -> None:
        """Show the stage that begins."""
        name = terminal(stage.name)
        line = f"scan {stage.number}/{stage.total}: {name}"
        self._advance(stage.number - 1, stage.total, name=name, line=line)


class WritingProgress(_Bar):
    """Simulate: rows written of those wanted, and the time left."""

    def __init__(self, total: int) -> None:
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._total = total

    def __call__(self, rows: int) -> None:
        """Show how many rows are written."""
        line = f"wrote {wording.count(rows)} of {wording.count(self._total)} requests"
        self._advance(rows, self._total, name="writing requests", line=line)

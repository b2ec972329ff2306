"""The run log of a case: who looked at raw values, when, and with which command."""

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from distillscan.evidence import chain


def run_log_path(case: Path) -> Path:
    """Return where the run log of a case is kept: case.runs.jsonl beside case.duckdb."""
    return case.with_name(f"{case.stem}.runs.jsonl")


def log_reveal(case: Path, arguments: Sequence[str]) -> None:
    """Write down that values are about to be shown without pseudonyms. Raises CaseError if that fails."""
    chain.append(
        run_log_path(case),
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "by": _user(),
            "what": "reveal",
            "arguments": list(arguments),
        },
    )


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None

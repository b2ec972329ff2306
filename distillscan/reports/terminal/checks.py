"""The checks of an evidence bundle for the terminal: one line each, and what was seen below it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.reports import wording
from distillscan.reports.terminal.style import item, plain

_STYLES = {"holds": "green", "differs": "bold red", "not checked": "yellow"}


def check(name: str, outcome: str, details: Sequence[str]) -> RenderableType:
    """One check; its details may come from a bundle that somebody changed."""
    line = Text.assemble((f"{outcome:<12}", _STYLES[outcome]), plain(name))
    return Group(line, *(item(plain(detail)) for detail in details))


def verdict(outcomes: Sequence[str]) -> RenderableType:
    """What all checks together say."""
    counts = {outcome: list(outcomes).count(outcome) for outcome in _STYLES}
    if counts["differs"]:
        return plain(f"The bundle differs in {wording.counted(counts['differs'], 'check')}.", "bold red")
    rest = (
        f"; {wording.counted(counts['not checked'], 'check')} could not be made"
        if counts["not checked"]
        else ""
    )
    return plain(f"The bundle holds in {wording.counted(counts['holds'], 'check')}{rest}.", "bold")

"""The checks of an evidence bundle for the terminal: one line each, and what was seen below it."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.reports.terminal.style import item, plain
from distillscan.reports.wording import count, counted

_STYLES = {"holds": "green", "differs": "bold red", "not checked": "yellow"}


def check(name: str, outcome: str, details: Sequence[str]) -> RenderableType:
    """One check; its details may come from a bundle that somebody changed."""
    line = Text.assemble((f"{outcome:<12}", _STYLES[outcome]), plain(name))
    return Group(line, *(item(plain(detail)) for detail in details))


def verdict(outcomes: Sequence[str]) -> RenderableType:
    """What all checks together say."""
    counts = {outcome: list(outcomes).count(outcome) for outcome in _STYLES}
    if counts["differs"]:
        return plain(f"The bundle differs in {counted(counts['differs'], 'check')}.", "bold red")
    held = counted(counts["holds"], "check")
    if counts["not checked"]:
        open_ = count(counts["not checked"])
        return plain(f"{held} found nothing wrong; {open_} could not be made.", "bold")
    return plain(f"The bundle holds: {held} found nothing wrong.", "bold")

"""What the drawings of all explanations are made of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.findings.document.counts import Tier
from distillscan.findings.explain.document.account import HeldValue
from distillscan.findings.explain.document.cluster import MarkingValue
from distillscan.findings.explain.document.common import ClusterName, Source
from distillscan.findings.explain.document.pair import CommonValue
from distillscan.reports.terminal.style import item, plain, title
from distillscan.reports.wording import counted, moment, percent

#: Values of a family that the terminal shows; JSON has more.
VALUES = 3


class _Value(Protocol):
    signal: str
    pseudonym: str


def valued(value: _Value) -> str:
    """What a line calls a value: a pseudonym that begins with its signal needs no other name."""
    own = value.pseudonym.startswith(f"{value.signal}-")
    return value.pseudonym if own else f"{value.signal} {value.pseudonym}"


def named(name: ClusterName | None) -> str:
    """What a line calls a group of accounts."""
    if name is None:
        return "no cluster"
    return f"{name.label} {name.verdict}" if name.label else f"group {name.cluster_id}"


def placed(tier: Tier | None, cluster: ClusterName | None) -> str:
    """Where the scan placed an account."""
    return f"{tier} of {named(cluster)}" if cluster else "in no cluster"


def seen(first: datetime | None, last: datetime | None) -> str:
    """From when to when."""
    if first is None or last is None:
        return "times unknown"
    return f"{moment(first)} to {moment(last)}"


def rows(sources: Sequence[Source]) -> str:
    """How many rows these are, and the ones that are named, by file."""
    total = sum(source.total for source in sources)
    listed = [source for source in sources if source.rows]
    lines = [
        f"{source.file} [{source.sha256[:12]}] {', '.join(str(row) for row in source.rows)}"
        for source in listed
    ]
    more = total - sum(len(source.rows) for source in sources)
    if more:
        files = len(sources) - sum(source.total == len(source.rows) for source in sources)
        lines.append(f"{more:,} {'more ' if listed else ''}in {counted(files, 'file')}")
    return f"{counted(total, 'row')}: {'; '.join(lines)}"


def under(sources: Sequence[Source], whose: str = "") -> Text:
    """The rows that show a value, in a line below it."""
    return Text("\n").append_text(plain(f"{whose}{rows(sources)}", "dim")) if sources else Text()


def base_rate(value: HeldValue | MarkingValue | CommonValue) -> str:
    """How common a value is among all accounts, in brackets."""
    return f"({percent(value.share)} of all, {value.rarity:.1f} bits)"


def heading(name: str, note: str) -> Text:
    """The name of a family and what follows of it."""
    return plain(name, "bold cyan").append("  ").append_text(plain(note, "dim"))


def section(name: str, lines: Sequence[str]) -> list[RenderableType]:
    """A headed list, or nothing without lines."""
    return [Text(f"\n{name}", style="bold"), *(item(plain(line)) for line in lines)] if lines else []


def closed(parts: Sequence[RenderableType], sentence: str) -> RenderableType:
    """A drawing that ends with its sentence."""
    return Group(*parts, Text(), title("In a sentence"), plain(sentence, "bold"))

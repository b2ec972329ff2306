"""What speaks for and against two accounts acting as one, drawn."""

from rich.console import RenderableType
from rich.text import Text

from distillscan.findings.explain.document.pair import CommonValue, PairExplanation, PairFamily
from distillscan.reports.terminal.explain.parts import (
    VALUES,
    base_rate,
    closed,
    heading,
    placed,
    under,
    valued,
)
from distillscan.reports.terminal.style import item, plain, title
from distillscan.reports.terminal.waterfall import Bar, waterfall
from distillscan.reports.wording import counted


def pair(found: PairExplanation) -> RenderableType:
    """The drawing of what two accounts have in common and what not."""
    lines = [
        plain(f"{letter}  {one.account}: {counted(one.requests, 'request')}, {placed(one.tier, one.cluster)}")
        for letter, one in (("A", found.a), ("B", found.b))
    ]
    prior = Bar("prior", found.prior_bits, f"{found.core_pairs:,} of {found.all_pairs:,} pairs share a core")
    bars = [Bar(family.family, family.bits, _compared(family)) for family in found.families]
    parts: list[RenderableType] = [
        title("Pair"),
        *lines,
        Text(),
        waterfall([prior, *bars], found.total_bits, 0.0),
        plain(
            "A family counts once, by the rarest value both hold. What disagreement weighs was learned from "
            f"{found.learned_from}. Of the values in common, {found.associations:,} pairs are associated. "
            "Nothing is decided on a pair.",
            "dim",
        ),
    ]
    for family in found.families:
        parts += [Text(), heading(family.family, family.result)]
        parts += [item(_common(value)) for value in family.values[:VALUES]]
    return closed(parts, found.sentence)


def _compared(family: PairFamily) -> str:
    if family.result == "agree":
        return f"{counted(family.common, 'value')} in common"
    if family.result == "not compared":
        return "one holds nothing shared"
    return f"none of {family.held_a:,} and {family.held_b:,} in common"


def _common(value: CommonValue) -> Text:
    line = plain(valued(value), "bold")
    only = "" if value.held_by == "both" else f" only {value.held_by.upper()} of the two,"
    marks = f", marks {', '.join(value.marks)}" if value.marks else ""
    line.append(f" {only} {counted(value.others, 'other holder')} {base_rate(value)}{marks}")
    return line.append_text(under(value.sources_a, "A, ")).append_text(under(value.sources_b, "B, "))

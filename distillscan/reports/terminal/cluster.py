"""The block of one cluster: what it did, why it is held to be one, and what else could explain it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from distillscan.findings.document import BenignExplanation, Cluster, Evidence, Template, Tested
from distillscan.reports import sentences, wording
from distillscan.reports.terminal.style import grade, item, plain, table, title, verdict

EVIDENCE_SHOWN = 4
TEMPLATES_SHOWN = 3

Part = TypeVar("Part", Evidence, Template, BenignExplanation)


def block(cluster: Cluster, tested: Tested) -> RenderableType:
    """What an analyst asks first about one cluster; the lists are cut, and say so."""
    name = title(plain(cluster.label), " ", verdict(cluster.verdict), " ", plain(cluster.cluster_id, "dim"))
    parts: list[RenderableType] = [Text(), name, plain(cluster.sentence)]
    if cluster.sentence_upper != cluster.sentence:
        parts.append(plain(f"With the probable accounts: {cluster.sentence_upper}", "dim"))
    parts.append(plain(f"Tied by {sentences.families(cluster, tested)}. {sentences.declared(cluster)}"))
    parts += [Text(), _family_table(cluster)]
    for question, finding in sentences.findings(cluster):
        parts.append(Text.assemble("\n", (f"{question.capitalize()}: ", "bold"), grade(finding.grade)))
        parts += _items(finding.evidence, _evidence, EVIDENCE_SHOWN)
    parts += _section("Templates", _items(cluster.templates, _template, TEMPLATES_SHOWN))
    parts += _section("Benign explanations tested", _items(cluster.benign_explanations, _benign, None))
    if cluster.sensitivity:
        parts += _section("Sensitivity", [item(plain(sentences.sensitivity(cluster)))])
    return Group(*parts)


def _section(name: str, items: list[RenderableType]) -> list[RenderableType]:
    return [Text(f"\n{name}", style="bold"), *items] if items else []


def _items(parts: Sequence[Part], draw: Callable[[Part], Text], shown: int | None) -> list[RenderableType]:
    lines: list[RenderableType] = [item(draw(part)) for part in parts[:shown]]
    if shown is not None and len(parts) > shown:
        lines.append(
            item(Text(f"and {wording.count(len(parts) - shown)} more, see report -t md", style="dim"))
        )
    return lines


def _family_table(cluster: Cluster) -> Table:
    """How each family ties the core; the values themselves, under pseudonyms, are in -t md."""
    drawn = table()
    drawn.add_column("Family", no_wrap=True)
    drawn.add_column("values", justify="right", no_wrap=True)
    drawn.add_column("core accounts", justify="right", no_wrap=True)
    drawn.add_column("signals", overflow="fold", min_width=24)
    for tie in cluster.families:
        signals = plain(", ".join(tie.signals))
        drawn.add_row(plain(tie.family), wording.count(tie.values), wording.count(tie.core_accounts), signals)
    return drawn


def _evidence(evidence: Evidence) -> Text:
    return plain(evidence.statement)


def _template(template: Template) -> Text:
    line = plain(sentences.template(template))
    if template.exemplar is not None:
        line.append("\n").append_text(plain(f"“{template.exemplar}”", "italic"))
    return line


def _benign(tried: BenignExplanation) -> Text:
    style = "bold yellow" if tried.result == "explains" else ""
    return Text.assemble(plain(tried.name), ": ", (tried.result, style), ". ", plain(tried.statement))

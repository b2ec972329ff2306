"""The block of one cluster: what it did, why it is held to be one, and what else could explain it."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.capabilities import CapabilityProfile
from distillscan.findings.document.shared import Template
from distillscan.findings.document.verdict import BenignExplanation
from distillscan.findings.document.when import Chronology
from distillscan.reports import asked, doubt, sentences, when
from distillscan.reports.terminal.style import (
    figures,
    grade,
    item,
    label,
    plain,
    table,
    title,
    verdict,
    words,
)
from distillscan.reports.wording import count

EVIDENCE_SHOWN = 4
TEMPLATES_SHOWN = 3
CAPABILITIES_SHOWN = 6
INSERTS_SHOWN = 2


def block(cluster: Cluster, findings: Findings) -> RenderableType:
    """What an analyst asks first about one cluster; the lists are cut, and say so."""
    name = title(plain(cluster.label), " ", verdict(cluster.verdict), " ", plain(cluster.cluster_id, "dim"))
    parts: list[RenderableType] = [Text(), name, plain(cluster.sentence)]
    if cluster.sentence_upper != cluster.sentence:
        parts.append(plain(f"With the probable accounts: {cluster.sentence_upper}", "dim"))
    parts.append(
        plain(f"Tied by {sentences.families(cluster, findings.tested)}. {sentences.declared(cluster)}")
    )
    parts += [Text(), _family_table(cluster)]
    for question, finding in sentences.findings(cluster):
        parts.append(Text.assemble("\n", (f"{question.capitalize()}: ", "bold"), grade(finding.grade)))
        parts += _items([plain(seen.statement) for seen in finding.evidence], EVIDENCE_SHOWN)
    if cluster.chronology is not None:
        parts += _section("When", _when(cluster, cluster.chronology, findings))
    parts += _section("Anchored to", _items([plain(entity.statement) for entity in cluster.anchored]))
    parts += _section("Earlier cases", _items([plain(one.statement) for one in cluster.earlier or []]))
    if cluster.capabilities is not None:
        parts += _section(asked.TITLE, _asked(cluster.capabilities))
    parts += _section("Templates", _items([_template(used) for used in cluster.templates], TEMPLATES_SHOWN))
    tried = [_benign(one) for one in cluster.benign_explanations]
    parts += _section("Benign explanations tested", _items(tried))
    if cluster.confidence is not None:
        parts += _section("Confidence", _items(list(map(plain, sentences.confidence(cluster.confidence)))))
    parts += _section(doubt.TITLE, _items(_doubt(cluster)))
    return Group(*parts)


def _doubt(cluster: Cluster) -> list[Text]:
    lines = doubt.statements(cluster)
    if cluster.sensitivity:
        lines.append(sentences.sensitivity(cluster))
    ask = f"Least firmly tied: explain cluster {cluster.label}. Evidence for one account: explain account ID."
    return [*map(plain, lines), plain(ask, "dim")]


def _when(cluster: Cluster, chronology: Chronology, findings: Findings) -> list[RenderableType]:
    drawn = when.drawn_days(cluster, findings)
    lines = [f"{name:6}{bars}" for name, bars in drawn.lines.items()] if drawn else []
    days = [Padding(Text("\n".join([*lines, drawn.legend])), (0, 0, 0, 4))] if drawn else []
    return [*days, *_items(list(map(plain, when.statements(chronology))), EVIDENCE_SHOWN)]


def _asked(profile: CapabilityProfile) -> list[RenderableType]:
    parts: list[RenderableType] = [item(plain(profile.statement))]
    found = [one for one in profile.capabilities if one.requests]
    if found:
        drawn = table()
        for place, name in enumerate(asked.HEADER):
            # the names and the intervals break into lines on a narrow screen, a number never
            breaks = name in {asked.KIND, asked.SHARE}
            drawn.add_column(name, justify="right" if place else "left", no_wrap=not breaks)
        for one in found[:CAPABILITIES_SHOWN]:
            drawn.add_row(*map(plain, asked.cells(one)))
        parts.append(Padding(drawn, (0, 0, 0, 4)))
    for insert in profile.inserts[:INSERTS_SHOWN]:
        quoted = plain(f"“{insert.text}”", "italic")
        parts.append(item(Text.assemble(quoted, " ", plain(asked.insert(insert)))))
    more = len(found[CAPABILITIES_SHOWN:]) + len(profile.inserts[INSERTS_SHOWN:])
    if more:
        parts.append(item(Text(f"and {count(more)} more, see report -t md", style="dim")))
    return [*parts, *(item(plain(note, "dim")) for note in asked.notes(profile))]


def _section(name: str, items: list[RenderableType]) -> list[RenderableType]:
    return [Text(f"\n{name}", style="bold"), *items] if items else []


def _items(lines: Sequence[Text], shown: int | None = None) -> list[RenderableType]:
    """The first of the lines, an item each, and how many there are beyond."""
    more = len(lines[shown:]) if shown else 0
    left = [Text(f"and {count(more)} more, see report -t md", style="dim")] if more else []
    return [item(line) for line in [*lines[:shown], *left]]


def _family_table(cluster: Cluster) -> Table:
    """How each family ties the core; the values themselves, under pseudonyms, are in -t md."""
    drawn = table(label("Family"), *figures("values", "core accounts"), words("signals", least=24))
    for tie in cluster.families:
        signals = plain(", ".join(tie.signals))
        drawn.add_row(plain(tie.family), count(tie.values), count(tie.core_accounts), signals)
    return drawn


def _template(template: Template) -> Text:
    line = plain(sentences.template(template))
    if template.exemplar is not None:
        line.append("\n").append_text(plain(f"“{template.exemplar}”", "italic"))
    return line


def _benign(tried: BenignExplanation) -> Text:
    style = "bold yellow" if tried.result == "explains" else ""
    return Text.assemble(plain(tried.name), ": ", (tried.result, style), ". ", plain(tried.statement))

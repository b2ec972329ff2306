"""An explanation for the terminal: a waterfall of bits, what each bar rests on, and one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from distillscan.findings.explain import (
    AccountExplanation,
    ClusterExplanation,
    Explanation,
    PairExplanation,
    ValueExplanation,
)
from distillscan.findings.explain.document import (
    ClusterName,
    CommonValue,
    FamilyWeight,
    HeldValue,
    MemberLine,
    PairFamily,
    Source,
)
from distillscan.reports import wording
from distillscan.reports.terminal.style import item, plain, table, title
from distillscan.reports.terminal.waterfall import Bar, waterfall

#: Values of a family, and files of a value, that the terminal shows; JSON has more.
_VALUES, _FILES = 3, 2


def explanation(found: Explanation) -> RenderableType:
    """The drawing of an explanation of any kind."""
    if isinstance(found, AccountExplanation):
        return _account(found)
    if isinstance(found, PairExplanation):
        return _pair(found)
    return _cluster(found) if isinstance(found, ClusterExplanation) else _value(found)


def _account(found: AccountExplanation) -> RenderableType:
    where = [f"{found.tier} of " if found.tier else "in no cluster; against ", _named(found.judged)]
    parts: list[RenderableType] = [
        title(plain(found.account), "  ", plain("".join(where) if found.judged else "in no cluster", "dim")),
        plain(f"{wording.counted(found.requests, 'request')}, {_seen(found.first_seen, found.last_seen)}"),
    ]
    if found.judged and found.judgement:
        bars = [Bar(weight.family, weight.bits, _weight(weight)) for weight in found.families]
        core = found.judged.core_accounts
        prior = Bar("prior", found.prior_bits, f"{core:,} core accounts among {found.accounts:,}")
        parts += [Text(), waterfall([prior, *bars], found.judgement.bits, found.core_bits)]
        parts.append(
            plain(f"Core takes {found.core_bits:.1f} bits (nine to one) and ties of two families.", "dim")
        )
        tied = ", ".join(found.judgement.tied_families) or "none"
        parts.append(plain(f"Families that tie it: {tied}."))
    for weight in found.families:
        if weight.values:
            parts += [Text(), _heading(weight.family, f"{weight.held_values:,} of the cluster's values held")]
            parts += [item(_held(value)) for value in weight.values[:_VALUES]]
    parts += _section("What would change it", _changes(found))
    parts += _section("What is missing", found.missing)
    parts += _section("Elsewhere", [_elsewhere(found)] if found.elsewhere else [])
    parts += _values_elsewhere(found)
    parts += _section("Note", [found.note] if found.note else [])
    parts += _section("Rows", [_source(source) for source in found.sources])
    return _closed(parts, found.sentence)


def _weight(weight: FamilyWeight) -> str:
    verb = "holds" if weight.holds else "lacks"
    core, others = weight.core_holding / max(weight.core, 1), weight.others_holding / max(weight.others, 1)
    return f"{verb}; core {wording.share(core)}, others {wording.share(others)}"


def _held(value: HeldValue) -> Text:
    line = plain(f"{value.signal} {value.pseudonym}", "bold")
    inside = "" if value.core_holders is None else f", {value.core_holders:,} of them core"
    line.append(
        f"  {wording.counted(value.holders, 'holder')}{inside} ({wording.share(value.share)} of all, "
        f"{value.rarity:.1f} bits)"
    )
    return line.append_text(_rows(value.sources, value.rows_are))


def _changes(found: AccountExplanation) -> list[str]:
    lines = [found.weakest_link] if found.weakest_link and found.tier else []
    for weight in found.families:
        way = "Without" if weight.holds else "With a tied value of"
        tier = weight.otherwise.tier or "no member"
        lines.append(f"{way} {weight.family}: {weight.otherwise.bits:.1f} bits, {tier}.")
    return lines


def _elsewhere(found: AccountExplanation) -> str:
    others = [
        f"{_named(other.cluster)} at {other.judgement.bits:.1f} bits by {', '.join(other.families)}"
        for other in found.elsewhere
    ]
    return f"It also holds values of {'; '.join(others)}."


def _values_elsewhere(found: AccountExplanation) -> list[RenderableType]:
    if not found.other_values:
        return []
    head = _heading(
        "Marks no cluster", f"{wording.counted(found.other_values, 'further shared value')}, the rarest:"
    )
    return [Text(), head, *(item(_held(value)) for value in found.rarest_other_values)]


def _pair(found: PairExplanation) -> RenderableType:
    lines = [
        plain(
            f"{one.account}: {wording.counted(one.requests, 'request')}, "
            + (f"{one.tier} of {_named(one.cluster)}" if one.cluster else "in no cluster")
        )
        for one in (found.a, found.b)
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
        parts += [Text(), _heading(family.family, family.result)]
        parts += [item(_common(value)) for value in family.values[:_VALUES]]
    return _closed(parts, found.sentence)


def _compared(family: PairFamily) -> str:
    if family.result == "agree":
        return f"{wording.counted(family.common, 'value')} in common"
    if family.result == "not compared":
        return "one holds nothing shared"
    return f"none of {family.held_a:,} and {family.held_b:,} in common"


def _common(value: CommonValue) -> Text:
    line = plain(f"{value.signal} {value.pseudonym}", "bold")
    only = "" if value.held_by == "both" else f" only {value.held_by.upper()} of the two,"
    marks = f", marks {', '.join(value.marks)}" if value.marks else ""
    line.append(
        f" {only} {wording.counted(value.others, 'other holder')} ({wording.share(value.share)} of all, "
        f"{value.rarity:.1f} bits){marks}"
    )
    return line.append_text(_rows([*value.sources_a, *value.sources_b], "all"))


def _cluster(found: ClusterExplanation) -> RenderableType:
    counts = found.tiers
    parts: list[RenderableType] = [
        title(plain(_named(found.cluster)), "  ", plain(found.cluster.cluster_id, "dim")),
        plain(
            f"{wording.counted(counts.core, 'core account')}, {counts.probable:,} probable, "
            f"{wording.counted(counts.lead, 'lead')}; "
            f"{wording.count(found.requests.members_core)} requests by the core, "
            f"{wording.count(found.requests.matching_core)} of them matching; "
            f"p {wording.p_value(found.p_value)}"
        ),
        Text(),
        _cluster_families(found),
    ]
    for family in found.families:
        parts += [Text(), _heading(family.family, f"{wording.counted(family.values, 'value')} tell")]
        parts += [
            item(
                plain(f"{one.signal} {one.pseudonym}", "bold").append(
                    f"  {one.core_holders:,} core of {wording.counted(one.holders, 'holder')} "
                    f"({wording.share(one.share)} of all, {one.rarity:.1f} bits)"
                )
            )
            for one in family.characteristic
        ]
    parts += _section("How it holds together", _shape(found))
    settings = [
        f"{one.setting}: {one.core_accounts:,} core, {one.kept:,} of these" for one in found.other_settings
    ]
    parts += _section("Under other settings", settings)
    benign = [f"{one.name}: {one.result}. {one.statement}" for one in found.benign_explanations]
    parts += _section("Benign explanations tested", benign)
    if found.cluster.explanation:
        parts += _section("Explained by", [found.cluster.explanation])
    parts += [Text(), _members("Weakest members", found.weakest_members)]
    parts += [Text(), _members("Largest accounts", found.largest_accounts)]
    return _closed(parts, found.sentence)


def _cluster_families(found: ClusterExplanation) -> Table:
    drawn = table()
    drawn.add_column("Family", no_wrap=True)
    for name in ("core holding", "others", "if held", "if not", "core without it"):
        drawn.add_column(name, justify="right", no_wrap=True)
    for family in found.families:
        without = "-" if family.without is None else f"{family.without.kept:,} of {family.core:,}"
        drawn.add_row(
            plain(family.family),
            f"{family.core_holding:,} of {family.core:,}",
            f"{family.others_holding:,} of {family.others:,}",
            Text(f"{family.present_bits:+.1f}", style="green"),
            Text(f"{family.absent_bits:+.1f}", style="red"),
            without,
        )
    return drawn


def _shape(found: ClusterExplanation) -> list[str]:
    shape = found.shape
    lines = [
        f"{wording.counted(shape.accounts, 'account')} and their "
        f"{wording.counted(shape.links, 'strongest link')}: "
        f"{shape.links_each:.1f} each, density {shape.density:.3f}, "
        f"in {wording.counted(shape.parts, 'part')}, "
        f"the largest of {wording.counted(shape.largest_part, 'account')}.",
        f"{wording.counted(shape.bridges, 'bridge')} and {wording.counted(shape.joints, 'joint')}: links and "
        "accounts whose loss would break it in two.",
    ]
    if shape.thinnest:
        one = shape.thinnest
        lines.append(
            f"Its thinnest link, {one.bits:.1f} bits by {', '.join(one.families)}, runs between "
            f"{one.account_a} and {one.account_b}."
        )
    return lines


def _members(name: str, members: Sequence[MemberLine]) -> Table:
    drawn = table()
    for column in (name, "tier"):
        drawn.add_column(column, no_wrap=True)
    for column in ("bits", "requests", "matching"):
        drawn.add_column(column, justify="right", no_wrap=True)
    drawn.add_column("families", overflow="fold")
    for one in members:
        figures = (f"{one.bits:.1f}", wording.count(one.requests), wording.count(one.matching_requests))
        drawn.add_row(plain(one.account), one.tier, *figures, plain(", ".join(one.families)))
    return drawn


def _value(found: ValueExplanation) -> RenderableType:
    nature = ["binding" if found.binding else "not binding", *(["broad"] if found.broad else [])]
    parts: list[RenderableType] = [
        title(
            plain(found.pseudonym), "  ", plain(f"{found.family} {found.signal}, {', '.join(nature)}", "dim")
        ),
        plain(
            f"{wording.counted(found.holders, 'holder')} of {wording.counted(found.accounts, 'account')}: "
            f"{wording.share(found.share)}, {found.rarity:.1f} bits; {wording.count(found.times)} uses, "
            f"{_seen(found.first_seen, found.last_seen)}"
        ),
    ]
    if found.bundle_of:
        parts.append(plain(f"A bundle of {wording.counted(found.bundle_of, 'value')} of {found.family}."))
    if found.in_bundles:
        parts.append(plain(f"Part of {', '.join(found.in_bundles)}."))
    parts += [Text(), _by_cluster(found)]
    if found.associated:
        parts += [Text(), _associated(found)]
    holders = [
        plain(one.account, "bold")
        .append(f"  {one.tier} of {_named(one.cluster)}" if one.cluster else "  in no cluster")
        .append_text(_rows(one.sources, one.rows_are))
        for one in found.first_holders
    ]
    parts += [Text("\nFirst holders", style="bold"), *(item(line) for line in holders)]
    return _closed(parts, found.sentence)


def _by_cluster(found: ValueExplanation) -> Table:
    drawn = table()
    drawn.add_column("Held in", no_wrap=True)
    for name in ("core", "probable", "lead", "of the core"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("")
    for one in found.clusters:
        figures = (f"{one.core:,}", f"{one.probable:,}", f"{one.lead:,}", wording.share(one.core_share))
        drawn.add_row(plain(_named(one.cluster)), *figures, "marks it" if one.marks else "")
    drawn.add_row("no cluster", "", "", "", "", wording.counted(found.outside, "account"))
    return drawn


def _associated(found: ValueExplanation) -> Table:
    drawn = table()
    drawn.add_column(f"Goes together with ({found.associations:,})", overflow="fold")
    for name in ("holders", "both", "expected", "p", "q"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("test", no_wrap=True)
    for one in found.associated:
        drawn.add_row(
            plain(f"{one.signal} {one.pseudonym}"),
            *(f"{one.holders:,}", f"{one.overlap:,}", f"{one.expected:.3g}", f"{one.p:.2g}", f"{one.q:.2g}"),
            one.test,
        )
    return drawn


def _named(name: ClusterName | None) -> str:
    if name is None:
        return "no cluster"
    return f"{name.label} {name.verdict}" if name.label else f"group {name.cluster_id}"


def _seen(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return "times unknown"
    return f"{wording.moment(first)} to {wording.moment(last)}"


def _rows(sources: Sequence[Source], which: str) -> Text:
    if not sources:
        return Text()
    note = "" if which == "all" else " (first and last use)"
    line = "; ".join(_source(source) for source in sources[:_FILES])
    more = f"; and {len(sources) - _FILES} more files" if len(sources) > _FILES else ""
    return Text("\n").append_text(plain(f"{line}{more}{note}", "dim"))


def _source(source: Source) -> str:
    rows = ", ".join(str(row) for row in source.rows)
    more = f" and {source.total - len(source.rows):,} more" if source.total > len(source.rows) else ""
    word = "row" if source.total == 1 else "rows"
    return f"{source.file} [{source.sha256[:12]}] {word} {rows}{more}"


def _heading(name: str, note: str) -> Text:
    return plain(name, "bold cyan").append("  ").append_text(plain(note, "dim"))


def _section(name: str, lines: Sequence[str]) -> list[RenderableType]:
    return [Text(f"\n{name}", style="bold"), *(item(plain(line)) for line in lines)] if lines else []


def _closed(parts: list[RenderableType], sentence: str) -> RenderableType:
    return Group(*parts, Text(), title("In a sentence"), plain(sentence, "bold"))

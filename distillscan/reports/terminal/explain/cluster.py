"""What a cluster rests on, drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from distillscan.findings.explain.document import ClusterExplanation, MemberLine
from distillscan.reports import wording
from distillscan.reports.terminal.explain.parts import closed, heading, named, section
from distillscan.reports.terminal.style import item, plain, table, title


def cluster(found: ClusterExplanation) -> RenderableType:
    """The drawing of what a cluster rests on."""
    counts = found.tiers
    parts: list[RenderableType] = [
        title(
            plain(named(found.cluster)),
            "  ",
            plain(found.cluster.cluster_id if found.cluster.label else "", "dim"),
        ),
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
        parts += [
            Text(),
            heading(family.family, f"{wording.counted(family.values, 'value')}, the most held:"),
        ]
        parts += [
            item(
                plain(f"{one.signal} {one.pseudonym}", "bold").append(
                    f"  {one.core_holders:,} core of {wording.counted(one.holders, 'holder')} "
                    f"({wording.share(one.share)} of all, {one.rarity:.1f} bits)"
                )
            )
            for one in family.characteristic
        ]
    parts += section("How it holds together", _shape(found))
    settings = [
        f"{one.setting}: {one.core_accounts:,} core, {one.kept:,} of these" for one in found.other_settings
    ]
    parts += section("Under other settings", settings)
    benign = [f"{one.name}: {one.result}. {one.statement}" for one in found.benign_explanations]
    parts += section("Benign explanations tested", benign)
    if found.cluster.explanation:
        parts += section("Explained by", [found.cluster.explanation])
    parts += [Text(), _members("Weakest members", found.weakest_members)]
    parts += [Text(), _members("Largest accounts", found.largest_accounts)]
    return closed(parts, found.sentence)


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

"""What a cluster rests on, drawn."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from distillscan.findings.explain.document.cluster import ClusterExplanation, MemberLine
from distillscan.reports.terminal.explain.parts import base_rate, closed, heading, named, section, valued
from distillscan.reports.terminal.style import figures, item, label, plain, table, title, words
from distillscan.reports.wording import count, counted, p_value


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
            f"{counted(counts.core, 'core account')}, {counts.probable:,} probable, "
            f"{counted(counts.lead, 'lead')}; {count(found.requests.members_core)} requests by the core, "
            f"{count(found.requests.matching_core)} of them matching; p {p_value(found.p_value)}"
        ),
        Text(),
        _cluster_families(found),
    ]
    for family in found.families:
        parts += [Text(), heading(family.family, f"{counted(family.values, 'value')}, the most held:")]
        parts += [
            item(
                plain(valued(one), "bold").append(
                    f"  {one.core_holders:,} core of {counted(one.holders, 'holder')} {base_rate(one)}"
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
    drawn = table(label("Family"), *figures("core holding", "others", "if held", "if not", "core without it"))
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
        f"{counted(shape.accounts, 'account')} and their {counted(shape.links, 'strongest link')}: "
        f"{shape.links_each:.1f} each, density {shape.density:.3f}, in {counted(shape.parts, 'part')}, "
        f"the largest of {counted(shape.largest_part, 'account')}.",
        f"{counted(shape.bridges, 'bridge')} and {counted(shape.joints, 'joint')}: links and "
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
    heads = figures("bits", "requests", "matching")
    drawn = table(label(name), label("tier"), *heads, words("families"))
    for one in members:
        numbers = (f"{one.bits:.1f}", count(one.requests), count(one.matching_requests))
        drawn.add_row(plain(one.account), one.tier, *numbers, plain(", ".join(one.families)))
    return drawn

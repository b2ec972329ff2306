"""Who holds a value, and what it goes together with, drawn."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from distillscan.findings.explain.document.value import ValueExplanation
from distillscan.reports.terminal.explain.parts import closed, named, placed, seen, under, valued
from distillscan.reports.terminal.style import figures, item, label, plain, table, title, words
from distillscan.reports.wording import count, counted, percent


def value(found: ValueExplanation) -> RenderableType:
    """The drawing of who holds a value."""
    nature = ["binding" if found.binding else "not binding", *(["broad"] if found.broad else [])]
    parts: list[RenderableType] = [
        title(
            plain(found.pseudonym), "  ", plain(f"{found.family} {found.signal}, {', '.join(nature)}", "dim")
        ),
        plain(
            f"{counted(found.holders, 'holder')} of {counted(found.accounts, 'account')}: "
            f"{percent(found.share)}, {found.rarity:.1f} bits; {count(found.times)} uses, "
            f"{seen(found.first_seen, found.last_seen)}"
        ),
    ]
    if found.bundle_of:
        parts.append(plain(f"A bundle of {counted(found.bundle_of, 'value')} of {found.family}."))
    if found.in_bundles:
        parts.append(plain(f"Part of {', '.join(found.in_bundles)}."))
    parts += [Text(), _by_cluster(found)]
    if found.associated:
        parts += [Text(), _associated(found)]
    holders = [
        plain(one.account, "bold")
        .append(f"  {placed(one.tier, one.cluster)}")
        .append_text(under(one.sources))
        for one in found.first_holders
    ]
    parts += [Text("\nFirst holders", style="bold"), *(item(line) for line in holders)]
    return closed(parts, found.sentence)


def _by_cluster(found: ValueExplanation) -> Table:
    drawn = table(label("Held in"), *figures("core", "probable", "lead", "of the core"), "")
    for one in found.clusters:
        numbers = (f"{one.core:,}", f"{one.probable:,}", f"{one.lead:,}", percent(one.core_share))
        drawn.add_row(plain(named(one.cluster)), *numbers, "marks it" if one.marks else "")
    drawn.add_row("no cluster", "", "", "", "", counted(found.outside, "account"))
    return drawn


def _associated(found: ValueExplanation) -> Table:
    heads = figures("holders", "both", "expected", "p", "q")
    drawn = table(words(f"Goes together with ({found.associations:,})"), *heads, label("test"))
    for one in found.associated:
        drawn.add_row(
            plain(valued(one)),
            *(f"{one.holders:,}", f"{one.overlap:,}", f"{one.expected:.3g}", _tail(one.p), _tail(one.q)),
            one.test,
        )
    return drawn


def _tail(p: float) -> str:
    """A probability; one that is too small for a float is shown as a bound."""
    return f"{p:.2g}" if p > 0 else "< 1e-300"

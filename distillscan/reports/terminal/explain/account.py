"""Why an account is where it is, drawn."""

from rich.console import RenderableType
from rich.text import Text

from distillscan.findings.explain.account_words import standing_as
from distillscan.findings.explain.document.account import (
    AccountExplanation,
    FamilyWeight,
    HeldValue,
    NearAccount,
)
from distillscan.findings.wording import joined
from distillscan.reports.terminal.explain.parts import (
    VALUES,
    base_rate,
    closed,
    heading,
    named,
    placed,
    rows,
    section,
    seen,
    under,
    valued,
)
from distillscan.reports.terminal.style import item, plain, title
from distillscan.reports.terminal.waterfall import Bar, waterfall
from distillscan.reports.wording import counted, percent

#: Losses that are told of those that would change the tier.
_LOSSES = 4


def account(found: AccountExplanation) -> RenderableType:
    """The drawing of why an account is where it is."""
    parts: list[RenderableType] = [
        title(plain(found.account), "  ", plain(_place(found), "dim")),
        plain(f"{_sent(found)}, {seen(found.first_seen, found.last_seen)}"),
        *_score(found),
    ]
    for weight in found.families:
        if weight.values:
            held = counted(weight.held_values, "value of the cluster", "values of the cluster")
            which = ", the rarest:" if weight.held_values > VALUES else ""
            parts += [Text(), heading(weight.family, f"{held} held{which}")]
            parts += [item(_held(value)) for value in weight.values[:VALUES]]
    parts += section("What would change it", _changes(found))
    parts += section("What is missing", found.missing)
    parts += section("Elsewhere", _elsewhere(found))
    parts += _others(found)
    parts += section("Closest accounts, on which nothing is decided", [_near(one) for one in found.nearest])
    parts += section("Note", [found.note] if found.note else [])
    parts += section("All its rows", [rows(found.sources)])
    return closed(parts, found.sentence)


def _place(found: AccountExplanation) -> str:
    where = placed(found.tier, found.cluster)
    return where if found.judged == found.cluster else f"{where}; against {named(found.judged)}"


def _sent(found: AccountExplanation) -> str:
    sent = counted(found.requests, "request")
    matching = found.matching_requests
    return sent if matching is None else f"{sent}, of which {matching:,} match the cluster's own"


def _score(found: AccountExplanation) -> list[RenderableType]:
    if found.judged is None or found.judgement is None:
        return []
    core = found.judged.core_accounts
    prior = Bar("prior", found.prior_bits, f"{core:,} core accounts among {found.accounts:,}")
    bars = [Bar(weight.family, weight.bits, _weight(weight)) for weight in found.families]
    telling = [weight.family for weight in found.families if weight.holds]
    tied = [family for family in found.judgement.tied_families if family in telling]
    weak = [family for family in found.judgement.tied_families if family not in telling]
    ties = f"Tied by {joined(tied) if tied else 'no family'}"
    if weak:
        ties += f"; also by {joined(weak)}, with values too common to weigh here"
    return [
        Text(),
        waterfall([prior, *bars], found.judgement.bits, found.core_bits),
        plain(
            "A bit doubles the odds; beside each bar, how much of the core and of the others holds such "
            f"values. Core takes {found.core_bits:.1f} bits, nine to one, and ties of two families.",
            "dim",
        ),
        plain(f"{ties}."),
    ]


def _weight(weight: FamilyWeight) -> str:
    core, others = weight.core_holding / max(weight.core, 1), weight.others_holding / max(weight.others, 1)
    verb = "holds" if weight.holds else "lacks"
    return f"{verb}; core {percent(core)}, others {percent(others)}"


def _held(value: HeldValue) -> Text:
    line = plain(valued(value), "bold")
    inside = "" if value.core_holders is None else f", {value.core_holders:,} of them core"
    line.append(f"  {counted(value.holders, 'holder')}{inside} {base_rate(value)}")
    return line.append_text(under(value.sources))


def _changes(found: AccountExplanation) -> list[str]:
    if found.judged != found.cluster:
        return [_otherwise(weight) for weight in found.families if not weight.holds]
    held = [weight for weight in found.families if weight.holds]
    lines = []
    if held:
        most = min(held, key=lambda weight: (weight.otherwise.bits, weight.family))
        tier = standing_as(most.otherwise.tier)
        still = "still " if most.otherwise.tier == found.tier else ""
        lines.append(
            f"It leans most on {most.family}: without it {most.otherwise.bits:.1f} bits are left, "
            f"{still}{tier}."
        )
    if found.takes_out:
        losses = "; or ".join(joined(families) for families in found.takes_out[:_LOSSES])
        more = len(found.takes_out) - _LOSSES
        others = f"; or {counted(more, 'other loss', 'other losses')} of as many" if more > 0 else ""
        lines.append(f"It would not be {standing_as(found.tier)} without {losses}{others}.")
    if found.tier != "core":
        lines += [_otherwise(weight) for weight in found.families if not weight.holds]
    return lines


def _otherwise(weight: FamilyWeight) -> str:
    return (
        f"If it held a value of {weight.family} that ties it: {weight.otherwise.bits:.1f} bits, "
        f"{standing_as(weight.otherwise.tier)}."
    )


def _elsewhere(found: AccountExplanation) -> list[str]:
    return [
        f"It holds values of {named(other.cluster)} in {joined(other.families)}: "
        f"{other.judgement.bits:.1f} bits."
        for other in found.elsewhere
    ]


def _others(found: AccountExplanation) -> list[RenderableType]:
    if not found.other_values:
        return []
    shared = counted(found.other_values, "other shared value")
    head = heading("Of no cluster", f"{shared}, the rarest:")
    return [Text(), head, *(item(_held(value)) for value in found.rarest_other_values)]


def _near(one: NearAccount) -> str:
    return (
        f"{one.account}, {placed(one.tier, one.cluster)}: {counted(one.common, 'value')} in common, "
        f"{one.bits:.1f} bits by {joined(one.families)}."
    )

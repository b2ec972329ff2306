"""The sentences of the document that hold counts, in the register of the public disclosures."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from distillscan.findings.document.counts import MatchingBasis
from distillscan.findings.document.verdict import DeclaredIdentity

#: What of a cluster its matching requests carry.
_OWN: dict[MatchingBasis | None, tuple[str, ...]] = {
    "content": ("templates", "inserts"),
    "content and tools": ("templates", "inserts", "tool lists"),
    "tools": ("tool lists",),
    "network": ("addresses",),
}
#: The same where the document does not say, as in older versions.
_ANY_OWN = ("templates", "inserts", "addresses")


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with thousands separators and its noun: 1 account, 2,000 accounts."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Return a share as every sentence and every table writes it; none and all only of what is none or all.

    One decimal stands below a tenth and above 99 %, where a whole number would hide a difference.
    """
    if share in {0.0, 1.0}:
        return "all" if share else "none"
    if share < 0.001:
        return "under 0.1 %"
    if 0.999 < share < 1:
        return "over 99.9 %"
    digits = 1 if share < 0.1 or 0.99 < share < 1 else 0
    return f"{100 * share:.{digits}f} %".replace(".0 %", " %")


def window(first: datetime, last: datetime) -> str:
    """Return a window of days in words: between 22 April and 5 June 2026 (45 days, UTC)."""
    days = (last.date() - first.date()).days + 1
    if days == 1:
        return f"on {first.day} {first:%B %Y} (UTC)"
    start = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"between {start} and {last.day} {last:%B %Y} ({counted(days, 'day')}, UTC)"


def clock(time: datetime) -> str:
    """Return a time to the minute, as the notes give it."""
    return f"{time:%Y-%m-%d %H:%M}"


def sentence(accounts: int, requests: int, first: datetime, last: datetime) -> str:
    """Return the ready sentence of a cluster."""
    return f"{counted(accounts, 'account')} made {counted(requests, 'request')} {window(first, last)}."


def declares(identity: DeclaredIdentity, share: str) -> str:
    """Return what a core declares of itself, with the share that does as it is to be written."""
    one = "one of" if identity.kind == "several organisations" else "one"
    return f"Of the core, {share} declare {one} {identity.kind} ({identity.pseudonym})"


def joined(parts: Sequence[str]) -> str:
    """Return a list in words."""
    if len(parts) <= 1:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def matched_by(bases: Iterable[MatchingBasis | None]) -> str:
    """What matching requests carry, such as "templates or inserts"."""
    *others, last = dict.fromkeys(name for basis in bases for name in _OWN.get(basis, _ANY_OWN))
    return f"{', '.join(others)} or {last}" if others else last

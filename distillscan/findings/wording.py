"""The sentences of the document that hold counts, in the register of the public disclosures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from distillscan.findings.document import DeclaredIdentity


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with thousands separators and its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Return a share in words: whole per cent, and never none or all of what is not."""
    if share in {0.0, 1.0}:
        return "all" if share else "none"
    return "under 1 %" if share < 0.01 else "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"


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

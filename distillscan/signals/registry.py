"""The families, in the order in which they are printed. A new family is one line here."""

from __future__ import annotations

from distillscan.signals import content, identity, network, payment, timing
from distillscan.signals.signal import Signal

SIGNALS: tuple[Signal, ...] = (
    *payment.SIGNALS,
    *network.SIGNALS,
    *identity.SIGNALS,
    *content.SIGNALS,
    *timing.SIGNALS,
)

FAMILIES: tuple[str, ...] = (payment.FAMILY, network.FAMILY, identity.FAMILY, content.FAMILY, timing.FAMILY)

_FREE_TO_SHARE = frozenset(
    {signal.name for signal in SIGNALS if not signal.binding} | {"content_bundle", "timing_bundle"}
)


def bundle_signal(family: str) -> str:
    """Return the name of the signal under which bundles of a family's values stand."""
    return f"{family.lower()}_bundle"


def binds(signal: str) -> bool:
    """Return whether a signal takes an effort to share; the analyst's own signals are taken to."""
    return signal not in _FREE_TO_SHARE

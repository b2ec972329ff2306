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

#: Names of the signals that a public cause cannot give to strangers; see :class:`Signal`.
BINDING: frozenset[str] = frozenset(signal.name for signal in SIGNALS if signal.binding)

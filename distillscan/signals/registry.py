"""The signals by family, in the order in which both are printed. A new family is one line here."""

from distillscan.signals import content, identity, network, payment, timing
from distillscan.signals.signal import Signal

SIGNALS: tuple[Signal, ...] = (
    *payment.SIGNALS,
    *network.SIGNALS,
    *identity.SIGNALS,
    *content.SIGNALS,
    *timing.SIGNALS,
)

FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(signal.family for signal in SIGNALS))


def bundle_signal(family: str) -> str:
    """Return the name of the signal under which bundles of a family's values stand."""
    return f"{family.lower()}_bundle"


#: Signals that do not bind, and the bundles of families in which none does.
_FREE_TO_SHARE = frozenset(
    {signal.name for signal in SIGNALS if not signal.binding}
    | {bundle_signal(name) for name in set(FAMILIES) - {one.family for one in SIGNALS if one.binding}}
)

#: Whether the signal of a row binds, as a condition over a column ``signal``.
BINDS = "signal NOT IN ({})".format(", ".join(f"'{name}'" for name in sorted(_FREE_TO_SHARE)))


def binds(signal: str) -> bool:
    """Return whether a signal takes an effort to share; the analyst's own signals are taken to."""
    return signal not in _FREE_TO_SHARE

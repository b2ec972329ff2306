"""What a log can show at all: which signals its fields feed, and which claims rest on those."""

from collections.abc import Collection
from dataclasses import dataclass

from distillscan.signals.registry import FAMILIES, SIGNALS

#: Fields that stand for another one in what signals need.
_EQUIVALENT = {"signup_ip": "client_ip", "max_tokens": "temperature", "top_p": "temperature"}


@dataclass(frozen=True)
class Support:
    """The signals that can have values, by family, and what that means for each claim, in a sentence."""

    signals: dict[str, tuple[str, ...]]
    coordination: str
    extraction: str
    concealment: str


def supported(fields: Collection[str]) -> Support:
    """What the fields that a log and its account table fill can support."""
    filled = set(fields) | {_EQUIVALENT[name] for name in fields if name in _EQUIVALENT}
    usable = [signal for signal in SIGNALS if filled.issuperset(signal.needs)]
    signals = {
        family: tuple(signal.name for signal in usable if signal.family == family) for family in FAMILIES
    }
    binding = any(signal.binding for signal in usable)
    telling = {signal.family for signal in usable if not signal.broad}
    return Support(
        {family: names for family, names in signals.items() if names},
        _coordination(len(telling), binding=binding),
        _extraction(filled),
        _concealment(filled, binding=binding),
    )


def _coordination(families: int, *, binding: bool) -> str:
    if families < 2:
        return "cannot be shown: fewer than two families of signals have values; add an account table"
    if not binding:
        return "low at most: nothing that strangers cannot share by chance, such as an address or a card"
    return f"can be shown: {families} families of signals have values, and some of them bind"


def _extraction(filled: Collection[str]) -> str:
    if "prompt" not in filled:
        return "cannot be shown: no prompt text; counts and hours alone are no evidence of it"
    return "can be shown from the prompts"


def _concealment(filled: Collection[str], *, binding: bool) -> str:
    if not binding:
        return "cannot be shown: nothing binds the accounts that would hide"
    hidden = {"client_ip": "addresses", "email": "mailboxes", "payment_funding": "cards"}
    named = [word for name, word in hidden.items() if name in filled]
    return (
        f"can be shown from {', '.join(named)}"
        if named
        else "cannot be shown: no addresses, mailboxes or cards"
    )

"""The layers of a log that clusters were judged in: the whole, then what prevailing clusters leave of it."""

from collections.abc import Mapping
from dataclasses import dataclass

#: A cluster prevails when its core is this share of all accounts; a rest of fewer accounts is not looked at.
PREVAILING, FEWEST = 1 / 3, 50


@dataclass(frozen=True)
class Layer:
    """The log that a cluster was judged in: how often a prevailing one was taken out, and the rest."""

    number: int
    accounts: int


def layers(accounts: int, core: Mapping[str, int], firm: Mapping[str, int]) -> dict[str, Layer]:
    """Return the layer of each cluster from its sizes; ``firm`` counts its core and probable accounts.

    A cluster that prevails only in what another leaves is taken to prevail in the whole, if it is that large.
    """
    found: dict[str, Layer] = {}
    number, left = 0, dict(core)
    while left:
        prevailing = [name for name, size in left.items() if size >= PREVAILING * accounts]
        rest = accounts - sum(firm[name] for name in prevailing)
        last = not prevailing or rest < FEWEST
        for name in list(left) if last else prevailing:
            del left[name]
            found[name] = Layer(number, accounts)
        number, accounts = number + 1, rest
    return found

"""Whether one machine hands out a cluster's work: round the clock, and to each account the same.

People differ in how much they ask by far more than chance does: requests are overdispersed, because each
person has a rate of their own (Greenwood and Yule 1920). Accounts among which a scheduler deals requests
differ by no more than chance, the standard deviation of a Poisson count of mean n being 1 / sqrt(n) of it.
"""

from collections.abc import Iterable, Sequence

from distillscan.findings.document.verdict import Evidence

#: Hours are flat, and loads even, at this part of what they are elsewhere.
_FLAT_HOURS, _EVEN_LOAD = 0.6, 0.6
#: Concentration of the hours of other accounts below which they have no night either: eighteen hours of
#: the day, used alike, have 0.3. Then the log's times tell nothing: few requests look concentrated by chance.
_NIGHT = 0.3
#: Deviation of loads, in parts of their mean, up to which chance alone may make it: a little above the 0.22
#: of accounts of 20 requests, the least that are compared.
_BY_CHANCE = 0.25


def has_no_night(evidence: Iterable[Evidence]) -> bool:
    """Return whether hours are much flatter than those of others, who sleep."""
    return any(_at_most(_FLAT_HOURS, one) for one in _told_hours(evidence))


def has_night(evidence: Iterable[Evidence]) -> bool:
    """Return whether hours can be told, and are like those of others, who sleep."""
    return any(not _at_most(_FLAT_HOURS, one) for one in _told_hours(evidence))


def is_even(evidence: Iterable[Evidence]) -> bool:
    """Return whether loads are much more even than those of other accounts."""
    return any(_at_most(_EVEN_LOAD, one) for one in evidence if one.code == "load")


def is_uneven(evidence: Sequence[Evidence]) -> bool:
    """Return whether loads differ as those of other accounts do, and by more than chance would."""
    return exceeds_chance(evidence) and not is_even(evidence)


def exceeds_chance(evidence: Iterable[Evidence]) -> bool:
    """Return whether loads differ by more than chance would, as people's do, also of those in one job."""
    return any(one.code == "load" and (one.value or 0.0) > _BY_CHANCE for one in evidence)


def is_dispatched(evidence: Sequence[Evidence]) -> bool:
    """Return whether the work has no night, and is dealt out as evenly as chance would."""
    as_by_chance = [one for one in evidence if one.value is not None and one.value <= _BY_CHANCE]
    return is_even(as_by_chance) and has_no_night(evidence)


def _told_hours(evidence: Iterable[Evidence]) -> list[Evidence]:
    hours = (one for one in evidence if one.code == "hours")
    return [one for one in hours if one.background is not None and one.background >= _NIGHT]


def _at_most(part: float, evidence: Evidence) -> bool:
    value, background = evidence.value, evidence.background
    return value is not None and background is not None and value <= part * background

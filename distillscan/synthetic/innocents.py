"""Everybody in a log who is in no campaign: all the groups that look coordinated without being one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.addresses import spread_homes, spread_mobiles
from distillscan.synthetic.crowds import (
    carrier_customers,
    country_numbers,
    evaluators,
    launch_wave,
    office_workers,
    open_campus,
    release_rush,
)
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.organisations import campus
from distillscan.synthetic.people import make_people
from distillscan.synthetic.products import agent_product, benchmark_runners, review_bots
from distillscan.synthetic.prompts import rich
from distillscan.synthetic.public import households, ordinary_people, vpn_users
from distillscan.synthetic.records import Part, Turn
from distillscan.synthetic.workplaces import employer, enterprise_batch, rag_backfill, translation_agency

Group = Callable[[pl.DataFrame, Draws, Turn], Part]


@dataclass(frozen=True)
class Kind:
    """One kind of innocent group.

    ``share`` is its share of the innocent accounts, ``fewest`` and ``largest`` bound one group of it, and
    ``requests`` is what an account of it sends, on average, at activity 1.
    """

    group: Group
    share: float
    fewest: int
    largest: int
    requests: float


KINDS: dict[str, Kind] = {
    "households": Kind(households, 0.05, 6, 4000, 8.6),
    "vpn": Kind(vpn_users, 0.06, 8, 1500, 10.0),
    "campus": Kind(campus, 0.04, 12, 250, 13.6),
    "open_campus": Kind(open_campus, 0.04, 12, 250, 13.6),
    "employer": Kind(employer, 0.03, 10, 150, 30.0),
    "agent_product": Kind(agent_product, 0.07, 10, 4000, 14.0),
    "benchmark": Kind(benchmark_runners, 0.012, 5, 300, 80.0),
    "evaluators": Kind(evaluators, 0.012, 5, 300, 76.0),
    "review_bots": Kind(review_bots, 0.004, 3, 60, 75.0),
    "enterprise_batch": Kind(enterprise_batch, 0.006, 4, 24, 230.0),
    "rag_backfill": Kind(rag_backfill, 0.006, 4, 20, 320.0),
    "translation_agency": Kind(translation_agency, 0.008, 5, 25, 65.0),
    "carriers": Kind(carrier_customers, 0.06, 10, 4000, 10.0),
    "launch_wave": Kind(launch_wave, 0.05, 10, 4000, 7.2),
    "release_rush": Kind(release_rush, 0.03, 8, 4000, 11.5),
    "office_workers": Kind(office_workers, 0.05, 10, 4000, 13.0),
}

SMALLEST = sum(kind.fewest for kind in KINDS.values()) + 20
"""Innocent accounts that a log needs so that every group stands in it."""

_ORDINARY_REQUESTS = 10.0
_ROWS = 200_000


def population(accounts: int, seed: int) -> pl.DataFrame:
    """Return people for a log of any size: the denser it is, the more networks they live in."""
    people = make_people(accounts, Draws(seed, "people"))
    draws = Draws(seed, "networks")
    country = country_numbers(people)
    homes = spread_homes(country, accounts, draws)
    away = spread_mobiles(country, accounts, draws)
    return people.with_columns(
        *homes.get_columns(),
        *away.get_columns(),
        signup_ip=homes["home_ip"],
        language=rich(people["language"]),
    )


def innocent_parts(people: pl.DataFrame, requests: int, seed: int) -> Iterator[Part]:
    """Yield the innocents part by part; together they send exactly ``requests``, at least one each.

    Ordinary people come last and send what the groups left over.
    """
    sizes = {name: max(round(kind.share * len(people)), kind.fewest) for name, kind in KINDS.items()}
    expected = sum(sizes[name] * kind.requests for name, kind in KINDS.items())
    left = len(people) - sum(sizes.values())
    # in a small log the groups, whose counts are drawn, must leave something for the ordinary
    activity = min(requests / (expected + left * _ORDINARY_REQUESTS), 0.8 * (requests - 2 * left) / expected)
    taken = sent = 0
    for name, kind in KINDS.items():
        for number, size in enumerate(_turns(sizes[name], kind, activity)):
            draws = Draws(seed, f"{name} {number}")
            part = kind.group(people[taken : taken + size], draws, Turn(number, activity))
            taken += size
            sent += len(part.requests)
            yield part
    rest = people[taken:]
    weights = np.exp(0.85 * Draws(seed, "activity").normal(len(rest)))
    counts = allot(weights, requests - sent)
    for number, (start, end) in enumerate(runs(counts)):
        yield ordinary_people(rest[start:end], counts[start:end], Draws(seed, f"ordinary {number}"))


def allot(weights: np.ndarray, total: int) -> Int64s:
    """Return whole numbers in proportion to ``weights`` with the given sum, each at least 1.

    Where ``total`` is less than one each, everybody gets 1.
    """
    spare = max(total - len(weights), 0)
    steps = np.concatenate([[0.0], np.cumsum(weights)])
    edges = np.rint(steps / steps[-1] * spare) if len(weights) else steps
    return (np.diff(edges) + 1).astype(np.int64)


def _turns(accounts: int, kind: Kind, activity: float) -> list[int]:
    """Return the sizes of the groups of one kind: none too large, nor with more rows than fit in memory."""
    most = max(min(kind.largest, int(_ROWS / (kind.requests * activity))), kind.fewest)
    groups = max(-(-accounts // most), 1)
    return [accounts * (group + 1) // groups - accounts * group // groups for group in range(groups)]


def runs(counts: Int64s) -> list[tuple[int, int]]:
    """Return the bounds of runs of people who send up to 200,000 requests together."""
    if not len(counts):
        return []
    total = np.cumsum(counts)
    first = np.flatnonzero(np.diff((total - 1) // _ROWS, prepend=-1))
    return list(zip(first.tolist(), [*first[1:].tolist(), len(counts)], strict=True))

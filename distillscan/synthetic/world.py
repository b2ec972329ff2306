"""A whole invented log: the campaigns of a scenario among all the innocents, in parts that fit in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from distillscan.errors import DistillscanError
from distillscan.synthetic.innocents import SMALLEST, innocent_parts, population
from distillscan.synthetic.operators import campaign_parts, customer_parts, pools_of, split, wanted_requests
from distillscan.synthetic.records import RELEASE_DAY, Part, after_sign_up, events
from distillscan.synthetic.scenarios import Scenario
from distillscan.synthetic.surroundings import Surroundings, neighbours_of

EVENTS = events(
    (11, "external", "the service was in the news"),
    (22, "external", "launch of the agent product Tinkerjay"),
    (26, "ban_wave", "accounts banned for resale"),
    (RELEASE_DAY, "model_release", "atlas-3"),
)
"""What happened outside of the log."""

_MOST_CAMPAIGN = 0.8
_FEWEST_EACH = 4


@dataclass(frozen=True)
class Size:
    """How large a log is: accounts and requests in all, and how many of each are the campaigns'.

    ``customers`` of the accounts are innocents who send through a campaign's pool.
    """

    accounts: int
    requests: int
    members: int
    campaign_requests: int
    customers: int


def size_of(scenario: Scenario, accounts: int, requests: int, share: float | None) -> Size:
    """Return the sizes of a log of ``scenario``; ``share`` of the accounts, where given, overrides its own.

    Where campaigns would send more than four of five requests, or leave less than four for each innocent,
    they send less.

    Raises DistillscanError when the log is too small to hold every innocent group.
    """
    members = _members(scenario, accounts, share)
    innocents = accounts - members
    if innocents < SMALLEST or requests < _FEWEST_EACH * accounts:
        needed = SMALLEST + members
        raise DistillscanError(
            f"a log of {accounts:,} accounts with {members:,} in campaigns and {requests:,} requests is too "
            f"small: give at least {needed:,} accounts and {_FEWEST_EACH} requests for each account"
        )
    sizes = split(scenario.behaviours, members)
    customers = sum(
        round(behaviour.customers * size) for behaviour, size in zip(scenario.behaviours, sizes, strict=True)
    )
    if not members:
        return Size(accounts, requests, 0, 0, 0)
    most = int(min(_MOST_CAMPAIGN * requests, requests - _FEWEST_EACH * innocents))
    sent = max(min(wanted_requests(scenario.behaviours, members), most), members)
    return Size(accounts, requests, members, sent, min(customers, innocents - SMALLEST))


def parts_of(scenario: Scenario, size: Size, seed: int) -> Iterator[Part]:
    """Yield the log part by part, innocents first; equal arguments give equal parts."""
    for part in _parts(scenario, size, seed):
        yield Part(part.accounts, after_sign_up(part.requests, part.accounts))


def _parts(scenario: Scenario, size: Size, seed: int) -> Iterator[Part]:
    people = population(size.accounts, seed)
    innocents = size.accounts - size.members
    crowd, customers = people[: innocents - size.customers], people[innocents - size.customers : innocents]
    left = size.requests - size.campaign_requests
    bought = round(left * size.customers / max(innocents, 1))
    yield from innocent_parts(crowd, left - bought, seed)
    around = Surroundings(neighbours_of(crowd))
    if size.customers:
        sizes = split(scenario.behaviours, size.members)
        pools = pools_of(scenario.behaviours, sizes, around, seed)
        selling = next(behaviour for behaviour in scenario.behaviours if behaviour.customers)
        yield from customer_parts(customers, bought, pools[selling.proxy_pool], seed)
    if size.members:
        yield from campaign_parts(
            scenario.behaviours, people[innocents:], size.campaign_requests, around, seed
        )


def _members(scenario: Scenario, accounts: int, share: float | None) -> int:
    if not scenario.behaviours:
        return 0
    if share is not None:
        return max(round(share * accounts), len(scenario.behaviours))
    return scenario.members or max(round(scenario.share * accounts), len(scenario.behaviours))

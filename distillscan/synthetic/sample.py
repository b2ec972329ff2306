"""The sample case: one campaign among innocents of every kind that looks coordinated without being one."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from distillscan.synthetic.campaign import Plan, run_campaign
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.innocents import Group
from distillscan.synthetic.organisations import campus, company
from distillscan.synthetic.people import make_people
from distillscan.synthetic.products import agent_product, benchmark_runners, review_bots
from distillscan.synthetic.public import households, ordinary, vpn_users
from distillscan.synthetic.records import RELEASE_DAY, REQUEST_SCHEMA, Part, Turn, after_sign_up, events
from distillscan.synthetic.truth import Truth

SEED = 20260422


@dataclass(frozen=True)
class Sample:
    """A synthetic log with its truth.

    ``accounts``, ``requests`` and ``events`` have canonical columns, requests in the order of their times.
    ``truth`` has a row for each campaign account: account_id, campaign, requests, campaign_requests.
    ``truth_requests`` has a row for each request that serves a campaign: request_id, campaign.
    """

    accounts: pl.DataFrame
    requests: pl.DataFrame
    events: pl.DataFrame
    truth: pl.DataFrame
    truth_requests: pl.DataFrame


#: The innocent groups, and how many accounts are in each.
_INNOCENTS: dict[str, tuple[Group, int]] = {
    "ordinary": (ordinary, 800),
    "households": (households, 80),
    "vpn": (vpn_users, 120),
    "campus": (campus, 90),
    "company": (company, 60),
    "agent_product": (agent_product, 150),
    "benchmark": (benchmark_runners, 30),
    "review_bots": (review_bots, 6),
}
_SIZES = {name: size for name, (_, size) in _INNOCENTS.items()}


def build_sample(
    *, seed: int = SEED, sizes: Mapping[str, int] = _SIZES, campaign: bool = True, plan: Plan | None = None
) -> Sample:
    """Return the sample case; without the campaign its innocents stay exactly as they are.

    ``sizes`` are the accounts of the innocent groups; one that is not named is left out.
    """
    parts = _innocents(sizes, seed)
    if campaign:
        parts.append(run_campaign(plan or Plan(), Draws(seed, "campaign")))
    truth = Truth()
    for part in parts:
        truth.add(part)
    accounts = pl.concat([part.accounts for part in parts]).sort("created_at", "account_id")
    requests = after_sign_up(pl.concat([part.requests for part in parts]), accounts)
    requests = requests.sort("timestamp", "request_id")
    return Sample(
        accounts=accounts,
        requests=requests.select(pl.col(name).cast(kind) for name, kind in REQUEST_SCHEMA.items()),
        events=events(
            (22, "external", "launch of the agent product Tinkerjay"),
            (Plan.ban_day, "ban_wave", "two accounts banned for resale"),
            (RELEASE_DAY, "model_release", "atlas-3"),
            (40, "policy", "new terms of use"),
        ),
        truth=truth.accounts,
        truth_requests=truth.requests,
    )


def _innocents(sizes: Mapping[str, int], seed: int) -> list[Part]:
    """Every group takes its people from one population, so no mailbox is given twice."""
    people = make_people(sum(sizes.values()), Draws(seed, "people"))
    parts = []
    taken = 0
    for name, (group, _) in _INNOCENTS.items():
        if size := sizes.get(name, 0):
            parts.append(group(people[taken : taken + size], Draws(seed, name), Turn()))
            taken += size
    return parts

"""The sample case: one campaign among innocents of every kind that looks coordinated without being one."""

from __future__ import annotations

from dataclasses import asdict, dataclass

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
class Sizes:
    """Accounts of each innocent group."""

    ordinary: int = 800
    households: int = 80
    vpn: int = 120
    campus: int = 90
    company: int = 60
    agent_product: int = 150
    benchmark: int = 30
    review_bots: int = 6


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


_INNOCENTS: dict[str, Group] = {
    "ordinary": ordinary,
    "households": households,
    "vpn": vpn_users,
    "campus": campus,
    "company": company,
    "agent_product": agent_product,
    "benchmark": benchmark_runners,
    "review_bots": review_bots,
}


def build_sample(
    *, seed: int = SEED, sizes: Sizes | None = None, campaign: bool = True, plan: Plan | None = None
) -> Sample:
    """Return the sample case; without the campaign its innocents stay exactly as they are."""
    parts = _innocents(sizes or Sizes(), seed)
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


def _innocents(sizes: Sizes, seed: int) -> list[Part]:
    """Every group takes its people from one population, so no mailbox is given twice."""
    wanted = asdict(sizes)
    people = make_people(sum(wanted.values()), Draws(seed, "people"))
    parts = []
    taken = 0
    for name, group in _INNOCENTS.items():
        if wanted[name]:
            parts.append(group(people[taken : taken + wanted[name]], Draws(seed, name), Turn()))
        taken += wanted[name]
    return parts

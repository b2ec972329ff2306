"""Campaigns of any behaviour at work: accounts and requests, part by part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.behaviour import Behaviour
from distillscan.synthetic.compose import restore
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.harvest import Orders, harvest_prompts, harvest_requests, orders_of
from distillscan.synthetic.innocents import allot, runs
from distillscan.synthetic.members import Members, card_sets, enlist, slots_of
from distillscan.synthetic.proxies import proxy_pool
from distillscan.synthetic.public import human_requests
from distillscan.synthetic.records import Part, accounts_of
from distillscan.synthetic.surroundings import Surroundings
from distillscan.synthetic.traffic import DAY_MS, HOUR_MS, Visits


@dataclass(frozen=True)
class _Workload:
    behaviour: Behaviour
    members: Members
    orders: Orders
    pool: pl.DataFrame
    routes: Int64s


def wanted_requests(behaviours: Sequence[Behaviour], members: int) -> int:
    """Return how many requests so many accounts send when nothing limits them."""
    sizes = split(behaviours, members)
    return round(
        sum(
            size * max(behaviour.requests_a_day * behaviour.active_days, 1.0)
            for behaviour, size in zip(behaviours, sizes, strict=True)
        )
    )


def split(behaviours: Sequence[Behaviour], members: int) -> list[int]:
    """Return how many of the accounts work for each behaviour, by their parts."""
    steps = np.cumsum([0.0, *(behaviour.part for behaviour in behaviours)])
    edges = np.rint(steps / max(steps[-1], 1e-9) * members).astype(np.int64)
    return [int(size) for size in np.diff(edges)]


def campaign_parts(
    behaviours: Sequence[Behaviour], people: pl.DataFrame, requests: int, around: Surroundings, seed: int
) -> Iterator[Part]:
    """Yield campaigns part by part; ``people`` become their accounts and send ``requests`` together."""
    sizes = split(behaviours, len(people))
    slots = [slots_of(behaviour, size) for behaviour, size in zip(behaviours, sizes, strict=True)]
    owned = card_sets(behaviours, slots, seed)
    pools = pools_of(behaviours, sizes, around, seed)
    weights = [
        behaviour.requests_a_day * behaviour.active_days * size
        for behaviour, size in zip(behaviours, sizes, strict=True)
    ]
    taken = 0
    for behaviour, size, purse, weight in zip(behaviours, sizes, owned, weights, strict=True):
        draws = Draws(seed, f"workload {behaviour.name}")
        members = enlist(behaviour, people[taken : taken + size], purse, around, draws)
        pool = pools[behaviour.proxy_pool]
        routes = draws.below(len(pool), size * behaviour.rotation).reshape(size, behaviour.rotation)
        workload = _Workload(behaviour, members, orders_of(behaviour, len(purse), draws), pool, routes)
        yield from _work(workload, round(requests * weight / sum(weights)), around, draws)
        taken += size


def pools_of(
    behaviours: Sequence[Behaviour], sizes: Sequence[int], around: Surroundings, seed: int
) -> dict[str, pl.DataFrame]:
    """Return the proxy pools by name; one that several workloads share is as large as all of them need."""
    result: dict[str, pl.DataFrame] = {}
    for first in behaviours:
        name = first.proxy_pool
        sharing = [
            behaviour.proxies * size
            for behaviour, size in zip(behaviours, sizes, strict=True)
            if behaviour.proxy_pool == name
        ]
        draws = Draws(seed, f"pool {name}")
        size = max(round(sum(sharing)), 8)
        result[name] = proxy_pool(name, first.pool_kind, size, around.neighbours, draws)
    return result


def customer_parts(people: pl.DataFrame, requests: int, pool: pl.DataFrame, seed: int) -> Iterator[Part]:
    """Yield real customers of a reseller: ordinary people whose requests leave through its pool."""
    draws = Draws(seed, "customers")
    counts = allot(np.exp(0.85 * draws.normal(len(people))), requests)
    for start, end in runs(counts):
        own = people[start:end]
        sent, visits = human_requests(own, counts[start:end], draws)
        route = draws.below(len(pool), int(visits.session[-1]) + 1)[visits.session]
        leaves = pool.rename({"ip": "client_ip"})[route]
        yield Part(accounts_of(own), sent.with_columns(leaves.get_columns()))


def _work(workload: _Workload, requests: int, around: Surroundings, draws: Draws) -> Iterator[Part]:
    """Yield the accounts of a workload in runs, each with everything it sends."""
    account, day = _shifts(workload, requests, around.days, draws)
    counts = allot(0.8 + 0.4 * draws.uniform(len(account)), requests)
    by_account = np.bincount(account, weights=counts, minlength=len(workload.members.slot)).astype(np.int64)
    for start, end in runs(by_account):
        inside = (account >= start) & (account < end)
        yield _run(workload, start, end, (account[inside], day[inside], counts[inside]), around, draws)


def _shifts(workload: _Workload, requests: int, days: int, draws: Draws) -> tuple[Int64s, Int64s]:
    """Return the pairs of account and day on which it works, drawn among the days it may.

    Where there are fewer requests than days to work on, an account works on fewer.
    """
    members, behaviour = workload.members, workload.behaviour
    most = min(behaviour.active_days, max(requests // max(len(members.slot), 1), 1))
    day = np.arange(days)[None, :]
    allowed = (day >= members.from_day[:, None]) & (day <= members.to_day[:, None])
    keys = np.where(allowed, draws.uniform(allowed.size).reshape(allowed.shape), 2.0)
    rank = np.argsort(np.argsort(keys, axis=1, kind="stable"), axis=1, kind="stable")
    account, position = np.nonzero(allowed & (rank < most))
    return account.astype(np.int64), position.astype(np.int64)


def _run(
    workload: _Workload,
    start: int,
    end: int,
    shifts: tuple[Int64s, Int64s, Int64s],
    around: Surroundings,
    draws: Draws,
) -> Part:
    """Return the accounts from ``start`` to ``end``, with what they send in shifts (account, day, count)."""
    accounts = workload.members.accounts[start:end]
    owner, day, counts = shifts
    shift = np.repeat(np.arange(len(owner), dtype=np.int64), counts)
    within = (draws.uniform(len(shift)) * DAY_MS).astype(np.int64)
    person = owner[shift] - start
    visits = Visits.at_home(person, day[shift] * DAY_MS + within, shift)
    requests = _requests(workload, accounts, start, visits, around, draws)
    # a new address every four hours of a shift
    leg = draws.below(workload.behaviour.rotation, 6 * len(owner))[6 * shift + within // (4 * HOUR_MS)]
    route = workload.pool.rename({"ip": "client_ip"})[workload.routes[person + start, leg]]
    at_sign_up = workload.pool["ip"][workload.routes[start:end, 0]]
    named = accounts.with_columns(signup_ip=at_sign_up)
    return Part(accounts_of(named), requests.with_columns(route.get_columns()))


def _requests(
    workload: _Workload,
    accounts: pl.DataFrame,
    start: int,
    visits: Visits,
    around: Surroundings,
    draws: Draws,
) -> pl.DataFrame:
    behaviour = workload.behaviour
    hidden = draws.uniform(len(visits.person)) < behaviour.camouflage
    cover, harvest = np.flatnonzero(hidden), np.flatnonzero(~hidden)
    languages = accounts["language"]
    slot = workload.members.slot[visits.person[harvest] + start]
    spoken = languages[visits.person[harvest]]
    prompts = restore(
        [cover, harvest],
        [
            around.cover(languages[visits.person[cover]], draws),
            harvest_prompts(behaviour, workload.orders, slot, spoken, draws),
        ],
    )
    moved = behaviour.pivot & (visits.time_ms >= (around.release_day + 1) * DAY_MS)
    usual, newest = (pl.lit(name) for name in around.models)
    work = {
        "campaign": pl.lit(behaviour.campaign),
        "system": pl.lit(workload.orders.system, pl.String),
        "model": pl.when(pl.Series(values=moved)).then(newest).otherwise(usual),
    }
    return harvest_requests(accounts, visits, prompts, ~hidden, work, draws)

"""One distillation campaign: many accounts that act as one and try not to look it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from distillscan.arrays import Bools, Int64s
from distillscan.synthetic.addresses import COUNTRIES, HOME_BLOCKS, HOSTING_BLOCK, countries, ipv4, operators
from distillscan.synthetic.compose import fill_each, gather, load_texts, restore
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.harvest import harvest_requests
from distillscan.synthetic.people import SDK_AGENTS, cards, make_people, signed_up
from distillscan.synthetic.prompts import human_prompts
from distillscan.synthetic.records import RELEASE_DAY, Part, accounts_of, instants
from distillscan.synthetic.traffic import DAY_MS, HOUR_MS, Visits


@dataclass(frozen=True)
class Plan:
    """How a campaign behaves; days count from the start of the window.

    Every account works on one day in ``shift_days`` and on one of the last two days. A banned account is
    replaced the day after by one that takes over its card and its shifts.
    """

    name: str = "lantern"
    accounts: int = 120
    replaced: int = 2
    sign_up_day: int = 14
    first_day: int = 18
    last_day: int = 39
    ban_day: int = 26
    shift_days: int = 8
    proxies: int = 60
    camouflage: float = 0.25


def run_campaign(plan: Plan, draws: Draws) -> Part:
    """Return the accounts of a campaign and everything they send, camouflage included."""
    pool = _proxies(plan.proxies, draws)
    accounts = _accounts(plan, pool, draws)
    slot, day = _shifts(plan, accounts)
    counts = 20 + draws.below(7, len(slot))
    shift = np.repeat(np.arange(len(slot), dtype=np.int64), counts)
    place = np.arange(len(shift)) - (np.cumsum(counts) - counts)[shift]
    within = ((place + draws.uniform(len(shift))) / counts[shift] * DAY_MS).astype(np.int64)
    time = day[shift] * DAY_MS + within
    visits = Visits.at_home(slot[shift], time, shift)
    camouflage = draws.uniform(len(shift)) < plan.camouflage
    requests = _requests(accounts, visits, camouflage, plan, draws)
    proxy = draws.below(plan.proxies, 6 * len(slot))[6 * shift + within // (4 * HOUR_MS)]
    rotated = pool.rename({"ip": "client_ip"})[proxy]
    return Part(accounts_of(accounts), requests.with_columns(rotated))


def _accounts(plan: Plan, pool: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Accounts in the order of their cards; the last ``replaced`` stand in for banned ones."""
    n = plan.accounts
    people = make_people(n, draws)
    slots = n - plan.replaced
    banned = _banned_slots(plan)
    slot = np.concatenate([np.arange(slots), banned])
    burst = plan.sign_up_day * DAY_MS + (draws.uniform(slots) * 2 * DAY_MS).astype(np.int64)
    later = (plan.ban_day + 1) * DAY_MS + draws.below(6 * HOUR_MS, plan.replaced)
    number = pl.Series(values=draws.below(10_000, n)).cast(pl.String).str.zfill(4)
    providers = load_texts("names")["providers"][1:9:2]
    is_banned = pl.Series(values=np.isin(np.arange(n), banned))
    return people.with_columns(
        *signed_up(np.concatenate([burst, later])),
        *_shared_cards(slots, draws)[slot].get_columns(),
        slot=slot,
        email=pl.concat_str(
            pl.concat_str("first", pl.lit("_"), "last", pl.lit("_")).str.to_lowercase(),
            number,
            pl.lit("@"),
            gather(providers, draws.below(len(providers), n)),
        ),
        billing_name=pl.concat_str("first", pl.lit(" "), "last"),
        billing_country=pl.lit("US"),
        plan=pl.lit("pay-as-you-go"),
        phone=pl.lit(None, pl.String),
        signup_ip=pool["ip"][draws.below(plan.proxies, n)],
        user_agent=gather(SDK_AGENTS[:3], draws.below(3, n)),
        temperature=pl.lit(1.0),
        max_tokens=pl.lit(8192, pl.Int32),
        status=pl.when(is_banned).then(pl.lit("banned")).otherwise(pl.lit("active")),
        banned_at=pl.when(is_banned).then(instants(np.full(n, plan.ban_day * DAY_MS + 9 * HOUR_MS))),
    )


def _shared_cards(slots: int, draws: Draws) -> pl.DataFrame:
    """Return a card for each slot: groups of four to twelve, most virtual or prepaid, of four issuers."""
    sizes = 4 + draws.below(9, slots)
    card = np.repeat(np.arange(slots), sizes)[:slots]
    held = np.bincount(card)
    if held[-1] < 4:
        card[card == len(held) - 1] = np.arange(held[-1]) % max(len(held) - 1, 1)
    funding = gather(("virtual", "prepaid", "credit"), draws.pick((4, 3, 3), slots))
    return cards(slots, funding, 4, draws)[card]


def _banned_slots(plan: Plan) -> Int64s:
    slots = plan.accounts - plan.replaced
    return (2 * np.arange(plan.replaced, dtype=np.int64) + 1) * slots // (2 * max(plan.replaced, 1))


def _shifts(plan: Plan, accounts: pl.DataFrame) -> tuple[Int64s, Int64s]:
    """Return the pairs of account and day on which the account works."""
    slot = accounts["slot"].to_numpy()
    days = np.arange(plan.first_day, plan.last_day + 1)
    regular = (days[None, :] + slot[:, None]) % plan.shift_days == 0
    final = plan.last_day - slot[:, None] % 2 == days[None, :]
    alive = np.ones_like(regular)
    alive[_banned_slots(plan)] = days < plan.ban_day
    alive[plan.accounts - plan.replaced :] = days > plan.ban_day
    account, position = np.nonzero((regular & (days < plan.last_day - 1) | final) & alive)
    return account.astype(np.int64), days[position].astype(np.int64)


def _requests(
    accounts: pl.DataFrame, visits: Visits, camouflage: Bools, plan: Plan, draws: Draws
) -> pl.DataFrame:
    """Harvesting requests move to a new model the day after its release; camouflage looks like its cover."""
    texts = load_texts("campaign")
    templates = [entry["text"] for entry in texts["templates"]]
    cover, harvest = np.flatnonzero(camouflage), np.flatnonzero(~camouflage)
    chosen = draws.below(len(templates), len(harvest))
    cover_language = accounts["language"][visits.person[cover]]
    prompts = restore(
        [cover, harvest],
        [human_prompts(cover_language, draws), fill_each(templates, chosen, texts["pools"], draws)],
    )
    template = np.zeros(len(camouflage), dtype=np.int64)
    template[harvest] = chosen
    first_half = pl.Series(values=template < len(templates) // 2)
    newest = pl.Series(values=visits.time_ms >= (RELEASE_DAY + 1) * DAY_MS)
    work = {
        "campaign": pl.lit(plan.name),
        "system": pl.when(first_half).then(pl.lit(texts["system"])),
        "model": pl.when(newest).then(pl.lit("atlas-3")).otherwise(pl.lit("atlas-2")),
    }
    return harvest_requests(accounts, visits, prompts, ~camouflage, work, draws)


def _proxies(n: int, draws: Draws) -> pl.DataFrame:
    """Return ip, asn and country of the pool: two of three in networks where people live, the rest rented."""
    number = np.arange(n, dtype=np.int64)
    residential = number * 7 % (COUNTRIES * HOME_BLOCKS)
    block = np.where(number % 3 < 2, residential, HOSTING_BLOCK + 50 + number % 16)
    country = gather(countries(), number * 7 // HOME_BLOCKS % COUNTRIES)
    return pl.select(ip=ipv4(block, 5 + draws.below(248, n)), asn=operators(block), country=country)

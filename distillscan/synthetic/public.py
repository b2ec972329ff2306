"""Innocents without a common purpose: ordinary people, households, and users of a consumer VPN."""

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.addresses import HOSTING_BLOCK, ipv4, operators
from distillscan.synthetic.compose import gather
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.people import cards
from distillscan.synthetic.prompts import human_prompts
from distillscan.synthetic.records import RELEASE_DAY, Part, Turn, accounts_of, base_requests
from distillscan.synthetic.traffic import PEOPLE, Visits, human_visits

_VPN_EXITS = 15


def human_counts(people: pl.DataFrame, median: float, turn: Turn, draws: Draws) -> Int64s:
    """Return how many requests each of ``people`` sends, log-normal around ``median``."""
    return turn.busy(draws.lognormal_counts(median, 0.85, 90, len(people)))


def human_requests(people: pl.DataFrame, counts: Int64s, draws: Draws) -> tuple[pl.DataFrame, Visits]:
    """Return what ``people`` ask in their own time, ``counts`` requests each, and the visits behind it."""
    visits = visits_of(people, counts, draws)
    prompts = human_prompts(people["language"][visits.person], draws)
    requests = base_requests(people, visits, prompts, draws)
    return _with_repeats(requests, draws), visits


def visits_of(people: pl.DataFrame, counts: Int64s, draws: Draws) -> Visits:
    """Return visits of people who keep the hours of their time zone and are curious about a new model."""
    return human_visits(people, counts, PEOPLE, draws, busy_day=RELEASE_DAY)


def ordinary(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return people who share nothing but the world they live in."""
    return ordinary_people(people, human_counts(people, 7.0, turn, draws), draws)


def ordinary_people(people: pl.DataFrame, counts: Int64s, draws: Draws) -> Part:
    """Return people who share nothing, with exactly ``counts`` requests each."""
    requests, _ = human_requests(people, counts, draws)
    invited = draws.uniform(len(people)) < 0.06
    inviter = people["account_id"][draws.below(len(people), len(people))]
    banned = draws.uniform(len(people)) < 0.004
    people = people.with_columns(
        inviter_id=pl.when(pl.Series(values=invited)).then(inviter),
        status=pl.when(pl.Series(values=banned)).then(pl.lit("suspended")).otherwise("status"),
    )
    return Part(accounts_of(people), requests)


def households(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return families of two to five who share a surname, an address and a card."""
    n = len(people)
    sizes = 2 + draws.pick((5, 4, 3, 1), n)
    head = np.repeat(np.cumsum(sizes) - sizes, sizes)[:n]
    shared = ["last", "country", "language", "utc_offset", "home_ip", "home_asn"]
    shared += ["signup_ip", "signup_country", "billing_country"]
    heads = people[head]
    card = cards(n, gather(("credit", "debit"), draws.below(2, n)), 60, draws)[head]
    family = people.with_columns(heads[shared]).with_columns(
        *card.get_columns(),
        billing_name=pl.concat_str(heads["first"], pl.lit(" "), heads["last"]),
        plan=pl.lit("plus"),
    )
    requests, _ = human_requests(family, human_counts(family, 6.0, turn, draws), draws)
    return Part(accounts_of(family), requests)


def vpn_users(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return strangers whose sessions leave through one of fifteen exits of a consumer VPN."""
    requests, visits = human_requests(people, human_counts(people, 7.0, turn, draws), draws)
    exits = np.arange(_VPN_EXITS, dtype=np.int64)
    block = HOSTING_BLOCK + 8 + exits // 3 + 5 * (turn.number % 2)
    chosen = draws.below(_VPN_EXITS, int(visits.session[-1]) + 1)[visits.session]
    tunnel = {
        "client_ip": ipv4(block, 20 + 7 * exits)[chosen],
        "asn": operators(block)[chosen],
        "country": gather(("NL", "CH", "SE", "SG", "US"), chosen // 3),
    }
    shielded = pl.Series(values=draws.uniform(len(people)) < 0.5)
    at_sign_up = ipv4(block, 20 + 7 * exits)[draws.below(_VPN_EXITS, len(people))]
    people = people.with_columns(signup_ip=pl.when(shielded).then(at_sign_up).otherwise("signup_ip"))
    return Part(accounts_of(people), requests.with_columns(**tunnel))


def _with_repeats(requests: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Return the requests with one in forty repeating the prompt before it, as after a bad answer."""
    again = pl.Series(values=draws.uniform(len(requests)) < 0.025)
    same = pl.col("account_id") == pl.col("account_id").shift(1)
    return requests.with_columns(
        prompt=pl.when(again & same).then(pl.col("prompt").shift(1)).otherwise("prompt")
    )

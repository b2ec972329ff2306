"""Innocents whom a tool makes alike: an agent product, a benchmark, and review bots in build pipelines."""

import numpy as np
import polars as pl

from distillscan.synthetic.addresses import HOSTING_BLOCK, ipv4, operators
from distillscan.synthetic.compose import draw_from, fill_any, load_texts, restore
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.people import signed_up
from distillscan.synthetic.prompts import coding_prompts, human_prompts
from distillscan.synthetic.public import visits_of
from distillscan.synthetic.records import Client, Part, Turn, accounts_of, base_requests, through
from distillscan.synthetic.traffic import DAY_MS, DAYS, Visits

_LAUNCH_DAY = 22
_QUESTIONS = 150
_RUNNERS = 240


def agent_product(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return users of one agent product; half of them signed up on the day of its launch or the day after."""
    n = len(people)
    curious = draws.uniform(n) < 0.5
    launch = _LAUNCH_DAY * DAY_MS + (draws.uniform(n) * 2 * DAY_MS).astype(np.int64)
    before = -draws.below(500 * DAY_MS, n)
    users = people.with_columns(*signed_up(np.where(curious, launch, before)))
    # whoever was there before takes up the product when it comes out
    starts = np.full(n, _LAUNCH_DAY, dtype=np.int64)
    counts = turn.busy(draws.lognormal_counts(11.0, 0.7, 80, n))
    visits = visits_of(users.with_columns(first_day=starts), counts, draws)
    canned = draws.uniform(len(visits.person)) < 0.3
    pasted, own = np.flatnonzero(canned), np.flatnonzero(~canned)
    texts = load_texts("innocents")["product"]
    prompts = restore(
        [pasted, own],
        [
            draw_from(texts["canned"], draws, len(pasted)),
            coding_prompts(draws, len(own), languages=users["language"]),
        ],
    )
    client = Client(texts["system"], texts["tools"], 0.0, 8192, "tinkerjay/1.0.3")
    return Part(accounts_of(users), through(client, base_requests(users, visits, prompts, draws)))


def benchmark_runners(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return people who run the same published questions, each in a few sittings, and otherwise chat."""
    texts = load_texts("innocents")["benchmark"]
    questions = fill_any(texts["shapes"], texts["pools"], draws, _QUESTIONS)
    counts = turn.busy(30 + draws.below(90, len(people)))
    visits = visits_of(people, counts, draws)
    order = draws.order(len(visits.person))
    asked = questions[(order + visits.person * 37) % _QUESTIONS]
    requests = base_requests(people, visits, asked, draws)
    runs = through(Client(texts["system"], None, 0.0, 16, "evalkit/0.9.2"), requests)
    chat = visits_of(people, turn.busy(draws.lognormal_counts(5.0, 0.6, 30, len(people))), draws)
    own = base_requests(people, chat, human_prompts(people["language"][chat.person], draws), draws)
    return Part(accounts_of(people), pl.concat([runs, own]))


def review_bots(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return bots of unrelated owners that run one published review template on a cloud's build machines."""
    n = len(people)
    texts = load_texts("innocents")["review"]
    owners = texts["owners"]
    mailboxes = [f"ci@{owners[bot % len(owners)]}{bot // len(owners) or ''}.example" for bot in range(n)]
    bots = people.with_columns(email=pl.Series(values=mailboxes), plan=pl.lit("pay-as-you-go"))
    counts = turn.busy(50 + draws.below(50, n))
    person = np.repeat(np.arange(n, dtype=np.int64), counts)
    total = len(person)
    time = (draws.uniform(total) * DAYS * DAY_MS).astype(np.int64)
    arrived = bots["first_day"].to_numpy()[person] * DAY_MS
    visits = Visits.at_home(person, np.maximum(time, arrived))
    prompts = fill_any([texts["text"]], texts["pools"], draws, total)
    machine = draws.below(_RUNNERS, total)
    block = HOSTING_BLOCK + 20 + machine % 24
    requests = base_requests(bots, visits, prompts, draws).with_columns(
        client_ip=ipv4(block, 30 + machine // 24), asn=operators(block), country=pl.lit("US")
    )
    return Part(
        accounts_of(bots), through(Client(texts["system"], None, 0.2, 1200, "review-action/2"), requests)
    )

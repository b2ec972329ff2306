"""Innocent crowds that one cause outside of them makes alike: carrier, launch, release, office hours."""

from dataclasses import replace

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.addresses import COUNTRY_BLOCKS, countries, private_ipv4, private_operators
from distillscan.synthetic.compose import fill_any, gather, join, load_texts
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.organisations import campus
from distillscan.synthetic.people import signed_up
from distillscan.synthetic.prompts import human_prompts, rich
from distillscan.synthetic.public import human_counts, human_requests, visits_of
from distillscan.synthetic.records import RELEASE_DAY, Client, Part, Turn, accounts_of, base_requests, through
from distillscan.synthetic.traffic import DAY_MS, OFFICE, human_visits

_WAVE_DAY = 11
_QUESTIONS = 120


def country_numbers(people: pl.DataFrame) -> Int64s:
    """Return the number of each person's country, in the order of the cultures."""
    known = countries()
    numbers = people["country"].replace_strict(known, list(range(len(known))), return_dtype=pl.Int64)
    return np.asarray(numbers.to_numpy(), dtype=np.int64)


def carrier_customers(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return customers of carriers that put each country behind a handful of addresses."""
    n = len(people)
    block = country_numbers(people) * COUNTRY_BLOCKS + 2540 + turn.number % 16
    address = private_ipv4(block, 4 + draws.below(4, n))
    shared = people.with_columns(
        home_ip=address,
        home_asn=private_operators(block),
        signup_ip=pl.when(pl.Series(values=draws.uniform(n) < 0.7)).then(address).otherwise("signup_ip"),
    )
    requests, _ = human_requests(shared, human_counts(shared, 7.0, turn, draws), draws)
    return Part(accounts_of(shared), requests)


def launch_wave(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return people who all signed up on the two days after the service was in the news."""
    n = len(people)
    at = _WAVE_DAY * DAY_MS + (draws.uniform(n) ** 1.5 * 2 * DAY_MS).astype(np.int64)
    newcomers = people.with_columns(*signed_up(at), plan=pl.lit("free"))
    requests, _ = human_requests(newcomers, human_counts(newcomers, 5.0, turn, draws), draws)
    return Part(accounts_of(newcomers), requests)


def release_rush(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return people who come for the new model on the days of its release, and hardly before."""
    counts = human_counts(people, 8.0, turn, draws)
    visits = visits_of(people, counts, draws)
    rush = draws.uniform(len(visits.person)) < 0.8
    hurried = RELEASE_DAY * DAY_MS + (visits.time_ms % DAY_MS) + draws.below(2, len(rush)) * DAY_MS
    late = people["first_day"].to_numpy()[visits.person] <= RELEASE_DAY
    time = np.where(rush & late, hurried, visits.time_ms)
    prompts = human_prompts(people["language"][visits.person], draws)
    requests = base_requests(people, replace(visits, time_ms=time), prompts, draws)
    newest = pl.Series(values=rush & late)
    return Part(
        accounts_of(people),
        requests.with_columns(model=pl.when(newest).then(pl.lit("atlas-3")).otherwise("model")),
    )


def office_workers(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return people of unrelated employers who work the same hours on the same days."""
    counts = human_counts(people, 9.0, turn, draws)
    visits = human_visits(people, counts, OFFICE, draws)
    prompts = human_prompts(people["language"][visits.person], draws)
    return Part(accounts_of(people), base_requests(people, visits, prompts, draws))


def open_campus(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return the students of a campus that gives them no mailbox: they use their own."""
    part = campus(people, draws, Turn(turn.number + 120, turn.activity))
    return Part(part.accounts.with_columns(people["email"]), part.requests)


def evaluators(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return people who have a published suite of answers judged, whole and in order, and otherwise chat."""
    texts, suite = load_texts("workplaces"), load_texts("innocents")["benchmark"]
    questions = fill_any(suite["shapes"], suite["pools"], draws, _QUESTIONS)
    answers = [human_prompts(rich(pl.Series(["en"] * _QUESTIONS)), draws) for _ in range(2)]
    cases = join([questions, "\n[first]\n", answers[0], "\n[second]\n", answers[1]])
    counts = turn.busy(40 + draws.below(60, len(people)))
    visits = visits_of(people, counts, draws)
    place = np.arange(len(visits.person)) - (np.cumsum(counts) - counts)[visits.person]
    asked = gather(cases.to_list(), place % _QUESTIONS)
    requests = base_requests(people, visits, asked, draws)
    runs = through(Client(texts["judge"], None, 0.0, 64, "judgebench/0.4"), requests)
    chat, _ = human_requests(people, human_counts(people, 5.0, turn, draws), draws)
    return Part(accounts_of(people), pl.concat([runs, chat]))

"""Innocent employers beyond the sample's: offices, batch jobs, a document back-fill, translators."""

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.addresses import RENTED_BLOCK, private_ipv4, private_operators
from distillscan.synthetic.compose import fill_any, gather, join, load_texts
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.instructions import instructions
from distillscan.synthetic.organisations import company, numbered
from distillscan.synthetic.people import signed_up
from distillscan.synthetic.prompts import human_prompts
from distillscan.synthetic.records import Client, Part, Turn, accounts_of, base_requests, hexadecimal, through
from distillscan.synthetic.traffic import DAY_MS, DAYS, HOUR_MS, OFFICE, Visits, human_visits

_KINDS = {"office": 0, "batch": 1, "backfill": 2, "agency": 3}


def employer(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return the staff of one company on one card, with templates of its own; the first is the sample's."""
    if turn.number == 0:
        return company(people, draws, turn)
    staff = _staff(people, "office", turn, draws)
    counts = turn.busy(draws.lognormal_counts(24.0, 0.5, 120, len(staff)))
    visits = human_visits(staff, counts, OFFICE, draws)
    orders = instructions("business", 5, 4, draws)
    prompts = _templated(orders, visits.person, staff["language"][visits.person], draws)
    client = Client("Internal. " + instructions("business", 1, 3, draws)[0], None, 0.2, 1200, "deskmate/2.0")
    return Part(accounts_of(staff), through(client, base_requests(staff, visits, prompts, draws)))


def enterprise_batch(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return the service accounts of one enterprise, which share its nightly batch evenly among them."""
    staff = _staff(people, "batch", turn, draws)
    visits = _nightly(staff, turn.busy(200 + draws.below(60, len(staff))), draws)
    order = instructions("business", 1, 6, draws)
    prompts = _templated(order, visits.person, staff["language"][visits.person], draws)
    requests = base_requests(staff, visits, prompts, draws)
    return Part(accounts_of(staff), through(Client(None, None, 0.0, 900, "batchlane/5.2"), requests))


def rag_backfill(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return a company that has its whole archive described within a week, document by document."""
    staff = _staff(people, "backfill", turn, draws)
    n = len(staff)
    counts = turn.busy(300 + draws.below(40, n))
    person = np.repeat(np.arange(n, dtype=np.int64), counts)
    begin = 9 + turn.number % 5 * 6
    time = ((begin + 7 * draws.uniform(len(person))) * DAY_MS).astype(np.int64)
    visits = Visits.at_home(person, time)
    order = instructions("business", 2, 5, draws)
    prompts = _templated(order, person, staff["language"][person], draws)
    requests = base_requests(staff, visits, prompts, draws)
    return Part(accounts_of(staff), through(Client(None, None, 0.0, 400, "indexer/1.3"), requests))


def translation_agency(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return translators in one office on one card, who declare no organisation but write from its domain."""
    staff = _staff(people, "agency", turn, draws).with_columns(org_id=pl.lit(None, pl.String))
    counts = turn.busy(draws.lognormal_counts(60.0, 0.4, 200, len(staff)))
    visits = human_visits(staff, counts, OFFICE, draws)
    texts = load_texts("workplaces")
    n = len(visits.person)
    passages = human_prompts(staff["language"][visits.person], draws, (1.0, 0.0, 0.0, 0.0, 0.0))
    prompts = join([fill_any([texts["agency"]], texts["agency_pools"], draws, n), passages])
    return Part(accounts_of(staff), base_requests(staff, visits, prompts, draws))


def _staff(people: pl.DataFrame, kind: str, turn: Turn, draws: Draws) -> pl.DataFrame:
    """Return people as the staff of one firm: its card, organisation id, domain, office and addresses."""
    n = len(people)
    firms: list[str] = load_texts("workplaces")["firms"]
    number = _KINDS[kind] + len(_KINDS) * turn.number
    name = firms[number % len(firms)] + (f" {number // len(firms) + 1}" if number >= len(firms) else "")
    word = name.lower().replace(" ", "-")
    block = np.full(n, RENTED_BLOCK + number % 4096, dtype=np.int64)
    address = private_ipv4(block, 16 + np.arange(n, dtype=np.int64) % 6)
    heads = people[np.zeros(n, dtype=np.int64)]
    hired = -draws.below(500 * DAY_MS, n)
    return people.with_columns(
        *signed_up(hired),
        *heads.select("country", "utc_offset", "language", "billing_country", "signup_country").get_columns(),
        org_id=pl.lit("org_" + word.replace("-", "_")),
        email=pl.concat_str("first", pl.lit("."), "last", pl.lit(f"@{word}.example")).str.to_lowercase(),
        payment_fingerprint=pl.lit(hexadecimal("card_", draws, 1)[0]),
        payment_bin=pl.lit(f"9990{70 + number % 20}"),
        payment_funding=pl.lit("credit"),
        billing_name=pl.lit(name),
        plan=pl.lit("business"),
        signup_ip=address,
        home_ip=address,
        home_asn=private_operators(block),
    ).with_columns(pl.col("email").pipe(numbered))


def _nightly(staff: pl.DataFrame, counts: Int64s, draws: Draws) -> Visits:
    person = np.repeat(np.arange(len(staff), dtype=np.int64), counts)
    n = len(person)
    time = draws.below(DAYS, n) * DAY_MS + ((1.0 + 4.0 * draws.uniform(n)) * HOUR_MS).astype(np.int64)
    return Visits.at_home(person, time)


def _templated(orders: list[str], person: Int64s, languages: pl.Series, draws: Draws) -> pl.Series:
    """Return an order with a document of its own behind it, for each request."""
    n = len(person)
    document = human_prompts(languages, draws, (0.7, 0.2, 0.1, 0.0, 0.0))
    more = human_prompts(languages, draws, (0.7, 0.2, 0.1, 0.0, 0.0))
    return join([gather(orders, draws.below(len(orders), n)), "\n\n", document, " ", more])

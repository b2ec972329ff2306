"""Innocents who belong together and say so: a campus behind one address, a company with one card."""

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.compose import draw_from, fill_any, join, load_texts, restore
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.people import signed_up
from distillscan.synthetic.prompts import human_prompts, rich
from distillscan.synthetic.records import Client, Part, Turn, accounts_of, base_requests, hexadecimal, through
from distillscan.synthetic.traffic import DAY_MS, DAYS, HOUR_MS, OFFICE, STUDENTS, Visits, human_visits

_TERM_STARTS = 5
"""Day of the window: Monday, 27 April."""

_SHEETS = 6
_QUESTIONS_A_SHEET = 8
_BATCH_DAYS = range(8, 40, 2)
_BATCH_A_DAY = 60


def campus(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return students who sign up at the start of term and bring the same homework, behind one address."""
    n = len(people)
    schools = load_texts("workplaces")["schools"]
    school = schools[turn.number % len(schools)]
    address = f"198.51.100.{7 + turn.number % 240}"
    network = f"AS{64520 + turn.number % 8}"
    starts = _term_starts(turn)
    # in the daytime of the first three days
    hour = 24 * draws.below(3, n) + 14 + 9 * draws.uniform(n)
    at = starts * DAY_MS + (hour * HOUR_MS).astype(np.int64)
    initials = pl.concat_str(pl.col("first").str.head(1), pl.col("last").str.head(1)).str.to_lowercase()
    matriculation = pl.Series(values=draws.below(90000, n) + 10000).cast(pl.String)
    students = people.with_columns(
        *signed_up(at),
        email=pl.concat_str(initials, matriculation, pl.lit(f"@{school}")),
        country=pl.lit("US"),
        signup_country=pl.lit("US"),
        utc_offset=pl.lit(-5.0),
        language=pl.when(pl.Series(values=draws.uniform(n) < 0.7))
        .then(pl.lit("en") + pl.col("language").str.slice(2))
        .otherwise("language"),
        away_ip="home_ip",
        away_asn="home_asn",
        home_ip=pl.lit(address),
        home_asn=pl.lit(network),
        signup_ip=pl.lit(address),
    )
    counts = turn.busy(draws.lognormal_counts(12.0, 0.5, 60, n))
    visits = human_visits(students, counts, STUDENTS, draws)
    days = visits.time_ms // DAY_MS - starts
    prompts = _homework_or_own(students["language"][visits.person], days // 7, turn, draws)
    return Part(accounts_of(students), base_requests(students, visits, prompts, draws))


def company(people: pl.DataFrame, draws: Draws, turn: Turn) -> Part:
    """Return the staff of a freight company, on one card and a block of addresses, and its nightly batch."""
    n = len(people)
    desk = pl.Series(values=16 + np.arange(n) % 12).cast(pl.String)
    address = join(["203.0.113.", desk])
    hired = np.concatenate([-draws.below(400 * DAY_MS, n - n // 6), draws.below(30 * DAY_MS, n // 6)])
    payer = hexadecimal("card_", draws, 1)[0]
    staff = people.with_columns(
        *signed_up(hired),
        org_id=pl.lit("org_halden_freight"),
        email=pl.concat_str(
            "first", pl.lit("."), "last", pl.lit("@halden-freight.example")
        ).str.to_lowercase(),
        payment_fingerprint=pl.lit(payer),
        payment_bin=pl.lit("999061"),
        payment_funding=pl.lit("credit"),
        billing_name=pl.lit("Halden Freight AS"),
        billing_country=pl.lit("NO"),
        plan=pl.lit("business"),
        signup_ip=address,
        signup_country=pl.lit("NO"),
        country=pl.lit("NO"),
        utc_offset=pl.lit(2.0),
        home_ip=address,
        home_asn=pl.lit("AS64530"),
    ).with_columns(pl.col("email").pipe(numbered))
    requests = pl.concat([_desk_work(staff, draws, turn), _batch_job(staff, draws, turn)])
    return Part(accounts_of(staff), requests)


def _homework_or_own(languages: pl.Series, weeks: Int64s, turn: Turn, draws: Draws) -> pl.Series:
    """Half of the prompts are questions of the week's sheet, the same for everybody."""
    texts = load_texts("innocents")["campus"]
    questions = _questions(turn, draws)
    homework = draws.uniform(len(weeks)) < 0.5
    at_work, at_ease = np.flatnonzero(homework), np.flatnonzero(~homework)
    sheet = np.clip(weeks[at_work], 0, _SHEETS - 1)
    question = questions[sheet * _QUESTIONS_A_SHEET + draws.below(_QUESTIONS_A_SHEET, len(at_work))]
    asked = join([draw_from(texts["lead_ins"], draws, len(at_work)), question])
    return restore([at_work, at_ease], [asked, human_prompts(languages[at_ease], draws)])


def _term_starts(turn: Turn) -> int:
    return _TERM_STARTS + turn.number * 4 % 21


def _questions(turn: Turn, draws: Draws) -> pl.Series:
    """Return the questions of all sheets; every campus has teachers of its own."""
    n = _SHEETS * _QUESTIONS_A_SHEET
    if turn.number == 0:
        texts = load_texts("innocents")["campus"]
        return fill_any(texts["shapes"], texts["pools"], draws, n)
    spoken = rich(pl.Series(values=["en"] * n))
    essay, source = (human_prompts(spoken, draws, (1.0, 0.0, 0.0, 0.0, 0.0)) for _ in range(2))
    return join([essay, " ", source])


def _desk_work(staff: pl.DataFrame, draws: Draws, turn: Turn) -> pl.DataFrame:
    texts = load_texts("innocents")["company"]
    counts = turn.busy(draws.lognormal_counts(16.0, 0.5, 80, len(staff)))
    visits = human_visits(staff, counts, OFFICE, draws)
    prompts = fill_any(texts["templates"], texts["pools"], draws, len(visits.person))
    requests = base_requests(staff, visits, prompts, draws)
    return through(Client(texts["system"], None, 0.3, 1500, "halda/3.4"), requests)


def _batch_job(staff: pl.DataFrame, draws: Draws, turn: Turn) -> pl.DataFrame:
    """Waybills of the day, read every other night by the first two accounts."""
    texts = load_texts("innocents")["company"]
    # no more a night than the staff of a smaller office could cause
    nightly = min(max(round(_BATCH_A_DAY * turn.activity), 1), len(staff))
    night = np.repeat(np.array(_BATCH_DAYS, dtype=np.int64), nightly)
    n = len(night)
    place = np.tile(np.arange(nightly, dtype=np.int64), len(_BATCH_DAYS))
    time = night * DAY_MS + HOUR_MS + place * 45_000
    sender = np.arange(n, dtype=np.int64) % 2
    visits = Visits.at_home(sender, np.minimum(time, DAYS * DAY_MS - 1))
    prompts = fill_any([texts["batch"]], texts["pools"], draws, n)
    requests = base_requests(staff, visits, prompts, draws)
    return through(Client(None, None, 0.0, 800, "halda-batch/1.1"), requests)


def numbered(email: pl.Expr) -> pl.Expr:
    """Namesakes get the number of their arrival."""
    arrival = email.cum_count().over(email)
    suffix = pl.when(arrival > 1).then(arrival.cast(pl.String)).otherwise(pl.lit(""))
    return pl.concat_str(
        email.str.split("@").list.first(), suffix, pl.lit("@"), email.str.split("@").list.last()
    )

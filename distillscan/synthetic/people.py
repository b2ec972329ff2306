"""Invented people of many cultures: names, mailboxes, cards, devices, programs and addresses."""

from itertools import count
from typing import Any

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.addresses import countries, home_addresses, mobile_addresses
from distillscan.synthetic.compose import draw_from, gather, join, load_texts
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.records import hexadecimal, instants
from distillscan.synthetic.traffic import DAY_MS, DAYS

USER_AGENTS = (
    ("chat-web/5.14", 26), ("chat-web/5.13", 8), ("chat-ios/8.2.1", 14), ("chat-android/8.2.0", 16),
    ("chat-android/8.1.3", 4), ("sdk-python/2.3.1", 12), ("sdk-python/2.2.0", 6), ("sdk-node/4.0.2", 8),
    ("sdk-go/1.9.0", 2), ("httpkit/0.27", 4),
)  # fmt: skip
SDK_AGENTS = tuple(name for name, _ in USER_AGENTS if name.startswith(("sdk", "httpkit")))

_MAIL_STYLES = (16, 10, 14, 8, 12, 12, 10, 8, 6, 4)


def make_people(n: int, draws: Draws) -> pl.DataFrame:
    """Return ``n`` unrelated people: the columns of an account, and how and from where they work.

    Beyond the account: first, last, language, country, utc_offset (hours), home_ip, home_asn, away_ip,
    away_asn, user_agent, temperature, max_tokens, first_day (of the window, from 0).
    """
    cultures = load_texts("names")["cultures"]
    culture = draws.pick([entry["share"] for entry in cultures], n)
    country = gather(countries(), culture)
    people = pl.select(
        account_id=hexadecimal("acct_", draws, n),
        org_id=pl.lit(None, pl.String),
        first=_names(cultures, "first", culture, draws),
        last=_names(cultures, "last", culture, draws),
        language=gather([entry["language"] for entry in cultures], culture),
        country=country,
        utc_offset=pl.Series(values=np.array([float(entry["utc_offset"]) for entry in cultures])[culture]),
        device_id=hexadecimal("dev_", draws, n),
        phone=_phones(draws, n),
        billing_country=country,
        signup_country=country,
        inviter_id=pl.lit(None, pl.String),
        status=pl.lit("active"),
        banned_at=pl.lit(None, pl.Datetime("ms")),
    )
    addresses = pl.concat(
        [home_addresses(culture, draws), mobile_addresses(culture, draws)], how="horizontal"
    )
    whole = pl.concat(
        [people, addresses, _cards(n, draws), _programs(n, draws), _sign_up(n, draws)], how="horizontal"
    )
    return whole.with_columns(
        signup_ip=pl.col("home_ip"),
        email=_mailboxes(people, draws),
        billing_name=pl.when(pl.col("payment_fingerprint").is_not_null()).then(
            pl.concat_str("first", pl.lit(" "), "last")
        ),
    )


def cards(n: int, funding: pl.Series, bins: int, draws: Draws) -> pl.DataFrame:
    """Return ``n`` payment cards of the given funding out of ``bins`` issuer ranges."""
    number = pl.Series(values=draws.below(bins, n)).cast(pl.String).str.zfill(2)
    return pl.select(
        payment_fingerprint=hexadecimal("card_", draws, n),
        payment_bin=join(["9990", number]),
        payment_funding=funding,
    )


def signed_up(milliseconds: Int64s) -> list[pl.Series]:
    """Return created_at and first_day of sign-ups at times from the start of the window."""
    first_day = np.clip(milliseconds // DAY_MS, 0, DAYS - 1)
    return [instants(milliseconds).alias("created_at"), pl.Series("first_day", first_day)]


def _names(cultures: list[dict[str, Any]], part: str, culture: Int64s, draws: Draws) -> pl.Series:
    """Names lie behind each other culture by culture, all equally many."""
    each = len(cultures[0][part])
    pool = [name for entry in cultures for name in entry[part]]
    return gather(pool, culture * each + draws.below(each, len(culture)))


def _cards(n: int, draws: Draws) -> pl.DataFrame:
    kinds = ("credit", "debit", "prepaid", "virtual")
    owned = cards(n, gather(kinds, draws.pick((46, 40, 9, 5), n)), 60, draws)
    has_card = pl.Series(values=draws.uniform(n) < 0.55)
    plan = pl.when(has_card).then(draw_from(("plus", "pay-as-you-go"), draws, n)).otherwise(pl.lit("free"))
    return owned.select(
        pl.when(has_card).then(pl.col(name)).alias(name) for name in owned.columns
    ).with_columns(plan=plan)


def _programs(n: int, draws: Draws) -> pl.DataFrame:
    """Who writes programs sets parameters, who chats does not."""
    agent = gather([name for name, _ in USER_AGENTS], draws.pick([weight for _, weight in USER_AGENTS], n))
    temperature = gather(("0.0", "0.2", "0.3", "0.5", "0.7", "1.0"), draws.pick((3, 3, 2, 2, 4, 4), n))
    max_tokens = gather(("512", "1024", "2048", "4096"), draws.pick((2, 4, 3, 3), n))
    programs = agent.is_in(SDK_AGENTS)
    return pl.select(
        user_agent=agent,
        temperature=pl.when(programs).then(temperature.cast(pl.Float64)),
        max_tokens=pl.when(programs).then(max_tokens.cast(pl.Int32)),
    )


def _sign_up(n: int, draws: Draws) -> pl.DataFrame:
    """Three of ten people signed up within the window, the others over the two years before."""
    recent = draws.uniform(n) < 0.3
    inside = draws.below((DAYS - 3) * DAY_MS, n)
    before = -draws.below(700 * DAY_MS, n)
    return pl.DataFrame(signed_up(np.where(recent, inside, before)))


def _phones(draws: Draws, n: int) -> pl.Series:
    """Four of ten people give a number."""
    digits = pl.Series(values=draws.below(10**9, n)).cast(pl.String).str.zfill(9)
    given = pl.Series(values=draws.uniform(n) < 0.4)
    return pl.select(pl.when(given).then(join(["+999", digits]))).to_series()


def _mailboxes(people: pl.DataFrame, draws: Draws) -> pl.Series:
    """Return mailboxes in the ten usual styles; a taken one is numbered, as providers do."""
    texts = load_texts("names")
    n = len(people)
    style = draws.pick(_MAIL_STYLES, n).tolist()
    number = draws.below(100, n).tolist()
    year = (1962 + draws.below(46, n)).tolist()
    nickname = draw_from(texts["nicknames"], draws, n).to_list()
    other = draw_from(texts["nicknames"], draws, n).to_list()
    provider = gather(texts["providers"], draws.pick(range(len(texts["providers"]), 0, -1), n)).to_list()
    taken: set[str] = set()
    mailboxes = []
    for row in range(n):
        first, last = people["first"][row].lower(), people["last"][row].lower()
        local = (
            f"{first}.{last}", f"{first}{last}", f"{first}.{last}{number[row]}", f"{first[0]}{last}",
            f"{first}{year[row]}", f"{nickname[row]}{other[row]}{number[row]}", f"{last}.{first}",
            f"{first}{last[0]}{number[row]}", f"{nickname[row]}_{first}", f"{first}_{last}_{year[row]}",
        )[style[row]]  # fmt: skip
        mailbox = f"{local}@{provider[row]}"
        if mailbox in taken:
            free = (f"{local}{suffix}@{provider[row]}" for suffix in count(2))
            mailbox = next(name for name in free if name not in taken)
        taken.add(mailbox)
        mailboxes.append(mailbox)
    return pl.Series(values=mailboxes)

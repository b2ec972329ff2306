"""The canonical records that a synthetic group of accounts leaves behind, and the window they fall in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.logs.record import ACCOUNTS, FieldType
from distillscan.synthetic.compose import gather, join
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.traffic import DAY_MS, Visits

FIRST_DAY = date(2026, 4, 22)
RELEASE_DAY = 28
"""Day of the window, from 0, on which a new model comes out."""

START_MS = int(datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC).timestamp()) * 1000

INSTANT = pl.Datetime("ms")

ACCOUNT_SCHEMA = pl.Schema(
    (field.name, INSTANT if field.type is FieldType.TIMESTAMP else pl.String()) for field in ACCOUNTS.fields
)
REQUEST_SCHEMA = pl.Schema(
    {"request_id": pl.String(), "timestamp": INSTANT}
    | dict.fromkeys(("account_id", "model", "system", "prompt", "tools"), pl.String())
    | {"temperature": pl.Float64()}
    | dict.fromkeys(("max_tokens", "input_tokens", "output_tokens"), pl.Int32())
    | dict.fromkeys(("client_ip", "asn", "country", "user_agent"), pl.String())
    | {"status_code": pl.Int16()}
)


@dataclass(frozen=True)
class Turn:
    """Which of several groups of one kind this is, from 0, and how much busier than in the sample it is."""

    number: int = 0
    activity: float = 1.0

    def busy(self, counts: Int64s) -> Int64s:
        """Return the counts at this activity, at least 1."""
        return np.asarray(np.maximum(np.rint(counts * self.activity), 1), dtype=np.int64)


_MODELS = ("atlas-2-mini", "atlas-2", "atlas-3")


@dataclass(frozen=True)
class Part:
    """The accounts of one group and their requests, in canonical columns.

    ``requests`` has a further column ``campaign``: the campaign that the request serves, or NULL.
    """

    accounts: pl.DataFrame
    requests: pl.DataFrame


@dataclass(frozen=True)
class Client:
    """What a program sets on every request; None is what it leaves out."""

    system: str | None = None
    tools: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    user_agent: str | None = None


def instants(milliseconds: Int64s) -> pl.Series:
    """Return times given in milliseconds from the start of the window."""
    return pl.Series(values=milliseconds + START_MS).cast(INSTANT)


def hexadecimal(prefix: str, draws: Draws, n: int) -> pl.Series:
    """Return ``n`` identifiers: ``prefix`` and sixteen random hexadecimal digits."""
    digits = np.frombuffer(draws.bits(n).astype(">u8").tobytes().hex().encode(), dtype="S16")
    return join([prefix, pl.Series(values=digits.astype("U16"), dtype=pl.String)])


def base_requests(people: pl.DataFrame, visits: Visits, prompts: pl.Series, draws: Draws) -> pl.DataFrame:
    """Return requests of ``people`` as they come from their own program and address, serving no campaign.

    Row i is person ``visits.person[i]`` sending ``prompts[i]`` at ``visits.time_ms[i]``.
    """
    n = len(prompts)
    sender = people[visits.person]
    away = pl.Series(values=visits.away)
    return pl.select(
        request_id=hexadecimal("req_", draws, n),
        timestamp=instants(visits.time_ms),
        account_id=sender["account_id"],
        model=gather(_MODELS, _models(visits.time_ms // DAY_MS, draws)),
        system=pl.lit(None, pl.String),
        prompt=prompts,
        tools=pl.lit(None, pl.String),
        temperature=sender["temperature"],
        max_tokens=sender["max_tokens"],
        input_tokens=(prompts.str.len_chars() // 4 + 8).cast(pl.Int32),
        output_tokens=pl.Series(values=draws.lognormal_counts(220.0, 0.9, 4000, n)).cast(pl.Int32),
        client_ip=pl.when(away).then(sender["away_ip"]).otherwise(sender["home_ip"]),
        asn=pl.when(away).then(sender["away_asn"]).otherwise(sender["home_asn"]),
        country=sender["country"],
        user_agent=sender["user_agent"],
        status_code=gather(("200", "429", "500"), draws.pick((985, 11, 4), n)).cast(pl.Int16),
        campaign=pl.lit(None, pl.String),
    )


def through(client: Client, requests: pl.DataFrame) -> pl.DataFrame:
    """Return the requests as sent by one program."""
    system = pl.lit(client.system, pl.String)
    return requests.with_columns(
        system=system,
        tools=pl.lit(client.tools, pl.String),
        temperature=pl.lit(client.temperature, pl.Float64),
        max_tokens=pl.lit(client.max_tokens, pl.Int32),
        user_agent=pl.lit(client.user_agent, pl.String),
        input_tokens=pl.col("input_tokens") + len(client.system or "") // 4 + len(client.tools or "") // 4,
    )


def after_sign_up(requests: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Return requests none of which precede sign-up: days are drawn whole, so early hours are mirrored."""
    joined = requests.join(
        accounts.select("account_id", "created_at"), on="account_id", maintain_order="left"
    )
    early = pl.col("created_at") - pl.col("timestamp")
    moved = pl.when(early > timedelta(0)).then(pl.col("created_at") + early).otherwise("timestamp")
    return joined.with_columns(timestamp=moved).drop("created_at")


def accounts_of(people: pl.DataFrame) -> pl.DataFrame:
    """Return the account table of ``people``."""
    return people.select(pl.col(name).cast(kind) for name, kind in ACCOUNT_SCHEMA.items())


def events(*rows: tuple[int, str, str]) -> pl.DataFrame:
    """Return what happened outside of the log, by days of the window, as date, kind and name."""
    days = [FIRST_DAY + timedelta(days=day) for day, _, _ in rows]
    return pl.DataFrame({"date": days, "kind": [row[1] for row in rows], "name": [row[2] for row in rows]})


def _models(days: Int64s, draws: Draws) -> Int64s:
    """Half of the people try a new model within ten days of its release, the others stay where they are."""
    adopted = np.clip((days - RELEASE_DAY + 1) * 0.05, 0.0, 0.5)
    older = draws.pick((0.4, 0.6), len(days))
    return np.where(draws.uniform(len(days)) < adopted, 2, older)

"""A campaign of known size planted beside an analyst's own log: would it have been seen here?"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import polars as pl

from distillscan.errors import DistillscanError
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.operators import campaign_parts, wanted_requests
from distillscan.synthetic.people import make_people
from distillscan.synthetic.prompts import rich
from distillscan.synthetic.records import INSTANT, START_MS, Part, after_sign_up
from distillscan.synthetic.scenarios import Scenario
from distillscan.synthetic.surroundings import Surroundings
from distillscan.synthetic.survey import AccountSurvey, Survey

_RELEASE = 0.62


def planted_parts(
    scenario: Scenario, members: int, log: Survey, table: AccountSurvey | None, seed: int
) -> Iterator[Part]:
    """Yield the campaigns of a scenario as they would stand in ``log``, with ``members`` accounts in all.

    They work inside its window, hide among its own prompts and addresses, and have no field that the log, or
    the accounts table, does not have; without that table nothing is told of the accounts. In the truth the
    names of the campaigns begin with "planted".

    Raises DistillscanError for a scenario without a campaign, or a log without prompts.
    """
    if not scenario.behaviours:
        raise DistillscanError("this scenario has no campaign to plant; choose another one")
    if log.prompts.is_empty():
        raise DistillscanError("the log to plant in has no prompts, so nothing could be hidden among them")
    start = datetime.combine(log.first.date(), time.min, tzinfo=UTC)
    days = (log.last.date() - log.first.date()).days + 1
    models = log.models or ("atlas-2",)
    around = Surroundings(
        neighbours=log.neighbours,
        days=days,
        release_day=int(days * _RELEASE),
        prompts=log.prompts,
        models=(models[0], models[-1]),
        agents=log.agents or Surroundings.agents,
        mail_domains=table.mail_domains if table else (),
    )
    shift = timedelta(milliseconds=int(start.timestamp() * 1000) - START_MS)
    people = make_people(members, Draws(seed, "planted"))
    people = people.with_columns(rich(people["language"]))
    wanted = wanted_requests(scenario.behaviours, members)
    for part in campaign_parts(scenario.behaviours, people, wanted, around, seed):
        requests = after_sign_up(part.requests, part.accounts)
        yield Part(
            _known(part.accounts, shift, table),
            _fitting(requests, shift, log).with_columns(
                campaign="planted " + pl.col("campaign"),
                model=pl.when(pl.col("campaign").is_null()).then(pl.lit(models[0])).otherwise("model")
                if "model" in log.fields
                else pl.lit(None, pl.String),
            ),
        )


def _known(accounts: pl.DataFrame, shift: timedelta, table: AccountSurvey | None) -> pl.DataFrame:
    """Return what the analyst would know of the accounts, in the time of the log."""
    if table is None:
        return accounts.select("account_id")
    moved = accounts.with_columns(pl.col(INSTANT) + shift)
    return moved.select(name for name in moved.columns if name in table.fields)


def _fitting(requests: pl.DataFrame, shift: timedelta, log: Survey) -> pl.DataFrame:
    """Return the requests in the time of the log, folded into it where they ran over, with its fields."""
    first, last = log.first.replace(tzinfo=None), log.last.replace(tzinfo=None)
    length = max(last - first, timedelta(seconds=1))
    at = pl.col("timestamp") + shift
    over = ((at - first).dt.total_milliseconds() % (length // timedelta(milliseconds=1))).cast(pl.Int64)
    folded = pl.lit(first) + pl.duration(milliseconds=over)
    inside = (at >= first) & (at <= last)
    missing = [
        pl.lit(None, kind).alias(name)
        for name, kind in requests.schema.items()
        if name not in log.fields and name not in ("campaign", "request_id")
    ]
    return requests.with_columns(
        timestamp=pl.when(inside).then(at).otherwise(folded).cast(INSTANT)
    ).with_columns(missing)

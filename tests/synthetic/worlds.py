"""Small invented logs, whole."""

from functools import cache

import polars as pl

from distillscan.synthetic.records import Part
from distillscan.synthetic.scenarios import SCENARIOS
from distillscan.synthetic.truth import Truth
from distillscan.synthetic.world import parts_of, size_of

ACCOUNTS, REQUESTS = 600, 6_000


@cache
def parts(name: str, seed: int = 1) -> list[Part]:
    return list(parts_of(SCENARIOS[name], size_of(SCENARIOS[name], ACCOUNTS, REQUESTS, None), seed))


@cache
def accounts(name: str) -> pl.DataFrame:
    return pl.concat([part.accounts for part in parts(name)])


@cache
def requests(name: str) -> pl.DataFrame:
    return pl.concat([part.requests for part in parts(name)])


@cache
def truth(name: str) -> Truth:
    known = Truth()
    for part in parts(name):
        known.add(part)
    return known


def members(name: str) -> pl.DataFrame:
    """The accounts of the campaigns of a log."""
    return accounts(name).join(truth(name).accounts, on="account_id")


def harvest(name: str) -> pl.DataFrame:
    """The requests that serve a campaign."""
    return requests(name).drop_nulls("campaign")

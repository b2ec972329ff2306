"""The texts that accounts share, as signals: prompt templates, fixed inserts and system prompts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.fingerprint.shared import spread_bits
from distillscan.signals.texts import Numbers, Texts

_ROWS = 1 << 22
#: Share of an account's prompts that must carry a text for the account to hold it.
_LEAST_SHARE = 0.005
#: More than there are numbers of keys.
_PLACES = 1 << 31

_TABLE = """
    CREATE OR REPLACE TEMP TABLE {name} AS
    SELECT account_id, lpad(lower(to_hex(key)), 16, '0') AS content, n,
           make_timestamp(first) AS first_seen, make_timestamp(last) AS last_seen
    FROM held_text JOIN account USING (account)
"""


def lay_out(connection: DuckDBPyConnection, texts: Texts) -> None:
    """Create the temporary tables that the CONTENT signals read: who holds which shared text.

    ``prompt_template``, ``system_template`` and ``prompt_insert`` (account_id, content, n, first_seen,
    last_seen); ``content`` is the fingerprint key in hexadecimal digits. Inserts with exactly the same
    holders are one value, under the smallest of their keys.
    """
    held = _summed(_chosen(texts, texts.templates))
    system = texts.keys.system[held["number"]]
    _create(connection, texts, "prompt_template", _recurring(held.filter(~system), texts))
    _create(connection, texts, "system_template", held.filter(system))
    inserts = _recurring(_summed(_chosen(texts, texts.inserts)), texts)
    _create(connection, texts, "prompt_insert", _one_for_each_group(inserts, texts))


def _recurring(held: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Without what makes up too little of an account's prompts: busy accounts share passages by chance."""
    sent = np.bincount(texts.account[(texts.account >= 0) & ~texts.system])
    prompts = pl.Series(values=sent).gather(held["account"])
    return held.filter(pl.col("n") >= prompts * _LEAST_SHARE)


def _chosen(texts: Texts, chosen: Numbers) -> Iterator[pl.DataFrame]:
    """Who holds the keys of one place of ``chosen`` (n, places), a part of the texts at a time."""
    for place in range(chosen.shape[1]):
        for start in range(0, len(chosen), _ROWS):
            numbers = chosen[start : start + _ROWS, place]
            rows = np.flatnonzero((numbers >= 0) & (texts.account[start : start + _ROWS] >= 0))
            yield _held(texts, rows + start, numbers[rows])


def _held(texts: Texts, rows: npt.NDArray[np.int64], numbers: Numbers) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account": texts.account[rows],
            "number": numbers,
            "n": texts.requests[rows],
            "first": texts.first[rows],
            "last": texts.last[rows],
        }
    )


def _summed(parts: Iterator[pl.DataFrame]) -> pl.DataFrame:
    """One row for each account and key, ordered by them."""
    # one column to group by is quicker than two
    both = pl.col("account").cast(pl.Int64) * _PLACES + pl.col("number")
    sums = pl.col("n").sum().cast(pl.Int64), pl.col("first").min(), pl.col("last").max()
    empty = pl.DataFrame(schema=dict.fromkeys(("held", "n", "first", "last"), pl.Int64))
    grouped = [empty, *(part.group_by(held=both).agg(*sums) for part in parts)]
    held = pl.concat(grouped).group_by("held").agg(*sums).sort("held")
    account = (pl.col("held") // _PLACES).cast(pl.Int32).alias("account")
    number = (pl.col("held") % _PLACES).cast(pl.Int32).alias("number")
    return held.select(account, number, "n", "first", "last")


def _one_for_each_group(inserts: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    numbers = inserts["number"].to_numpy()
    # the hash over the set of holders does not depend on their order
    spread = spread_bits(inserts["account"].to_numpy())
    groups = (
        pl.DataFrame({"number": numbers, "key": texts.keys.key[numbers], "holder": spread})
        .group_by("number")
        .agg(pl.len().alias("holders"), pl.col("holder").bitwise_xor(), pl.col("key").first())
    )
    standing = groups.sort("key").unique(["holders", "holder"], keep="first")
    return inserts.filter(pl.col("number").is_in(standing["number"].implode()))


def _create(connection: DuckDBPyConnection, texts: Texts, name: str, held: pl.DataFrame) -> None:
    rows = held.with_columns(key=pl.Series(values=texts.keys.key[held["number"].to_numpy()], dtype=pl.UInt64))
    connection.register("held_text", rows.to_arrow())
    connection.execute(_TABLE.format(name=name))
    connection.unregister("held_text")

"""The texts that accounts share, as signals: prompt templates, fixed inserts and system prompts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Int32s, Int64s
from distillscan.case.frame import registered
from distillscan.compiled import compiled, readonly
from distillscan.fingerprint.shared import spread_bits
from distillscan.ordered import in_groups, places_in_order
from distillscan.signals.texts import Texts

_ROWS = 1 << 22
#: Share of an account's prompts that must carry a text for the account to hold it.
_LEAST_SHARE = 0.005
_HELD = {"account": pl.Int32, "number": pl.Int32, "n": pl.Int64, "first": pl.Int64, "last": pl.Int64}

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
    held = _held(texts)
    number = held["number"]
    system, insert = texts.keys.system[number], texts.keys.is_insert[number]
    _create(connection, texts, "system_template", held.filter(system))
    _create(connection, texts, "prompt_template", held.filter(~system & ~insert))
    _create(connection, texts, "prompt_insert", _one_for_each_group(held.filter(~system & insert), texts))


def _held(texts: Texts) -> pl.DataFrame:
    """One row for each account and key that stands for a text of it, ordered by them.

    What makes up too little of an account's prompts is left out: busy accounts share passages by chance.
    """
    order, ends = in_groups(readonly(texts.account), int(texts.account.max(initial=-1)) + 1)
    prompts = np.bincount(texts.account[(texts.account >= 0) & ~texts.system], minlength=len(ends))
    parts = [pl.DataFrame(schema=_HELD)]
    for first, last in _spans(ends):
        columns = _summed(order, ends, first, last, texts.chosen, texts.requests, texts.first, texts.last)
        account, number, n = columns[:3]
        kept = texts.keys.system[number] | (n >= prompts[account] * _LEAST_SHARE)
        rows = dict(zip(_HELD, (column[kept] for column in columns), strict=True))
        parts.append(pl.DataFrame(rows, schema=_HELD))
    return pl.concat(parts)


def _spans(ends: Int64s) -> Iterator[tuple[int, int]]:
    """Spans of accounts, each of about ``_ROWS`` texts."""
    texts = np.append(0, ends)
    first = 0
    for last in range(1, len(texts)):
        if texts[last] >= texts[first] + _ROWS or last == len(ends):
            yield first, last
            first = last


@compiled
def _summed(
    order: Int32s,
    ends: Int64s,
    begin: int,
    end: int,
    chosen: Int32s,
    requests: Int32s,
    first: Int64s,
    last: Int64s,
) -> tuple[Int32s, Int32s, Int64s, Int64s, Int64s]:
    """The columns of ``_HELD`` for the accounts from ``begin`` to ``end``, whose texts stand in ``order``."""
    start = ends[begin - 1] if begin else 0
    room = (ends[end - 1] - start) * chosen.shape[1]
    out_account, out_number = np.empty(room, np.int32), np.empty(room, np.int32)
    out_n, out_first, out_last = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    numbers, carriers = np.empty(room, np.uint64), np.empty(room, np.int32)
    found = -1
    for account in range(begin, end):
        carried, before = 0, -1
        for text in order[start : ends[account]]:
            for place in range(chosen.shape[1]):
                if chosen[text, place] >= 0:
                    numbers[carried], carriers[carried] = chosen[text, place], text
                    carried += 1
        for index in places_in_order(numbers[:carried]):
            text, number = carriers[index], int(numbers[index])
            if number != before:
                before = number
                found += 1
                out_account[found], out_number[found], out_n[found] = account, number, 0
                out_first[found], out_last[found] = first[text], last[text]
            out_n[found] += requests[text]
            out_first[found] = min(out_first[found], first[text])
            out_last[found] = max(out_last[found], last[text])
        start = ends[account]
    rows = found + 1
    return out_account[:rows], out_number[:rows], out_n[:rows], out_first[:rows], out_last[:rows]


def _one_for_each_group(inserts: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    numbers = inserts["number"].to_numpy()
    # the hash over the set of holders does not depend on their order
    spread = spread_bits(readonly(inserts["account"].to_numpy()))
    groups = (
        pl.DataFrame({"number": numbers, "key": texts.keys.key[numbers], "holder": spread})
        .group_by("number")
        .agg(pl.len().alias("holders"), pl.col("holder").bitwise_xor(), pl.col("key").first())
    )
    standing = groups.sort("key").unique(["holders", "holder"], keep="first")
    return inserts.filter(pl.col("number").is_in(standing["number"].implode()))


def _create(connection: DuckDBPyConnection, texts: Texts, name: str, held: pl.DataFrame) -> None:
    rows = held.with_columns(key=pl.Series(values=texts.keys.key[held["number"].to_numpy()], dtype=pl.UInt64))
    with registered(connection, "held_text", rows):
        connection.execute(_TABLE.format(name=name))

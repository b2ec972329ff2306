"""The temporary tables that the findings are read from: each one pass over the accepted requests, then small.

``member_day`` (cluster_id, tier, account_id, day, requests, matching, input_tokens, output_tokens,
first_seen, last_seen): the requests of members by day.
``own_prompt`` (cluster_id, prompts, requests, sampled, new_to_account, ends): prompts of the core with keys
of its own, and requests with them; of some accounts so many requests, and those with a prompt new to the
account; and further requests that match by their opening or closing.
``account_profile`` (account_id, cluster_id or NULL for the rest of the log, requests, active_days,
concentration, templated): how each account spends its day; ``concentration`` is the mean resultant length of
its hours, 0 for round the clock and 1 for one moment (Mardia and Jupp, Directional Statistics); ``templated``
counts requests whose template is held by three accounts or more and has three texts or more: one text that
many send is no template.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Int32s, Int64s, UInt64s
from distillscan.case.frame import registered
from distillscan.clusters.core_texts import CoreTexts, first_of_each
from distillscan.clusters.own_texts import OwnTexts
from distillscan.clusters.store import Stored
from distillscan.compiled import compiled
from distillscan.findings.counts.matching import MEMBER_REQUESTS, lay_out_matching
from distillscan.signals.texts import Texts

#: Accounts of each core whose prompts are compared with their own earlier ones.
_SAMPLED = 256

_MEMBER_DAY = f"""
    CREATE OR REPLACE TEMP TABLE member_day AS
    SELECT cluster_id, tier, account_id, ts::DATE AS day, COUNT(*) AS requests,
           COUNT(*) FILTER (matching) AS matching,
           SUM(input_tokens) AS input_tokens, SUM(output_tokens) AS output_tokens,
           MIN(ts) AS first_seen, MAX(ts) AS last_seen
    FROM ({MEMBER_REQUESTS})
    GROUP BY ALL
"""

_MEMBERSHIP = """
    UPDATE membership SET requests = d.requests, matching_requests = d.matching,
                          first_seen = d.first_seen, last_seen = d.last_seen
    FROM (SELECT account, SUM(requests) AS requests, SUM(matching) AS matching,
                 MIN(member_day.first_seen) AS first_seen, MAX(member_day.last_seen) AS last_seen
          FROM member_day JOIN account USING (account_id) GROUP BY account) d
    WHERE membership.account = d.account
"""

_ACCOUNT_PROFILE = """
    CREATE OR REPLACE TEMP TABLE account_profile AS
    WITH rhythm AS (
        SELECT account_id, COUNT(*) AS requests, COUNT(DISTINCT ts::DATE) AS active_days,
               SUM(cos(turn)) AS x, SUM(sin(turn)) AS y
        FROM (SELECT account_id, ts, 2 * pi() * (epoch_us(ts) % 86400000000) / 86400000000 AS turn
              FROM accepted)
        GROUP BY account_id
    )
    SELECT account_id, m.cluster_id, rhythm.requests, active_days,
           round(sqrt(x * x + y * y) / rhythm.requests, 9) AS concentration,
           COALESCE(templated.requests, 0) AS templated
    FROM rhythm
    JOIN account a USING (account_id)
    LEFT JOIN membership m ON m.account = a.account AND m.tier = 'core'
    LEFT JOIN templated ON templated.account = a.account
"""


def lay_out(connection: DuckDBPyConnection, texts: Texts, stored: Stored) -> None:
    """Create the tables and those of `findings.matching`; enter each member's counts in ``membership``."""
    lay_out_matching(connection, stored.own.matching())
    _lay_out_variety(connection, texts, stored.texts, stored.own)
    connection.execute(_MEMBER_DAY)
    connection.execute(_MEMBERSHIP)
    templated = _templated(texts)
    rows = pa.table({"account": np.arange(len(templated)), "requests": templated})
    with registered(connection, "templated", rows):
        connection.execute(_ACCOUNT_PROFILE)


def _lay_out_variety(connection: DuckDBPyConnection, texts: Texts, core: CoreTexts, own: OwnTexts) -> None:
    own_prompts = own.prompts(texts, core)
    sampled = own_prompts & _of_few_accounts(texts.account, core.cluster)
    of_account = np.where(sampled, texts.account, -1).astype(np.int32)
    counts = [
        np.bincount(core.cluster[chosen], minlength=len(core.cluster_ids))
        for chosen in (
            own_prompts & core.fresh,
            own_prompts,
            sampled,
            first_of_each(of_account, texts.text_key),
        )
    ]
    names = ("prompts", "requests", "sampled", "new_to_account", "ends")
    counts.append(np.array([ends.taken for ends in own.ends.prompts], np.int64))
    rows = {"cluster_id": core.cluster_ids} | dict(zip(names, counts, strict=True))
    with registered(connection, "variety", pl.DataFrame(rows, schema_overrides={"cluster_id": pl.String})):
        connection.execute("CREATE OR REPLACE TEMP TABLE own_prompt AS FROM variety")


def _of_few_accounts(account: Int32s, cluster: Int32s) -> Bools:
    """Which texts (n,) are of the first accounts of each core: what is held for them stays small."""
    own = np.full(int(account.max(initial=-1)) + 2, -1, np.int32)
    in_core = cluster >= 0
    own[account[in_core]] = cluster[in_core]
    accounts = np.argsort(own, kind="stable")
    accounts = accounts[own[accounts] >= 0]
    place = np.arange(len(accounts)) - np.searchsorted(own[accounts], own[accounts])
    few = np.zeros(len(own), np.bool_)
    few[accounts[place < _SAMPLED]] = True
    return np.asarray(few[account] & in_core, np.bool_)


def _templated(texts: Texts) -> Int64s:
    """The requests of each account (n,) that follow a template of three accounts and three texts or more."""
    template = texts.chosen[:, 0]
    several = _in_three_texts(template, texts.text_key, len(texts.keys.key))
    followed = (template >= 0) & ~texts.system & (texts.account >= 0)
    followed[followed] = (several & (texts.keys.holders >= 3))[template[followed]]
    return np.bincount(texts.account[followed], minlength=int(texts.account.max(initial=-1)) + 1)


@compiled
def _in_three_texts(template: Int32s, text_key: UInt64s, templates: int) -> Bools:
    """Which templates three different texts follow."""
    first, second = np.zeros(templates, np.uint64), np.zeros(templates, np.uint64)
    several = np.zeros(templates, np.bool_)
    for text in range(template.size):
        number = template[text]
        if number < 0:
            continue
        key = text_key[text] | np.uint64(1)
        if first[number] == 0 or first[number] == key:
            first[number] = key
        elif second[number] == 0 or second[number] == key:
            second[number] = key
        else:
            several[number] = True
    return several

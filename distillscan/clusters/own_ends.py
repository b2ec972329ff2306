"""The openings and closings that mark a prompt as a cluster's own: table ``cluster_end``.

An instruction of a few words before or behind changing tasks is too short for a fingerprint key. Everybody
opens prompts with a few usual words, so an opening ties no account to a cluster. But if many accounts of a
known core use one in prompts that nothing else marks, and people in no cluster hardly ever do, these prompts
are the cluster's own.

Source: docs/method.md, "Openings and closings".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Floats, Int32s, Int64s
from distillscan.case.frame import registered
from distillscan.clusters.core_texts import CoreTexts
from distillscan.clusters.faint_keys import FaintPrompts, judge_levels
from distillscan.clusters.relative_entropy import relative_entropy
from distillscan.signals.texts import Texts

SIDES = ("opening", "closing")
#: Values of a side; the last stands for a prompt that is too short to have any.
_VALUES, _SHORT = (1 << 16) + 1, 1 << 16
#: Evidence that a core opens so by more than chance, in bits, beyond those that its many openings take.
_BITS = 20.0
#: Part of the accounts that must open so, and least number of them.
_HELD, _HOLDERS = 0.1, 2
#: Prompts of everybody's that open so, for each core account that does, below which no popular passage
#: opens so.
_ELSEWHERE = 0.05
#: What a core does more often than everybody is told apart in quarters of a doubling.
_STEPS, _LEVELS = 4, 256
#: Least share of these prompts in those that other marks count: fewer are not worth the weaker evidence.
_WORTH = 0.01
#: Share of a core's prompts that other marks count, below which it is counted by its addresses, and share
#: with those that openings mark that is enough all the same.
_HARDLY, _MOST = 0.05, 0.5
_BATCH = 1 << 20
_NONE = FaintPrompts(0, 0.0, 0, 0.0)

# Whether a request is a repeat is known by its text, which then has no account.
_ENDS = f"""
    SELECT prompt_text,
           COALESCE(prompt_opening::INTEGER, {_SHORT}), COALESCE(prompt_closing::INTEGER, {_SHORT})
    FROM requests WHERE prompt_text IS NOT NULL
"""


@dataclass(frozen=True)
class OwnEnds:
    """Which texts (n,) openings and closings mark, and the prompts of each core that they take and leave."""

    texts: Bools
    prompts: list[FaintPrompts]


@dataclass(frozen=True)
class _Prompts:
    """Prompts of members that nothing else marks: text (n,) and the values of both ends (n, 2).

    ``everybody`` (2, values) counts the prompts of people in no cluster by the value of each end.
    """

    text: Int32s
    ends: Int32s
    everybody: Int64s


def write_own_ends(
    connection: DuckDBPyConnection, texts: Texts, core: CoreTexts, counted: Bools, popular: Bools
) -> OwnEnds:
    """Fill ``cluster_end``, and return which texts it marks: one pass over the requests.

    ``counted`` (n,) are the texts that other marks count; ``popular`` (n,) have a passage that much of the
    core has and others too: who uses a popular prompt may be in the cluster because of it.
    """
    prompts = _read(connection, texts, core, counted)
    account = texts.account[prompts.text]
    of_core = (core.cluster >= 0) & ~texts.system
    sent, known = (_by_cluster(core.cluster[chosen], core) for chosen in (of_core, of_core & counted))
    left = pl.DataFrame(
        {
            "text": prompts.text,
            "cluster": core.core[account],
            "member": core.member[account],
            "account": account,
            "popular": popular[prompts.text],
            **dict(zip(SIDES, prompts.ends.T, strict=True)),
        }
    )
    found, own = [_NONE] * len(core.cluster_ids), []
    for side, everybody in zip(SIDES, prompts.everybody, strict=True):
        rows = left.filter(pl.col("cluster") >= 0).rename({side: "value"})
        values, judged = _own(rows, everybody, _WORTH * known)
        found = [one.with_those_of(other) for one, other in zip(found, judged, strict=True)]
        own.append(values.select("cluster", "value", side=pl.lit(side)))
        left = left.join(values, left_on=["member", side], right_on=["cluster", "value"], how="anti")
    enough = (known >= _HARDLY * sent) | (known + [one.taken for one in found] >= _MOST * sent)
    marks = np.zeros(len(texts.account), np.bool_)
    marks[prompts.text[enough[core.member[account]]]] = True
    marks[left["text"].to_numpy()] = False
    _write(connection, pl.concat(own), enough, core)
    return OwnEnds(marks, [one if kept else _NONE for one, kept in zip(found, enough, strict=True)])


def _read(connection: DuckDBPyConnection, texts: Texts, core: CoreTexts, counted: Bools) -> _Prompts:
    """The prompts of members that are not ``counted`` (n,), and how everybody's open and close."""
    everybody = np.zeros((len(SIDES), _VALUES), np.int64)
    of_text, ends = [np.empty(0, np.int32)], [np.empty((0, len(SIDES)), np.int32)]
    for batch in connection.sql(_ENDS).to_arrow_reader(_BATCH):
        text, *sides = (column.to_numpy() for column in batch.columns)
        account = texts.account[text]
        member = core.member[account]
        outside = (account >= 0) & (member < 0)
        everybody += [np.bincount(values[outside], minlength=_VALUES) for values in sides]
        chosen = (member >= 0) & ~counted[text]
        of_text.append(text[chosen])
        ends.append(np.column_stack(sides)[chosen])
    return _Prompts(np.concatenate(of_text), np.concatenate(ends), everybody)


def _own(rows: pl.DataFrame, everybody: Int64s, worth: Floats) -> tuple[pl.DataFrame, list[FaintPrompts]]:
    """The values that are of each cluster, in columns cluster and value, and the prompts taken and left.

    ``rows`` are prompts of cores: cluster, account, value, popular. For ``worth`` see `judge_levels`.
    """
    habits = _habits(rows, everybody)
    sent = np.bincount(rows["cluster"].to_numpy(), minlength=len(worth))
    least = np.full(len(worth), _LEVELS)
    found = [_NONE] * len(worth)
    for (cluster,), several in habits.partition_by("cluster", as_dict=True).items():
        level, seen = several["level"].to_numpy(), everybody[several["value"].to_numpy()]
        levels = np.bincount(level, several["prompts"].to_numpy(), _LEVELS).astype(np.int64)
        others = np.bincount(level, seen, _LEVELS).astype(np.int64)
        levels[0], others[0] = sent[cluster] - levels.sum(), everybody.sum() - others.sum()
        least[cluster], found[cluster] = judge_levels(levels, others, max(worth[cluster], 1.0))
    return habits.filter(habits["level"].to_numpy() >= least[habits["cluster"].to_numpy()]), found


def _habits(rows: pl.DataFrame, everybody: Int64s) -> pl.DataFrame:
    """What cores do more often than everybody, by more than chance: cluster, value, prompts and level."""
    of_account = rows.group_by("cluster", "account", "value").agg(
        pl.len().alias("n"), pl.col("popular").sum()
    )
    of_account = of_account.with_columns(part=pl.col("n") / pl.col("n").sum().over("account"))
    cores = rows.group_by("cluster").agg(sent=pl.len(), accounts=pl.col("account").n_unique())
    table = (
        of_account.group_by("cluster", "value")
        .agg(pl.col("popular").sum(), prompts=pl.col("n").sum(), holders=pl.len(), part=pl.col("part").sum())
        .join(cores, on="cluster")
    )
    seen = pl.Series(values=everybody).gather(table["value"])
    usual = (seen + 1) / (int(everybody.sum()) + 1)
    table = table.with_columns(usual=usual, tried=pl.len().over("cluster"))
    accounts = pl.col("accounts")
    expected = 1 - (1 - pl.col("usual")) ** (pl.col("sent") / accounts)
    bits = accounts * pl.max_horizontal(
        relative_entropy(pl.col("holders") / accounts, expected),
        relative_entropy(pl.col("part") / accounts, pl.col("usual")),
    )
    excess = pl.col("prompts") / pl.col("sent") / pl.col("usual")
    several = pl.col("holders") >= pl.max_horizontal(_HELD * accounts, _HOLDERS)
    # where a popular passage opens so, its other users do too
    unpopular = (2 * pl.col("popular") < pl.col("prompts")) | (seen < _ELSEWHERE * pl.col("holders"))
    several &= (pl.col("value") != _SHORT) & unpopular
    return (
        table.filter(several & (bits >= _BITS + pl.col("tried").log(2)) & (excess > 1))
        .with_columns(level=(_STEPS * excess.log(2)).ceil().cast(pl.Int64).clip(1, _LEVELS - 1))
        .sort("cluster", "value")
    )


def _by_cluster(clusters: Int32s, core: CoreTexts) -> Floats:
    return np.bincount(clusters, minlength=len(core.cluster_ids)).astype(np.float64)


def _write(connection: DuckDBPyConnection, own: pl.DataFrame, kept: Bools, core: CoreTexts) -> None:
    own = own.filter(kept[own["cluster"].to_numpy()])
    names = pl.Series(values=core.cluster_ids, dtype=pl.String)
    rows = own.select(cluster_id=names.gather(own["cluster"]), side="side", value="value")
    with registered(connection, "own_ends", rows.sort("cluster_id", "side", "value")):
        connection.execute("INSERT INTO cluster_end BY NAME SELECT * FROM own_ends")

"""Banned accounts and their successors: accounts of one cluster that appear soon after with the same values.

New accounts of a cluster share values with old ones anyway, so the count is compared with what it is when the
ban dates are shifted: all by the same number of days, circularly within the log, and by more than the days in
which a successor is sought. Successors that have nothing to do with the bans are as frequent after shifted
dates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from distillscan.arrays import Int64s
from distillscan.case.frame import frame, registered
from distillscan.findings.document.when import Succession, SuccessorPair
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.wording import counted
from distillscan.signals.registry import BINDS

#: Days after a ban in which a successor appears.
WITHIN_DAYS = 7
#: Core accounts beyond which a value is a pool, and says nothing of who follows whom; and the values of a
#: banned account that are followed, the rarest, which bounds the pairs.
MAX_HOLDERS, RAREST = 32, 16
#: Moves of the ban dates that are tried, evenly spread, and pairs that are listed.
_MOST_MOVES, _LISTED = 99, 10

_BANNED_STATUS = ("banned", "blocked", "suspended", "terminated")

_CORE = """
    WITH known AS (
        SELECT account_id, MIN(created_at) AS created_at, MIN(banned_at) AS banned_at,
               bool_or(lower(trim(status)) IN (SELECT unnest($banned))) AS banned
        FROM accounts GROUP BY account_id
    )
    SELECT cluster_id, account, account_id, least(COALESCE(created_at, first_seen), first_seen) AS appeared,
           -- a ban without a date is taken to have followed the last request
           COALESCE(banned_at, CASE WHEN banned THEN last_seen END) AS banned_at
    FROM core_account LEFT JOIN known USING (account_id)
    ORDER BY cluster_id, account
"""

_PAIRS = f"""
    WITH held AS MATERIALIZED (
        SELECT cluster_id, value, family, signal, account, appeared, banned_at,
               COUNT(*) OVER (PARTITION BY cluster_id, value) AS together
        FROM core_held JOIN lifetime USING (cluster_id, account)
        WHERE {BINDS}
        QUALIFY together BETWEEN 2 AND {MAX_HOLDERS}
    ),
    leaving AS (
        SELECT * FROM held WHERE banned_at IS NOT NULL
        QUALIFY ROW_NUMBER() OVER (PARTITION BY account ORDER BY together, value) <= {RAREST}
    )
    SELECT a.cluster_id, a.account AS banned, b.account AS successor,
           list_sort(list(DISTINCT a.signal)) AS signals, COUNT(DISTINCT a.family) AS families,
           any_value(a.appeared) AS there_from, any_value(a.banned_at) AS banned_at,
           any_value(b.appeared) AS appeared
    FROM leaving a JOIN held b USING (cluster_id, value)
    WHERE b.appeared > a.appeared
    GROUP BY a.cluster_id, a.account, b.account
    ORDER BY a.cluster_id, banned, successor
"""

_DAY_US = 86_400_000_000


def successions(connection: DuckDBPyConnection, pseudonyms: Pseudonyms) -> dict[str, Succession]:
    """Return the succession of each cluster in which core accounts were banned, by cluster id."""
    core = frame(connection, _CORE, {"banned": list(_BANNED_STATUS)})
    with registered(connection, "lifetime", core):
        pairs = frame(connection, _PAIRS)
    log = frame(connection, "SELECT MIN(day) AS first, MAX(day) AS last FROM active_day").row(0)
    start = np.datetime64(log[0], "us").astype(np.int64)
    days = (log[1] - log[0]).days + 1
    account_ids = dict(core.select("account", "account_id").iter_rows())
    banned = core.filter(pl.col("banned_at").is_not_null())
    return {
        str(cluster_id): _succession(
            len(rows), pairs.filter(cluster_id=cluster_id), int(start), days, account_ids, pseudonyms
        )
        for (cluster_id,), rows in banned.group_by("cluster_id", maintain_order=True)
    }


@dataclass(frozen=True)
class _Pairs:
    """Candidate pairs as columns: both accounts, families they share values of, and times in microseconds."""

    banned: Int64s
    successor: Int64s
    families: Int64s
    there_from: Int64s
    banned_at: Int64s
    appeared: Int64s

    def matched(self, banned_at: Int64s) -> Int64s:
        """Return rows of pairs, one for one, whose successor appears in the days after the ban.

        Pairs that share values of more families are matched first, as many of them as there can be.
        """
        lag = self.appeared - banned_at
        rows = np.flatnonzero((banned_at > self.there_from) & (lag > 0) & (lag <= WITHIN_DAYS * _DAY_US))
        chosen = []
        for families in range(int(self.families.max(initial=0)), 0, -1):
            strongest = rows[self.families[rows] == families]
            found = strongest[_most_pairs(self.banned[strongest], self.successor[strongest])]
            chosen.append(found)
            taken = np.isin(self.banned[rows], self.banned[found])
            rows = rows[~(taken | np.isin(self.successor[rows], self.successor[found]))]
        return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)

    def moved(self, days: int, start: int, length: int) -> Int64s:
        """Return the bans moved by some days, round the end of a log that starts at ``start``."""
        return start + (self.banned_at - start + days * _DAY_US) % (length * _DAY_US)


def _most_pairs(left: Int64s, right: Int64s) -> Int64s:
    """Return the places of the most pairs of which no two have an end in common."""
    if len(left) == 0:
        return np.zeros(0, dtype=np.int64)
    lefts, a = np.unique(left, return_inverse=True)
    rights, b = np.unique(right, return_inverse=True)
    graph = sparse.csr_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(lefts), len(rights)))
    return np.flatnonzero(maximum_bipartite_matching(graph, perm_type="column")[a] == b)


def _succession(
    banned: int,
    rows: pl.DataFrame,
    start: int,
    days: int,
    account_ids: dict[int, str],
    pseudonyms: Pseudonyms,
) -> Succession:
    pairs = _Pairs(
        *(rows[name].cast(pl.Int64).to_numpy() for name in ("banned", "successor", "families")),
        *(_microseconds(rows[name]) for name in ("there_from", "banned_at", "appeared")),
    )
    chosen = pairs.matched(pairs.banned_at)
    moves = range(WITHIN_DAYS, days - WITHIN_DAYS + 1, max((days - 2 * WITHIN_DAYS) // _MOST_MOVES, 1))
    chance = np.array([len(pairs.matched(pairs.moved(move, start, days))) for move in moves])
    lags = (pairs.appeared - pairs.banned_at)[chosen] / _DAY_US
    expected = round(float(chance.mean()), 2) if len(chance) else None
    p_value = (1 + int((chance >= len(chosen)).sum())) / (1 + len(chance)) if len(chance) else None
    return Succession(
        banned=banned,
        succeeded=len(chosen),
        within_days=WITHIN_DAYS,
        expected=expected,
        p_value=None if p_value is None else round(p_value, 4),
        moves=len(chance),
        median_lag_days=round(float(np.median(lags)), 2) if len(lags) else None,
        pairs=_listed(rows[chosen], account_ids, pseudonyms),
        statement=_statement(banned, len(chosen), expected),
    )


def _microseconds(times: pl.Series) -> Int64s:
    return times.cast(pl.Datetime("us")).to_physical().to_numpy().astype(np.int64)


def _listed(rows: pl.DataFrame, account_ids: dict[int, str], pseudonyms: Pseudonyms) -> list[SuccessorPair]:
    """Return the pairs with the most kinds of values in common, the quickest first among equals."""
    order = [pl.col("signals").list.len() * -1, pl.col("appeared") - pl.col("banned_at"), "banned"]
    return [
        SuccessorPair(
            banned=pseudonyms.account(account_ids[row["banned"]]),
            banned_at=row["banned_at"],
            successor=pseudonyms.account(account_ids[row["successor"]]),
            appeared=row["appeared"],
            signals=row["signals"],
        )
        for row in rows.sort(order).head(_LISTED).iter_rows(named=True)
    ]


def _statement(banned: int, succeeded: int, expected: float | None) -> str:
    chance = (
        "the log is too short to say how many chance gives"
        if expected is None
        else f"with the ban dates moved by a week or more, it would be {expected:,.1f} on average"
    )
    number = f"{succeeded:,}" if succeeded else "none"
    return (
        f"Of {counted(banned, 'banned core account')}, {number} had an account of the same cluster with "
        f"the same card, mailbox, address or device appear within {WITHIN_DAYS} days, each counted once; "
        f"{chance}."
    )

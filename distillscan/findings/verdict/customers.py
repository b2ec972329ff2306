"""Whether the cards of a cluster are those of customers, each of whom pays for accounts of its own.

An operator assigns cards and work without regard to who declares what: the accounts of one card declare no
common identity, those of one identity have several cards, and how much an account sends does not depend on
its card.

Source: docs/method.md, "What keeps the grade low".
"""

from __future__ import annotations

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.association.tails import f_tail
from distillscan.case.frame import frame
from distillscan.clusters.scores import MIN_TOGETHER
from distillscan.signals.declared import is_for_all

_SHARED_CARDS = f"""
    SELECT value, account FROM core_held
    WHERE cluster_id = ? AND signal = 'card' AND together >= {MIN_TOGETHER}
"""
# what their holders declare, the domain first: an organisation may be the log's own tenant
_DECLARED = f"""
    SELECT value, account, declared
    FROM ({_SHARED_CARDS}) LEFT JOIN declaration USING (account)
    ORDER BY value, account, kind DESC
"""
# the logarithms of what accounts send in all, and a day between their first and last request
_PACE = f"""
    SELECT card.value, ln(requests) AS load,
           ln(requests / (1 + epoch(last_seen - first_seen) / 86400)) AS pace
    FROM ({_SHARED_CARDS}) card JOIN membership USING (account)
    WHERE cluster_id = ? AND requests > 0
    ORDER BY card.value, account
"""
#: Part of the variance between accounts that their cards make, and the chance of such a part.
_BY_CARD, _MAX_P = 0.2, 0.01


def cards_of_customers(connection: DuckDBPyConnection, cluster_id: str) -> int:
    """Return how many shared cards belong to one declared identity each, which has no other card."""
    held = frame(connection, _DECLARED, [cluster_id])
    own = [name for name in held["declared"].drop_nulls().unique() if not is_for_all(name)]
    known = held.group_by("value", "account").agg(
        identity=pl.col("declared").filter(pl.col("declared").is_in(own)).first()
    )
    one_card = pl.col("value").n_unique().over("identity") == 1
    one_identity = pl.col("identity").n_unique().over("value") == 1
    return known.filter(pl.col("identity").is_not_null() & one_card & one_identity)["value"].n_unique()


def load_follows_card(connection: DuckDBPyConnection, cluster_id: str) -> bool:
    """Return whether how much an account sends depends on its card: a busy customer has busy accounts.

    It must do so in all and a day. Batches that are banned and replaced differ in all they send, too, but not
    in what they send a day.
    """
    rows = frame(connection, _PACE, [cluster_id, cluster_id])
    cards = rows["value"].rank("dense").to_numpy().astype(np.int64) - 1
    return all(_differ_by_group(cards, rows[measure].to_numpy()) for measure in ("load", "pace"))


def _differ_by_group(group: np.ndarray, value: np.ndarray) -> bool:
    """Return whether values (n,) differ between groups (n,), which are numbered from 0, by more than chance.

    By the intraclass correlation and the variance ratio of one-way analysis of variance [Fisher 1925].
    """
    sizes = np.bincount(group)
    n, groups = len(group), len(sizes)
    if groups < 2 or n == groups:
        return False
    means = np.bincount(group, value) / sizes
    between = float(sizes @ (means - value.mean()) ** 2) / (groups - 1)
    within = float(((value - means[group]) ** 2).sum()) / (n - groups)
    usual = (n - float(sizes @ sizes) / n) / (groups - 1)
    if between - within < _BY_CARD * (between + (usual - 1) * within) or between == 0.0:
        return False
    return within == 0.0 or f_tail(between / within, groups - 1, n - groups) <= _MAX_P

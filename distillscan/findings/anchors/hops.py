"""Walks over a cluster from some of its accounts to others, from shared value to shared value."""

from __future__ import annotations

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from distillscan.case.frame import frame

# no hop leads over a value that describes a population, or that is mostly held outside of the cluster
_HELD = """
    SELECT m.cluster_id, value, m.account
    FROM cluster_value c
    JOIN shared_value s USING (value)
    JOIN incidence i USING (value)
    JOIN membership m ON m.cluster_id = c.cluster_id AND m.account = i.account
    WHERE m.tier IN ('core', 'probable') AND NOT s.broad
      AND c.cluster_id IN (SELECT unnest(?))
    QUALIFY 2 * COUNT(*) OVER (PARTITION BY m.cluster_id, value) >= s.holders
    ORDER BY m.cluster_id, value, m.account
"""


def characteristic_holdings(connection: DuckDBPyConnection, cluster_ids: list[str]) -> pl.DataFrame:
    """Return what leads from account to account inside these clusters: cluster_id, value and account."""
    return frame(connection, _HELD, [cluster_ids])


def by_hops(
    account: NDArray[np.int32], value: NDArray[np.int32], start: frozenset[int], most: int
) -> list[frozenset[int]]:
    """Return the accounts first reached by one hop, by two, up to ``most``; columns are pairs held."""
    reached = np.array(sorted(start), dtype=np.int64)
    found = []
    for _ in range(most):
        values = np.unique(value[np.isin(account, reached)])
        there = np.unique(account[np.isin(value, values)])
        new = np.setdiff1d(there, reached)
        found.append(frozenset(new.tolist()))
        reached = np.union1d(reached, new)
    return found

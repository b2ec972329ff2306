"""The templates of a cluster as people see them: few, disjoint, each with its first prompt.

One template leaves many fingerprint keys. The key that covers the most requests stands for a template; the
prompts that carry it are set aside, and the next is sought among the rest. Every prompt is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame

#: Templates listed in the document.
_LISTED = 8

# 20,000 distinct prompts, those of smallest key, are enough to choose the templates; they are counted on all
_CARRIED = """
    SELECT text_key, key, SUM(n) AS n
    FROM (SELECT text_key, n FROM account_text
          JOIN account USING (account_id)
          JOIN membership m USING (account)
          JOIN (SELECT text_key FROM matching_text WHERE cluster_id = $cluster_id
                ORDER BY text_key LIMIT 20000) USING (text_key)
          WHERE m.cluster_id = $cluster_id AND m.tier = 'core' AND role = 'prompt')
    JOIN text_fingerprint USING (text_key)
    JOIN (SELECT key FROM cluster_key WHERE cluster_id = $cluster_id) USING (key)
    GROUP BY text_key, key
    ORDER BY text_key, key
"""

_USED = """
    WITH chosen AS (
        SELECT text_key, MIN(rank) AS rank
        FROM text_fingerprint JOIN template_rank USING (key) GROUP BY text_key
    ),
    held AS (
        SELECT rank, account_id, text_key, n, first_seen,
               account_id IN (SELECT account_id FROM membership JOIN account USING (account)
                              WHERE cluster_id = $cluster_id AND tier = 'core') AS core
        FROM account_text JOIN chosen USING (text_key) WHERE role = 'prompt'
    )
    SELECT rank, (SUM(n) FILTER (core))::BIGINT, COUNT(DISTINCT account_id) FILTER (core),
           COUNT(DISTINCT account_id), COUNT(DISTINCT text_key) FILTER (core), MIN(first_seen) FILTER (core),
           arg_min(text_key, (first_seen, text_key)) FILTER (core)
    FROM held GROUP BY rank HAVING SUM(n) FILTER (core) > 0 ORDER BY 2 DESC, rank
"""


@dataclass(frozen=True)
class UsedTemplate:
    """One template: its fingerprint key, its use by the core and by all, and its first prompt."""

    key: str
    requests: int
    core_accounts: int
    accounts: int
    distinct_prompts: int
    first_seen: datetime
    first_text: int


def _covering_keys(carried: pl.DataFrame) -> list[int]:
    """Return the keys that cover the most requests one after another, texts already covered set aside."""
    text_keys = np.unique(carried["text_key"].to_numpy(), return_inverse=True)[1]
    keys, key_index = np.unique(carried["key"].to_numpy(), return_inverse=True)
    weight = carried["n"].cast(pl.Float64).to_numpy()
    open_rows = np.ones(len(weight), dtype=np.bool_)
    chosen: list[int] = []
    while len(chosen) < _LISTED and open_rows.any():
        gain = np.bincount(key_index[open_rows], weights=weight[open_rows], minlength=len(keys))
        best = int(np.argmax(gain))
        chosen.append(int(keys[best]))
        covered = np.unique(text_keys[open_rows & (key_index == best)])
        open_rows &= ~np.isin(text_keys, covered)
    return chosen


def used_templates(connection: DuckDBPyConnection, cluster_id: str) -> list[UsedTemplate]:
    """Return the most used templates of a cluster, most requests of the core first."""
    carried = frame(connection, _CARRIED, {"cluster_id": cluster_id})
    keys = _covering_keys(carried)
    ranks = pl.DataFrame({"key": keys, "rank": range(len(keys))}, schema={"key": pl.UInt64, "rank": pl.Int32})
    connection.register("template_rank", ranks.to_arrow())
    rows = connection.execute(_USED, {"cluster_id": cluster_id}).fetchall()
    connection.unregister("template_rank")
    return [UsedTemplate(f"{keys[row[0]]:016x}", *row[1:]) for row in rows]

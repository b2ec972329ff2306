"""How often two accounts of one core, and two others, have something in common: a pair's yardstick.

Each account of a sample is compared with the next few in the order of a hash of their ids. The order has
nothing to do with what they share, so the pairs are a random sample, and the same one on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from duckdb import DuckDBPyConnection

#: Accounts that are drawn of each core and of the log, and the next ones that each is compared with.
_DRAWN, _NEXT = 500, 4

# md5, because it is the same in every version of the database
_PAIRS = f"""
    WITH drawn AS (
        SELECT cluster_id, account, place FROM (
            SELECT cluster_id, account,
                   ROW_NUMBER() OVER (PARTITION BY cluster_id ORDER BY md5(account_id), account_id) AS place
            FROM (SELECT cluster_id, account, account_id FROM core_account
                  UNION ALL SELECT NULL, account, account_id FROM account)
            WHERE cluster_id IS NULL OR cluster_id IN (SELECT unnest($clusters)))
        WHERE place <= {_DRAWN}
    ),
    pair AS (
        SELECT a.cluster_id IS NOT NULL AS inside, a.account AS a, b.account AS b
        FROM drawn a
        JOIN drawn b ON a.cluster_id IS NOT DISTINCT FROM b.cluster_id
                    AND b.place > a.place AND b.place <= a.place + {_NEXT}
        LEFT JOIN core_account x ON x.account = a.account
        LEFT JOIN core_account y ON y.account = b.account
        WHERE a.cluster_id IS NOT NULL OR x.cluster_id IS NULL OR y.cluster_id IS DISTINCT FROM x.cluster_id
    ),
    held AS (
        SELECT account, value, family
        FROM incidence JOIN shared_value USING (value)
        SEMI JOIN (SELECT a AS account FROM pair UNION SELECT b FROM pair) USING (account)
    ),
    has AS (SELECT DISTINCT account, family FROM held),
    comparable AS (
        SELECT inside, a, b, x.family
        FROM pair JOIN has x ON x.account = a JOIN has y ON y.account = b AND y.family = x.family
    ),
    agreeing AS (
        SELECT DISTINCT inside, a, b, x.family
        FROM pair JOIN held x ON x.account = a JOIN held y ON y.account = b AND y.value = x.value
    )
    SELECT family, inside, COUNT(*) AS pairs, COUNT(g.a) AS agreeing
    FROM comparable c LEFT JOIN agreeing g USING (inside, a, b, family)
    GROUP BY ALL
    ORDER BY ALL
"""


@dataclass(frozen=True)
class Agreement:
    """Pairs in which both hold values of a family, inside cores and elsewhere, and those that agree."""

    core_pairs: int = 0
    core_agreeing: int = 0
    other_pairs: int = 0
    other_agreeing: int = 0

    @property
    def against(self) -> float:
        """The bits that disagreement weighs, half a count added to each share; never in favour."""
        m = (self.core_agreeing + 0.5) / (self.core_pairs + 1.0)
        u = (self.other_agreeing + 0.5) / (self.other_pairs + 1.0)
        return min(float(np.log2((1 - m) / (1 - u))), 0.0)


def agreement(connection: DuckDBPyConnection, clusters: Sequence[str]) -> dict[str, Agreement]:
    """Return how often sampled pairs agree, by family; inside the cores of these clusters, and elsewhere."""
    counts: dict[str, dict[bool, tuple[int, int]]] = {}
    for family, inside, pairs, agreeing in connection.execute(
        _PAIRS, {"clusters": list(clusters)}
    ).fetchall():
        counts.setdefault(family, {})[bool(inside)] = (int(pairs), int(agreeing))
    return {
        family: Agreement(*found.get(True, (0, 0)), *found.get(False, (0, 0)))
        for family, found in counts.items()
    }

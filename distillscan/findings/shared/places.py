"""At how many places the accounts of a cluster are, such as branches, each with its own addresses.

The accounts of a site send from its addresses and pay with its cards. An operator assigns cards and addresses
from two pools, so the accounts of one card are found at many addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.clusters.scores import MIN_TOGETHER
from distillscan.findings.shared.ties import MOST, SignalTies, Ties
from distillscan.signals.registry import BINDS

#: Share of ties by a signal that may cross between places, and part of the share that would at random: where
#: nearly all accounts are at one place, hardly any tie can cross.
_MAX_CROSSING, _OF_CHANCE = 0.1, 0.5

# a value of another signal goes with places if its holders are at one place, or if it is the whole house's
_CROSSING = f"""
    WITH held AS (
        SELECT signal, value, account FROM core_held
        WHERE cluster_id = $id AND family <> 'NETWORK' AND {BINDS} AND together >= {MIN_TOGETHER}
    ),
    address AS (
        SELECT value, account, together FROM core_held
        WHERE cluster_id = $id AND signal IN ('ip', 'ip_block')
    ),
    place AS (
        SELECT account, value AS place FROM address WHERE together >= {MIN_TOGETHER}
        QUALIFY ROW_NUMBER() OVER (PARTITION BY account ORDER BY together DESC, value) = 1
    ),
    together AS (
        SELECT signal, value, place, COUNT(*) AS n
        FROM (FROM held UNION ALL SELECT 'address', value, account FROM address) JOIN place USING (account)
        GROUP BY signal, value, place
    ),
    by_value AS (SELECT signal, SUM(most) / SUM(n) AS kept
                 FROM (SELECT signal, MAX(n) AS most, SUM(n) AS n FROM together GROUP BY signal, value)
                 GROUP BY signal),
    by_place AS (SELECT signal, SUM(most) / SUM(n) AS kept
                 FROM (SELECT signal, MAX(n) AS most, SUM(n) AS n FROM together GROUP BY signal, place)
                 GROUP BY signal)
    SELECT signal, 1 - greatest(by_value.kept, by_place.kept), places, elsewhere
    FROM by_value JOIN by_place USING (signal),
         (SELECT COUNT(*) AS places, 1 - MAX(n) / SUM(n) AS elsewhere
          FROM (SELECT COUNT(*) AS n FROM place GROUP BY place))
    ORDER BY signal
"""


@dataclass(frozen=True)
class Places:
    """Where a core is: the addresses that tie nearly all of it, at how many places, and what crosses."""

    points: SignalTies
    number: int
    crossing: list[str]

    @property
    def apart(self) -> bool:
        """Whether there are several, and no ties cross between them."""
        return self.number > 1 and not self.crossing


def places_of(connection: DuckDBPyConnection, cluster_id: str, core: int, ties: Ties) -> Places | None:
    """Return the places of a core; None unless several addresses tie nearly all of it."""
    points = ties.addresses
    if points is None or points.values < 2 or points.reach < MOST * core:
        return None
    found = connection.execute(_CROSSING, {"id": cluster_id}).fetchall()
    crossing = [
        name
        for name, share, _, elsewhere in found
        if share > min(_MAX_CROSSING, _OF_CHANCE * elsewhere) and (name == "address" or name in ties.signals)
    ]
    return Places(points, max((int(number) for _, _, number, _ in found), default=0), crossing)

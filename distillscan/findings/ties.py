"""What binds a core: values that no public cause gives to strangers."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, number
from distillscan.signals.registry import binds

_CORE_HELD = """
    SELECT s.family, s.signal, s.value, m.account
    FROM cluster_value c
    JOIN shared_value s USING (value)
    JOIN incidence i USING (value)
    JOIN membership m ON m.cluster_id = c.cluster_id AND m.account = i.account AND m.tier = 'core'
    WHERE c.cluster_id = ? AND s.signal IN (SELECT unnest(?))
"""


@dataclass(frozen=True)
class Ties:
    """The binding values of a cluster.

    Their families, how many there are of each signal, the core accounts that the largest of a signal ties,
    and the core accounts that hold any.
    """

    families: list[str]
    signals: dict[str, int]
    largest: dict[str, int]
    accounts: int


def binding_ties(connection: DuckDBPyConnection, cluster_id: str) -> Ties:
    """Return the binding values of a cluster."""
    names = frame(connection, "SELECT DISTINCT signal FROM shared_value ORDER BY signal")["signal"]
    parameters = [cluster_id, [name for name in names if binds(name)]]
    rows = connection.execute(
        f"""
        SELECT family, signal, COUNT(*), MAX(n)
        FROM (SELECT family, signal, value, COUNT(*) AS n FROM ({_CORE_HELD}) GROUP BY ALL)
        GROUP BY family, signal ORDER BY family, signal
        """,
        parameters,
    ).fetchall()
    return Ties(
        families=sorted({family for family, _, _, _ in rows}),
        signals={signal: int(number) for _, signal, number, _ in rows},
        largest={signal: int(largest) for _, signal, _, largest in rows},
        accounts=number(connection, f"SELECT COUNT(DISTINCT account) FROM ({_CORE_HELD})", parameters),
    )

"""What binds a core: values that no public cause gives to strangers."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, number
from distillscan.signals.registry import binds

#: A family counts when it ties at least this share of the core.
MIN_COVERAGE = 0.25
#: Core accounts that a value must join to count for the cluster: two with one mailbox may be one owner.
MIN_TOGETHER = 3

_BINDING_HELD = f"""
    SELECT family, signal, value, account FROM core_held
    WHERE cluster_id = ? AND signal IN (SELECT unnest(?))
    QUALIFY COUNT(*) OVER (PARTITION BY value) >= {MIN_TOGETHER}
"""


@dataclass(frozen=True)
class Ties:
    """Binding values of a cluster.

    ``families`` are those whose binding values tie a considerable part of the core; ``signals`` counts the
    values of each signal, ``largest`` the core accounts that the largest of them ties, ``held`` how many of
    them a core account holds on average, and ``accounts`` the
    core accounts that hold any.
    """

    families: list[str]
    signals: dict[str, int]
    largest: dict[str, int]
    held: dict[str, float]
    accounts: int


def binding_ties(connection: DuckDBPyConnection, cluster_id: str, core: int) -> Ties:
    """Return the binding values of a cluster."""
    names = frame(connection, "SELECT DISTINCT signal FROM shared_value ORDER BY signal")["signal"]
    parameters = [cluster_id, [name for name in names if binds(name)]]
    rows = connection.execute(
        f"""
        SELECT family, signal, COUNT(*), MAX(n), SUM(n)
        FROM (SELECT family, signal, value, COUNT(*) AS n FROM ({_BINDING_HELD}) GROUP BY ALL)
        GROUP BY family, signal ORDER BY family, signal
        """,
        parameters,
    ).fetchall()
    reach = connection.execute(
        f"SELECT family, COUNT(DISTINCT account) FROM ({_BINDING_HELD}) GROUP BY family ORDER BY family",
        parameters,
    ).fetchall()
    families = [family for family, accounts in reach if accounts >= MIN_COVERAGE * core]
    return Ties(
        families=families,
        signals={signal: int(n) for family, signal, n, _, _ in rows if family in families},
        largest={signal: int(n) for family, signal, _, n, _ in rows if family in families},
        held={signal: float(n) / core for family, signal, _, _, n in rows if family in families},
        accounts=number(connection, f"SELECT COUNT(DISTINCT account) FROM ({_BINDING_HELD})", parameters),
    )

"""What binds a core: values that take an effort to share."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.clusters.scores import MIN_TOGETHER
from distillscan.findings.shared.occupancy import expected_addresses
from distillscan.signals.network import WIDE_NETWORK
from distillscan.signals.registry import BINDS

#: A family counts when it ties at least this share of the core.
MIN_COVERAGE = 0.25
#: An office, a campus or one payer uses a few addresses and instruments, which reach this share of it.
FEW, MOST = 3, 0.8
#: Addresses that one gateway leaves by.
GATEWAY = 8
#: Shared addresses per account from which on accounts rotate through a pool; and wide networks from which on
#: no gateway, cloud or carrier has them all.
ROTATING, _SCATTERED = 3.0, 50
#: Part of the addresses that chance would give an account, below which it was dealt them.
DEALT = 0.75

_BINDING_HELD = f"""
    SELECT family, signal, value, content, account, together FROM core_held
    WHERE cluster_id = ? AND {BINDS} AND together >= {MIN_TOGETHER}
"""
# the row without a family is of them all
_REACH = f"SELECT family, COUNT(DISTINCT account) FROM ({_BINDING_HELD}) GROUP BY ROLLUP (family)"
_BY_SIGNAL = f"""
    WITH held AS ({_BINDING_HELD}),
    few AS (SELECT value FROM (SELECT DISTINCT signal, value, together FROM held)
            QUALIFY ROW_NUMBER() OVER (PARTITION BY signal ORDER BY together DESC, value) <= {FEW})
    SELECT family, signal, COUNT(DISTINCT value), MAX(together),
           COUNT(DISTINCT account) FILTER (value IN (SELECT value FROM few)), COUNT(DISTINCT account),
           COUNT(*), COUNT(DISTINCT CASE WHEN signal = 'ip' THEN {WIDE_NETWORK} END)
    FROM held
    GROUP BY family, signal ORDER BY family, signal
"""


@dataclass(frozen=True)
class SignalTies:
    """The binding values of one signal in a cluster.

    ``values`` there are; the most used one ties ``largest`` core accounts, the ``FEW`` most used ones ``few``
    and all of them ``reach``; a core account holds ``held`` of them on average. Of addresses it would hold
    ``by_chance`` if each of its requests took any; they are in so many wide ``networks``.
    """

    values: int
    largest: int
    few: int
    reach: int
    held: float
    by_chance: float = 0.0
    networks: int = 0

    @property
    def in_few_hands(self) -> bool:
        """Whether the few most used values reach most accounts that the signal ties."""
        return self.few >= MOST * self.reach

    @property
    def scattered(self) -> bool:
        """Whether accounts rotate through addresses from everywhere, as those of a proxy service are."""
        return self.held >= ROTATING and self.networks >= _SCATTERED


@dataclass(frozen=True)
class Ties:
    """Binding values of a cluster.

    ``families`` are those whose binding values tie a considerable part of the core, ``signals`` those of
    their signals that any account holds, and ``accounts`` the core accounts that hold any binding value.
    """

    families: list[str]
    signals: dict[str, SignalTies]
    accounts: int

    @property
    def addresses(self) -> SignalTies | None:
        """The ties by addresses, or by their blocks where no address ties; None if neither does."""
        return self.signals.get("ip") or self.signals.get("ip_block")


def binding_ties(connection: DuckDBPyConnection, cluster_id: str, core: int) -> Ties:
    """Return the binding values of a cluster."""
    reach = dict(connection.execute(_REACH, [cluster_id]).fetchall())
    accounts = int(reach.pop(None, 0))
    families = sorted(family for family, reached in reach.items() if reached >= MIN_COVERAGE * core)
    by_signal = connection.execute(_BY_SIGNAL, [cluster_id]).fetchall()
    chance = {"ip": expected_addresses(connection, cluster_id, core, MIN_TOGETHER)}
    return Ties(
        families=families,
        signals={
            signal: SignalTies(
                int(values),
                int(largest),
                int(few),
                int(reached),
                float(entries) / core,
                chance.get(signal, 0.0),
                int(networks),
            )
            for family, signal, values, largest, few, reached, entries, networks in by_signal
            if family in families
        },
        accounts=accounts,
    )

"""How many addresses of a pool an account is expected to hold if each of its requests takes a random one.

That is what a load balancer or a gateway does. Where the addresses take the shares p of all requests, an
account of n requests is expected to hold sum(1 - exp(-n p)) of them: the classical occupancy problem (Feller,
An Introduction to Probability Theory and Its Applications, volume 1). An operator who assigns each account a
part of the pool leaves it with fewer, however much it sends.
"""

from __future__ import annotations

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame

_USES = """
    CREATE OR REPLACE TEMP TABLE address_use AS
    SELECT account, value, n FROM incidence
    SEMI JOIN (SELECT account, value FROM core_held
               WHERE cluster_id = ? AND signal = 'ip' AND together >= ?) USING (account, value)
"""
_BY_ADDRESS = "SELECT SUM(n)::DOUBLE AS requests FROM address_use GROUP BY value ORDER BY value"
_BY_ACCOUNT = """
    SELECT requests::DOUBLE AS requests, COUNT(*)::DOUBLE AS accounts
    FROM (SELECT SUM(n) AS requests FROM address_use GROUP BY account)
    GROUP BY requests ORDER BY requests
"""


def expected_addresses(connection: DuckDBPyConnection, cluster_id: str, core: int, together: int) -> float:
    """Return how many shared addresses a core account is expected to hold, on average over the core.

    Shared are those that ``together`` core accounts or more hold.
    """
    connection.execute(_USES, [cluster_id, together])
    used = frame(connection, _BY_ADDRESS)["requests"].to_numpy()
    sent = frame(connection, _BY_ACCOUNT)
    shares = used / max(used.sum(), 1.0)
    held = [float(-np.expm1(-shares * requests).sum()) for requests in sent["requests"]]
    return float(np.dot(held, sent["accounts"].to_numpy())) / core

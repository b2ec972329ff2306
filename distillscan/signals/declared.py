"""Which accounts declare the same identity: one organisation id, or one mail domain that is not for all.

What is declared ties nobody: it is no signal, for an operator can make it up. It tells a company from those
who happen to ask the same.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Int32s
from distillscan.case.frame import frame, number
from distillscan.signals.identity import DOMAIN as MAIL_DOMAIN
from distillscan.signals.identity import FREE_DOMAINS, is_thrown_away

#: An organisation id that more of the whole log carries is the log's own tenant, and tells nobody apart.
MAX_TENANT_SHARE = 0.5

#: What can be declared, as in column ``kind`` of table ``declaration``; the first goes before the second.
ORGANISATION, DOMAIN = 0, 1

# of several organisations or domains the first
_DECLARATION = f"""
    CREATE OR REPLACE TEMP TABLE declaration AS
    SELECT account, kind, declared
    FROM (
        SELECT {ORGANISATION} AS kind, account_id, MIN(org_id) AS declared
        FROM (SELECT account_id, org_id FROM accepted WHERE org_id IS NOT NULL
              UNION ALL SELECT account_id, org_id FROM accounts WHERE org_id IS NOT NULL)
        GROUP BY account_id
        UNION ALL
        SELECT {DOMAIN}, account_id, MIN({MAIL_DOMAIN})
        FROM accounts WHERE contains(email, '@')
        GROUP BY account_id
    )
    JOIN account USING (account_id)
    WHERE declared IS NOT NULL
"""
# what one account alone declares is common to nobody
_SHARED = """
    SELECT account, kind, declared,
           COUNT(*) OVER (PARTITION BY kind, declared) AS holders,
           (SELECT COUNT(*) FROM account) AS accounts
    FROM declaration
    QUALIFY holders >= 2
    ORDER BY account, kind
"""


def is_for_all(domain: str) -> bool:
    """Return whether anyone may have a mailbox of a domain, to keep or to throw away."""
    return domain in FREE_DOMAINS or is_thrown_away(domain)


def declared(connection: DuckDBPyConnection) -> Int32s:
    """Return a number for each account (n,), the same for those that declare the same identity, -1 for none.

    An organisation id goes before a domain. All that is declared, at most one of each kind an account, is
    left in the temporary table ``declaration`` (account, kind, declared).
    """
    connection.execute(_DECLARATION)
    rows = frame(connection, _SHARED)
    domains = rows.filter(pl.col("kind") == DOMAIN)["declared"].unique()
    own = [name for name in domains if not is_for_all(name)]
    tenant = pl.col("holders") > MAX_TENANT_SHARE * pl.col("accounts")
    rows = rows.filter(((pl.col("kind") == ORGANISATION) & ~tenant) | pl.col("declared").is_in(own))
    rows = rows.unique("account", keep="first", maintain_order=True)
    numbers = np.full(number(connection, "SELECT COUNT(*) FROM account"), -1, dtype=np.int32)
    numbers[rows["account"].to_numpy()] = rows.select(
        pl.struct("kind", "declared").rank("dense").cast(pl.Int32)
    ).to_series()
    return numbers

"""The account-similarity graph: a cluster's bipartite ties projected to its strongest account pairs.

It is for people: GraphML, and how a cluster holds together. Nothing is decided on it.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.clusters.links import Ties, strongest_links

_MEMBERS = """
    SELECT (ROW_NUMBER() OVER (ORDER BY cluster_id, account) - 1)::BIGINT AS member, account, cluster_id,
           account_id, tier
    FROM membership JOIN account USING (account)
    WHERE tier IN ('core', 'probable') AND cluster_id = COALESCE($cluster_id, cluster_id)
"""
_TIES = f"""
    SELECT member, DENSE_RANK() OVER (ORDER BY cluster_id, value) - 1 AS value, family,
           log2((SELECT COUNT(*) FROM account) / holders) AS bits
    FROM ({_MEMBERS}) m
    JOIN incidence USING (account)
    JOIN cluster_value USING (cluster_id, value)
    JOIN shared_value USING (value)
    ORDER BY member, value
"""


def linked_accounts(connection: DuckDBPyConnection, cluster_id: str | None = None) -> pl.DataFrame:
    """Return the accounts that links are sought between, of one cluster or of all, in the order of their ids.

    Columns: account_id, cluster_id, tier.
    """
    query = f"SELECT account_id, cluster_id, tier FROM ({_MEMBERS}) ORDER BY account_id"
    return frame(connection, query, {"cluster_id": cluster_id})


def account_links(connection: DuckDBPyConnection, cluster_id: str | None = None) -> pl.DataFrame:
    """Return the ten strongest links of every core or probable account in its cluster, all or one.

    Columns: account_a, account_b (a before b), cluster_id, families (joined by ``+``), shared_values, and
    bits: the sum over families of log2(N / holders) of the rarest value shared in it. Partners are looked for
    among the holders of an account's rarest values.
    """
    wanted = {"cluster_id": cluster_id}
    members, ties = frame(connection, f"{_MEMBERS} ORDER BY member", wanted), frame(connection, _TIES, wanted)
    families = ties["family"].unique().sort().to_list()
    links = strongest_links(
        Ties(
            starts=np.searchsorted(ties["member"].to_numpy(), np.arange(len(members) + 1)),
            value=ties["value"].to_numpy(),
            family=ties["family"].cast(pl.Enum(families)).to_physical().cast(pl.Int64).to_numpy(),
            bits=ties["bits"].to_numpy(),
        )
    )
    a, b = members[links.a], members[links.b]
    sets, of_pair = np.unique(links.families, axis=0, return_inverse=True)
    names = ["+".join(family for family, here in zip(families, row, strict=True) if here) for row in sets]
    return pl.DataFrame(
        {
            "account_a": a["account_id"],
            "account_b": b["account_id"],
            "cluster_id": a["cluster_id"],
            "families": pl.Series(names, dtype=pl.String).gather(of_pair),
            "shared_values": links.values,
            "bits": links.bits.round(3),
        }
    ).sort("cluster_id", "bits", "account_a", "account_b", descending=[False, True, False, False])

"""Writes the clusters into the case: associations, members, characteristic values and fingerprint keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from distillscan.case.frame import frame
from distillscan.clusters.peeling import Clustering
from distillscan.clusters.tiers import CORE, LEAD, TIER_NAMES
from distillscan.signals.incidence import Incidence

#: A fingerprint key is the cluster's own when this many core accounts hold it and hardly anybody else does.
_KEY_CORE_HOLDERS = 2
_KEY_PURITY = 0.9
#: Evidence that nobody else holds a key by more than chance, in bits.
_KEY_BITS = 20.0
#: Different prompts in which a single core account must repeat a passage that nobody else uses.
_KEY_TEXTS = 5

# purity counts the core of any cluster, because two clusters may be the work of one operator
_KEYS = """
    INSERT INTO cluster_key
    WITH core AS (
        SELECT cluster_id, account_id FROM membership JOIN account USING (account) WHERE tier = 'core'
    ),
    share AS (
        SELECT cluster_id, SUM(n) / (SELECT SUM(n) FROM account_text) AS share
        FROM core JOIN account_text USING (account_id) GROUP BY cluster_id
    ),
    held AS (
        SELECT cluster_id, role, kind, key, COUNT(DISTINCT account_id) AS core_holders,
               COUNT(DISTINCT text_key) AS texts
        FROM account_text
        JOIN core USING (account_id)
        JOIN text_fingerprint USING (text_key)
        SEMI JOIN key_holders USING (role, kind, key)
        GROUP BY cluster_id, role, kind, key
    ),
    own AS (
        SELECT *, SUM(core_holders) OVER (PARTITION BY role, kind, key) AS any_core_holders FROM held
    )
    SELECT DISTINCT cluster_id, key
    FROM own JOIN share USING (cluster_id) JOIN key_holders USING (role, kind, key)
    WHERE core_holders >= $least
      AND greatest(core_holders, texts) * log2(1 / share) >= $bits
      AND any_core_holders >= greatest($purity, 1 - (1 - share) / 3) * holders
    UNION
    -- of hundreds of templates some fall to one account: a fixed passage in many of its different prompts
    SELECT cluster_id, key
    FROM account_text
    JOIN core USING (account_id)
    JOIN text_fingerprint USING (text_key)
    ANTI JOIN key_holders USING (role, kind, key)
    WHERE kind = 'insert' AND role = 'prompt' AND cluster_id IN (SELECT cluster_id FROM own)
    GROUP BY cluster_id, key
    HAVING COUNT(DISTINCT text_key) >= $alone
    ORDER BY cluster_id, key
"""


@dataclass(frozen=True)
class Stored:
    """The reported clusters by their index in the clustering, largest first, and what was too small."""

    cluster_ids: dict[int, str]
    small_groups: int
    small_accounts: int


def store(
    connection: DuckDBPyConnection, incidence: Incidence, clustering: Clustering, min_accounts: int
) -> Stored:
    """Write the clusters with at least ``min_accounts`` core accounts, replacing what was there.

    A cluster's id is the hash of its sorted core accounts, so it is the same wherever it is found again.
    """
    sizes = clustering.membership.core_sizes()
    account_ids = frame(connection, "SELECT account_id FROM account ORDER BY account")["account_id"]
    reported = [int(c) for c in np.argsort(-sizes, kind="stable") if sizes[c] >= min_accounts]
    cluster_ids = {c: _cluster_id(account_ids, clustering, c) for c in reported}
    _write_associations(connection, clustering)
    _write_members(connection, incidence, clustering, cluster_ids)
    _write_values(connection, incidence, clustering, cluster_ids)
    _write_keys(connection)
    small = sizes[(sizes >= 2) & (sizes < min_accounts)]
    return Stored(cluster_ids, len(small), int(small.sum()))


def _cluster_id(account_ids: pl.Series, clustering: Clustering, cluster: int) -> str:
    membership = clustering.membership
    core = np.flatnonzero((membership.cluster == cluster) & (membership.tier == CORE))
    digest = hashlib.sha256()
    for account_id in sorted(account_ids.gather(core).to_list()):
        digest.update(account_id.encode("utf-8", "surrogatepass") + b"\x00")
    return digest.hexdigest()[:12]


def _replace(connection: DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    connection.execute(f"DELETE FROM {table}")
    connection.register("rows_to_store", rows.to_arrow())
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows_to_store")
    connection.unregister("rows_to_store")


def _write_associations(connection: DuckDBPyConnection, clustering: Clustering) -> None:
    found = clustering.associated.associations
    rows = pl.DataFrame(
        {
            "value_a": found.a,
            "value_b": found.b,
            "overlap": found.overlap,
            "expected": found.expected,
            "p": found.p,
            "q": found.q,
            "test": np.where(found.pooled, "pooled", "single").astype(str),
        }
    )
    _replace(connection, "association", rows)


def _family_names(incidence: Incidence, clustering: Clustering, accounts: NDArray[np.int64]) -> list[str]:
    """Return the families in which each account holds a value of its own cluster, joined by ``+``."""
    membership = clustering.membership
    account, row = membership.values.holdings(incidence)
    own = membership.cluster[account] == membership.values.cluster[row]
    family = incidence.family[membership.values.value[row[own]]]
    held = pl.DataFrame(
        {"account": account[own].astype(np.int32), "family": np.asarray(incidence.families)[family]}
    )
    joined = held.unique().sort("account", "family").group_by("account").agg(pl.col("family").str.join("+"))
    wanted = pl.DataFrame({"account": accounts.astype(np.int32)})
    return wanted.join(joined, on="account", how="left")["family"].fill_null("").to_list()


def _write_members(
    connection: DuckDBPyConnection, incidence: Incidence, clustering: Clustering, cluster_ids: dict[int, str]
) -> None:
    membership = clustering.membership
    inside = np.isin(membership.cluster, list(cluster_ids)) & (membership.tier <= LEAD)
    accounts = np.flatnonzero(inside)
    rows = pl.DataFrame(
        {
            "cluster_id": [cluster_ids[int(c)] for c in membership.cluster[accounts]],
            "account": accounts.astype(np.int32),
            "tier": [TIER_NAMES[t] for t in membership.tier[accounts]],
            "families": _family_names(incidence, clustering, accounts),
        },
        schema={"cluster_id": pl.String, "account": pl.Int32, "tier": pl.String, "families": pl.String},
    )
    _replace(connection, "membership", rows)


def _write_values(
    connection: DuckDBPyConnection, incidence: Incidence, clustering: Clustering, cluster_ids: dict[int, str]
) -> None:
    values = clustering.membership.values
    core_holders = clustering.membership.core_holders(incidence)
    kept = np.isin(values.cluster, list(cluster_ids)) & (core_holders >= 2)
    rows = pl.DataFrame(
        {
            "cluster_id": [cluster_ids[int(c)] for c in values.cluster[kept]],
            "value": values.value[kept].astype(np.int32),
        },
        schema={"cluster_id": pl.String, "value": pl.Int32},
    )
    _replace(connection, "cluster_value", rows)


def _write_keys(connection: DuckDBPyConnection) -> None:
    """Fill ``cluster_key`` from the temporary tables of shared texts; see signals.templates.

    Beside the template that stands for a text, any of its keys marks it as the cluster's own if the key is.
    A core that sends a share s of all requests is the only one to hold a common phrase with probability s
    for each holder or different text, so k of them are k * log2(1/s) bits of evidence that it is none.
    """
    connection.execute("DELETE FROM cluster_key")
    connection.execute(
        _KEYS, {"least": _KEY_CORE_HOLDERS, "purity": _KEY_PURITY, "bits": _KEY_BITS, "alone": _KEY_TEXTS}
    )

"""Writes the clusters into the case: associations, members, characteristic values and fingerprint keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Int64s
from distillscan.case.frame import frame, registered
from distillscan.clusters.core_texts import CoreTexts, core_texts
from distillscan.clusters.own_texts import OwnTexts, write_own_texts
from distillscan.clusters.peeling import Clustering
from distillscan.clusters.scores import CORE, LEAD, TIER_NAMES
from distillscan.signals.incidence import Incidence
from distillscan.signals.texts import Texts


@dataclass(frozen=True)
class Stored:
    """The reported clusters by index in the clustering, largest first, their texts, and the small ones."""

    cluster_ids: dict[int, str]
    texts: CoreTexts
    own: OwnTexts
    small_groups: int
    small_accounts: int


def store(
    connection: DuckDBPyConnection,
    incidence: Incidence,
    texts: Texts,
    clustering: Clustering,
    min_accounts: int,
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
    core = core_texts(connection, texts)
    own = write_own_texts(connection, texts, core)
    small = sizes[(sizes >= 2) & (sizes < min_accounts)]
    return Stored(cluster_ids, core, own, len(small), int(small.sum()))


def _cluster_id(account_ids: pl.Series, clustering: Clustering, cluster: int) -> str:
    membership = clustering.membership
    core = np.flatnonzero((membership.cluster == cluster) & (membership.tier == CORE))
    digest = hashlib.sha256()
    for account_id in sorted(account_ids.gather(core).to_list()):
        digest.update(account_id.encode("utf-8", "surrogatepass") + b"\x00")
    return digest.hexdigest()[:12]


def _replace(connection: DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    connection.execute(f"DELETE FROM {table}")
    with registered(connection, "rows_to_store", rows):
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows_to_store")


def _write_associations(connection: DuckDBPyConnection, clustering: Clustering) -> None:
    found = clustering.accepted.associations
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


def _family_names(incidence: Incidence, clustering: Clustering, accounts: Int64s) -> list[str]:
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

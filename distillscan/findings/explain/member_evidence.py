"""What holds each member in its cluster: the values it shares by family, and its score in bits.

The score is the one that tiers are given by, from the likelihoods that ``explain account`` takes apart; here
it is counted for all members in one grouped pass over what they hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document import Findings
from distillscan.findings.explain.likelihood import Likelihood, likelihoods
from distillscan.findings.pseudonyms import Pseudonyms

_HELD = """
    SELECT t.cluster_id, m.account, t.family, COUNT(*) AS n
    FROM telling_value t
    JOIN incidence i USING (value)
    JOIN membership m ON m.cluster_id = t.cluster_id AND m.account = i.account
    WHERE m.tier IN ('core', 'probable')
    GROUP BY ALL
"""

_MEMBERS = """
    SELECT cluster_id, account, account_id, tier, requests, matching_requests,
           first_seen::DATE AS first_day, last_seen::DATE AS last_day
    FROM membership JOIN account USING (account)
    WHERE tier IN ('core', 'probable') AND cluster_id IN (SELECT unnest($clusters))
"""


@dataclass(frozen=True)
class MemberEvidence:
    """Core and probable accounts of the reported clusters, the least tied first.

    ``members``: cluster_id, account_id (a pseudonym unless ``revealed``), tier, score (bits), requests,
    matching_requests, first_day, last_day, and a column "0", "1" and so on for each of ``families`` with the
    number of the cluster's values held in it. ``likelihoods`` are what the families weigh, by cluster_id.
    """

    families: list[str]
    likelihoods: Mapping[str, Likelihood]
    members: pl.DataFrame
    revealed: bool


def member_evidence(
    connection: DuckDBPyConnection, findings: Findings, *, reveal: bool = False
) -> MemberEvidence:
    """Return the members with their evidence; ``reveal`` shows the account ids as they are in the log."""
    weights = likelihoods(connection, [cluster.cluster_id for cluster in findings.clusters])
    families, members = scored_members(connection, weights)
    shown = members if reveal else Pseudonyms(connection).of_accounts(members)
    return MemberEvidence(families, weights, shown, reveal)


def scored_members(
    connection: DuckDBPyConnection, weights: Mapping[str, Likelihood]
) -> tuple[list[str], pl.DataFrame]:
    """Return the families and the members of :class:`MemberEvidence` for the clusters of these likelihoods.

    Account ids are as they are in the log; ``telling_value`` must be laid out for the clusters.
    """
    families = sorted({family for one in weights.values() for family in one.families})
    places = [str(place) for place in range(len(families))]
    held = frame(connection, _HELD).with_columns(
        family=pl.col("family").replace_strict(families, places, return_dtype=pl.String)
    )
    counts = held.pivot(on="family", on_columns=places, index=["cluster_id", "account"], values="n")
    members = (
        frame(connection, _MEMBERS, {"clusters": list(weights)})
        .join(counts, on=["cluster_id", "account"], how="left")
        .with_columns(pl.col(places).fill_null(0))
        .join(_weights(weights, families), on="cluster_id")
        .with_columns(score=_score(places).round(3))
        .sort("score", "requests", "account_id")
        .select(
            *("cluster_id", "account_id", "tier", "score", "requests", "matching_requests"),
            *("first_day", "last_day", *places),
        )
    )
    return families, members


def _weights(weights: Mapping[str, Likelihood], families: list[str]) -> pl.DataFrame:
    """One row a cluster: its prior, and what holding and lacking each family weighs."""
    columns: dict[str, list[float]] = {"prior": [one.prior for one in weights.values()]}
    for place, family in enumerate(families):
        found = [one.families.get(family) for one in weights.values()]
        columns[f"holds {place}"] = [one.present if one else 0.0 for one in found]
        columns[f"lacks {place}"] = [one.absent if one else 0.0 for one in found]
    names = pl.Series("cluster_id", list(weights), dtype=pl.String)
    return pl.DataFrame(
        [names, *(pl.Series(name, cells, dtype=pl.Float64) for name, cells in columns.items())]
    )


def _score(places: list[str]) -> pl.Expr:
    score = pl.col("prior")
    for place in places:
        score += pl.when(pl.col(place) > 0).then(pl.col(f"holds {place}")).otherwise(pl.col(f"lacks {place}"))
    return score

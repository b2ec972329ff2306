"""Where an account stands against clusters: the values it holds, what ties it, and the tier that follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import cast

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.clusters.scores import CHARACTERISTIC, NONE, TIER_NAMES, tier_codes
from distillscan.findings.document.counts import Tier
from distillscan.findings.explain.document.account import Judgement
from distillscan.findings.explain.likelihood import Likelihood
from distillscan.signals.registry import binds

_HELD = """
    SELECT t.*, i.n, i.first_seen, i.last_seen
    FROM telling_value t JOIN incidence i USING (value)
    WHERE i.account = $account
    ORDER BY t.cluster_id, t.family, t.holders, t.signal, t.content
"""
# both ends of an accepted association, and the first of them marks the cluster
_TIES = """
    WITH own AS (SELECT value FROM incidence WHERE account = $account),
    joint AS (
        SELECT value_a, value_b FROM association
        WHERE value_a IN (SELECT value FROM own) AND value_b IN (SELECT value FROM own)
    )
    SELECT DISTINCT c.cluster_id, s.family, p.family AS partner
    FROM (SELECT value_a AS value, value_b AS partner FROM joint
          UNION ALL SELECT value_b, value_a FROM joint) t
    JOIN cluster_value c USING (value)
    JOIN shared_value s USING (value)
    JOIN shared_value p ON p.value = t.partner
    ORDER BY ALL
"""


@dataclass(frozen=True)
class Standing:
    """One account against one cluster.

    ``held`` has the telling values it holds, ``ties`` the pairs of families that tie it: one of the cluster's
    values with a partner. ``binding`` and ``pure`` are the families in which it holds a value that binds, and
    one that hardly anybody outside the core holds.
    """

    likelihood: Likelihood
    held: pl.DataFrame
    ties: Sequence[tuple[str, str]]
    binding: frozenset[str]
    pure: frozenset[str]

    @property
    def families(self) -> list[str]:
        """The families in which it holds values of the cluster, of those that the core holds any in."""
        held = set(self.held["family"])
        return [name for name in self.likelihood.families if name in held]

    def judged(self, *, without: Collection[str] = (), extra: Collection[str] = ()) -> Judgement:
        """Return the judgement, leaving families out or as if it also held and were tied by others."""
        bits = self.likelihood.bits({*self.families, *extra}, without)
        tied = {family for family, partner in self.ties if not {family, partner} & set(without)} | set(extra)
        code = tier_codes(
            np.array([round(bits, 6)]),
            np.array([len(tied)]),
            np.array([bool(self.binding - set(without))]),
            np.array([bool(self.pure - set(without))]),
        )[0]
        tier = None if code == NONE else cast(Tier, TIER_NAMES[code])
        return Judgement(bits=round(bits, 3), tied_families=sorted(tied), tier=tier)

    def takes_out(self) -> list[list[str]]:
        """Return the smallest sets of families without which the tier would be another."""
        tier = self.judged().tier
        for size in range(1, len(self.families) + 1):
            lost = [
                list(some)
                for some in combinations(self.families, size)
                if self.judged(without=some).tier != tier
            ]
            if lost:
                return lost
        return []


def standings(
    connection: DuckDBPyConnection, account: int, known: dict[str, Likelihood]
) -> dict[str, Standing]:
    """Return where an account stands against each of these clusters; ``telling_value`` must be laid out."""
    held = frame(connection, _HELD, {"account": account})
    ties: dict[str, list[tuple[str, str]]] = {name: [] for name in known}
    for cluster_id, family, partner in connection.execute(_TIES, {"account": account}).fetchall():
        if cluster_id in ties:
            ties[cluster_id].append((family, partner))
    return {
        name: _standing(one, held.filter(pl.col("cluster_id") == name), ties[name])
        for name, one in known.items()
    }


def _standing(likelihood: Likelihood, held: pl.DataFrame, ties: Sequence[tuple[str, str]]) -> Standing:
    sharp = held.filter(~pl.col("broad"))
    binding = {family for family, signal in sharp.select("family", "signal").iter_rows() if binds(signal)}
    pure = sharp.filter(pl.col("core_holders") >= CHARACTERISTIC * pl.col("present"))["family"]
    return Standing(likelihood, held, ties, frozenset(binding), frozenset(pure))


def touched(connection: DuckDBPyConnection, account: int) -> list[str]:
    """Return the clusters of which an account holds a value."""
    rows = connection.execute(
        "SELECT DISTINCT cluster_id FROM cluster_value JOIN incidence USING (value) WHERE account = ? "
        "ORDER BY cluster_id",
        [account],
    ).fetchall()
    return [str(name) for (name,) in rows]

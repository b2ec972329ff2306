"""The likelihood that tiers are given by, read from the case: what each family says about each cluster.

The counts come from the stored result, with the core as it stands in the end; the scan took them from the
core of the round before, which is nearly always the same one. The formulas are those of ``clusters.scores``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, number, registered
from distillscan.clusters.layers import layers
from distillscan.clusters.scores import expected_bits, family_bits, prior_bits

_TAKEN_OUT = """
    CREATE OR REPLACE TEMP TABLE taken_out AS
    SELECT account, layer FROM membership JOIN every_layer USING (cluster_id)
    WHERE tier <> 'lead' AND layer < (SELECT MAX(layer) FROM every_layer)
"""
_JUDGED_LAYER = """
    CREATE OR REPLACE TEMP TABLE judged_layer AS
    SELECT * FROM every_layer WHERE cluster_id IN (SELECT unnest(?))
"""
# accounts that a prevailing cluster took with it are not there for the clusters of the rest; see peeling
_TELLING = """
    CREATE OR REPLACE TEMP TABLE telling_value AS
    WITH marking AS (
        SELECT cluster_id, value, family, signal, content, broad, holders, COUNT(*) AS core_holders
        FROM core_held WHERE cluster_id IN (SELECT cluster_id FROM judged_layer)
        GROUP BY ALL
    ),
    taken AS (
        SELECT j.cluster_id, i.value, COUNT(*) AS n
        FROM judged_layer j
        JOIN taken_out t ON t.layer < j.layer
        JOIN incidence i ON i.account = t.account
        SEMI JOIN marking m ON m.cluster_id = j.cluster_id AND m.value = i.value
        GROUP BY ALL
    )
    SELECT m.*, m.holders - COALESCE(t.n, 0) AS present
    FROM marking m LEFT JOIN taken t USING (cluster_id, value)
"""
_HOLDING = """
    SELECT h.cluster_id, h.family,
           COUNT(c.account) AS inside, COUNT(*) - COUNT(c.account) AS outside,
           COUNT(c.account) FILTER (sharp) AS sharp_inside,
           COUNT(*) FILTER (sharp AND c.account IS NULL) AS sharp_outside
    FROM (SELECT t.cluster_id, t.family, i.account, bool_or(NOT t.broad) AS sharp
          FROM telling_value t JOIN incidence i USING (value) GROUP BY ALL) h
    JOIN judged_layer j ON j.cluster_id = h.cluster_id
    LEFT JOIN taken_out o ON o.account = h.account AND o.layer < j.layer
    LEFT JOIN core_account c ON c.cluster_id = h.cluster_id AND c.account = h.account
    WHERE o.account IS NULL
    GROUP BY h.cluster_id, h.family
    ORDER BY h.cluster_id, h.family
"""
_LEAVE_OUT_BROAD = """
    DELETE FROM telling_value USING left_out l
    WHERE broad AND telling_value.cluster_id = l.cluster_id AND telling_value.family = l.family
"""


@dataclass(frozen=True)
class FamilyLikelihood:
    """One family of one cluster: who holds values of it, and what holding one or none weighs."""

    core_holding: int
    others_holding: int
    present: float
    absent: float


@dataclass(frozen=True)
class Likelihood:
    """What a cluster says of any account: N, the size of its core, the prior, and its families."""

    accounts: int
    core: int
    prior: float
    families: Mapping[str, FamilyLikelihood]

    def bits(self, held: Collection[str], without: Collection[str] = ()) -> float:
        """Return the score of an account that holds values of the cluster in these families.

        Families that it is judged ``without`` weigh nothing.
        """
        weighed = [(name, one) for name, one in self.families.items() if name not in without]
        weights = [one.present if name in held else one.absent for name, one in weighed]
        return float(np.sum([self.prior, *weights]))


def likelihoods(connection: DuckDBPyConnection, cluster_ids: Sequence[str]) -> dict[str, Likelihood]:
    """Return the likelihoods of these clusters, and lay out ``telling_value``, which they are taken from.

    ``telling_value`` (cluster_id, value, family, signal, content, broad, holders, core_holders, present): as
    in the tiers a broad value tells only where those of its family that are not broad tell less. ``present``
    counts the holders in the log that the cluster was judged in.
    """
    sizes = frame(
        connection,
        "SELECT cluster_id, COUNT(*) FILTER (tier = 'core') AS core, "
        "COUNT(*) FILTER (tier <> 'lead') AS firm FROM membership GROUP BY cluster_id ORDER BY cluster_id",
    )
    core = dict(zip(sizes["cluster_id"], sizes["core"], strict=True))
    placed = layers(
        number(connection, "SELECT COUNT(*) FROM account"),
        core,
        dict(zip(sizes["cluster_id"], sizes["firm"], strict=True)),
    )
    rows = {"cluster_id": sizes["cluster_id"], "layer": [placed[name].number for name in sizes["cluster_id"]]}
    _lay_out(connection, pl.DataFrame(rows, schema={"cluster_id": pl.String, "layer": pl.Int32}), cluster_ids)
    holding: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in cluster_ids}
    left_out = []
    for name, family, *counts in connection.execute(_HOLDING).fetchall():
        every, sharp = (int(counts[0]), int(counts[1])), (int(counts[2]), int(counts[3]))
        alone = _expected_bits(sharp, core[name], placed[name].accounts) >= _expected_bits(
            every, core[name], placed[name].accounts
        )
        holding[name][family] = sharp if alone else every
        left_out += [(name, family)] if alone else []
    rows_left_out = pl.DataFrame(
        left_out, schema={"cluster_id": pl.String, "family": pl.String}, orient="row"
    )
    with registered(connection, "left_out", rows_left_out):
        connection.execute(_LEAVE_OUT_BROAD)
    return {name: _likelihood(holding[name], core[name], placed[name].accounts) for name in cluster_ids}


def _lay_out(connection: DuckDBPyConnection, layer: pl.DataFrame, cluster_ids: Sequence[str]) -> None:
    with registered(connection, "every_layer", layer):
        connection.execute(_TAKEN_OUT)
        connection.execute(_JUDGED_LAYER, [list(cluster_ids)])
    connection.execute(_TELLING)


def _expected_bits(pair: tuple[int, int], core: int, accounts: int) -> float:
    inside, outside, size = (np.array([float(count)]) for count in (*pair, core))
    return float(expected_bits(inside, outside, size, accounts)[0])


def _likelihood(holding: Mapping[str, tuple[int, int]], core: int, accounts: int) -> Likelihood:
    inside, outside = (np.array([pair[i] for pair in holding.values()], dtype=np.float64) for i in (0, 1))
    size = np.array([float(core)])
    present, absent = family_bits(inside, outside, size, accounts - size)
    return Likelihood(
        accounts=accounts,
        core=core,
        prior=float(prior_bits(size, accounts)[0]),
        families={
            name: FamilyLikelihood(*pair, float(held), float(lacking))
            for (name, pair), held, lacking in zip(holding.items(), present, absent, strict=True)
        },
    )

"""The fingerprint keys that mark a text as a cluster's own: table ``cluster_key``.

Beside the template that stands for a text, any of its keys marks it as the cluster's own if the key is. A
core that sends a share s of all requests is the only one to hold a common phrase with probability s for each
holder or different text, so k of them are k * log2(1/s) bits of evidence that it is none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.clusters.core_texts import CoreTexts
from distillscan.fingerprint.kernel import compiled
from distillscan.fingerprint.shared import ALONE
from distillscan.signals.texts import Numbers, Texts, carried

#: A fingerprint key is the cluster's own when this many core accounts hold it and hardly anybody else does.
_CORE_HOLDERS = 2
_PURITY = 0.9
#: Evidence that nobody else holds a key by more than chance, in bits.
_BITS = 20.0


class _Held(NamedTuple):
    """Pairs of key and cluster (n,): how many core accounts hold the key, in how many different texts."""

    number: Numbers
    cluster: Numbers
    core_holders: Numbers
    texts: Numbers


def write_own_keys(connection: DuckDBPyConnection, texts: Texts, core: CoreTexts) -> None:
    """Fill ``cluster_key`` for the clusters in ``membership``."""
    connection.execute("DELETE FROM cluster_key")
    if not core.cluster_ids:
        return
    stamps = np.zeros(int(texts.account.max(initial=-1)) + 1, np.int64)
    parts = [
        _Held(*_held_by_core(*part, texts.account, core.cluster, core.fresh, stamps, len(core.cluster_ids)))
        for part in carried(connection)
    ]
    if not parts:
        return
    held = pl.DataFrame(
        {name: np.concatenate([getattr(part, name) for part in parts]) for name in _Held._fields}
    )
    own = _own(held, texts, core.cluster, len(core.cluster_ids))
    rows = own.select(
        pl.Series("cluster_id", core.cluster_ids, dtype=pl.String).gather(own["cluster"]),
        "number",
        pl.Series("key", texts.keys.key[own["number"].to_numpy()], dtype=pl.UInt64),
    ).sort("cluster_id", "key", "number")
    connection.register("own_keys", rows.to_arrow())
    connection.execute("INSERT INTO cluster_key BY NAME SELECT * FROM own_keys")
    connection.unregister("own_keys")


def _own(held: pl.DataFrame, texts: Texts, cluster: Numbers, clusters: int) -> pl.DataFrame:
    """The pairs of cluster and key, of those held by its core, in which the key is the cluster's own."""
    sent = np.bincount(cluster[cluster >= 0], texts.requests[cluster >= 0], clusters)
    share = pl.Series(sent / texts.requests.sum(), dtype=pl.Float64)
    holders = pl.Series(texts.keys.holders[held["number"].to_numpy()])
    system = pl.Series(texts.keys.system[held["number"].to_numpy()])
    # purity counts the core of any cluster, because two clusters may be the work of one operator
    table = held.with_columns(
        share=share.gather(held["cluster"]),
        holders=holders,
        system=system,
        any_core=pl.col("core_holders").sum().over("number"),
    )
    evidence = pl.max_horizontal("core_holders", "texts") * (1 / pl.col("share")).log(2)
    purity = pl.max_horizontal(pl.lit(_PURITY), 1 - (1 - pl.col("share")) / 3)
    pure = pl.col("any_core") >= purity * pl.col("holders")
    shared = (pl.col("core_holders") >= _CORE_HOLDERS) & (evidence >= _BITS) & pure
    # of hundreds of templates some fall to one account: a fixed passage in many of its different prompts
    alone = (pl.col("holders") == 1) & (pl.col("texts") >= ALONE) & ~pl.col("system")
    return table.filter(shared | alone)


@compiled
def _held_by_core(
    numbers: Numbers,
    carriers: Numbers,
    account: Numbers,
    cluster: Numbers,
    fresh: npt.NDArray[np.bool_],
    stamps: npt.NDArray[np.int64],
    clusters: int,
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """``_Held`` of whole keys; the stamp of an account tells whether it has been met with a key before."""
    holders, different = np.zeros(clusters, np.int32), np.zeros(clusters, np.int32)
    met = np.empty(clusters, np.int32)
    out = np.empty((4, numbers.size), np.int32)
    found, first = 0, 0
    while first < numbers.size:
        last, several = first, 0
        while last < numbers.size and numbers[last] == numbers[first]:
            text = carriers[last]
            own = cluster[text]
            if own >= 0:
                if holders[own] == 0:
                    met[several] = own
                    several += 1
                stamp = np.int64(numbers[first]) + 1
                holders[own] += np.int32(stamps[account[text]] != stamp)
                stamps[account[text]] = stamp
                different[own] += np.int32(fresh[text])
            last += 1
        for index in range(several):
            own = met[index]
            out[0, found], out[1, found] = numbers[first], own
            out[2, found], out[3, found] = holders[own], different[own]
            holders[own] = different[own] = 0
            found += 1
        first = last
    return out[0, :found].copy(), out[1, :found].copy(), out[2, :found].copy(), out[3, :found].copy()

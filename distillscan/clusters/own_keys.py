"""The fingerprint keys that mark a text as a cluster's own: table ``cluster_key``.

A text has many keys, and each that is the cluster's own marks it, not only the template that stands for it. A
key is its own if the holders are of its core by more than chance, measured in bits of relative entropy. Keys
with too few bits are judged together, in `clusters.faint_keys`.

Source: docs/method.md, "Which keys are the cluster's".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Floats, Int32s, Int64s
from distillscan.case.frame import registered
from distillscan.clusters.core_texts import CoreTexts
from distillscan.clusters.relative_entropy import relative_entropy_of_one
from distillscan.compiled import compiled
from distillscan.signals.texts import Texts, texts_by_key

#: A fingerprint key is the cluster's own when this many core accounts hold it and hardly anybody else does.
_CORE_HOLDERS = 2
_PURITY = 0.9
#: Evidence that nobody else holds a key by more than chance, in bits.
_BITS = 20.0


class _Held(NamedTuple):
    """Pairs of key and cluster (n,): how many core accounts hold the key, and whether it is their own.

    A key is ``nearly`` so if it would be were one of its other holders of the core.
    """

    number: Int32s
    cluster: Int32s
    core_holders: Int32s
    own: Bools
    nearly: Bools


def held_keys(connection: DuckDBPyConnection, texts: Texts, core: CoreTexts, share: Floats) -> pl.DataFrame:
    """Return the keys that cores hold as a table: the columns of ``_Held``, in the order of key and cluster.

    ``share`` (clusters,) is what `core_shares` gives.
    """
    stamps = np.zeros(len(core.core), np.int64)
    # all that is looked up of a text is one number, because each random look-up waits for memory
    sender = np.where(core.cluster >= 0, texts.account << 1 | core.fresh, np.int32(-1))
    purity = max(_PURITY, 1 - (1 - float(share.sum())) / 3)
    parts = [
        pl.DataFrame(
            schema=dict.fromkeys(("number", "cluster", "core_holders"), pl.Int32)
            | dict.fromkeys(("own", "nearly"), pl.Boolean)
        )
    ]
    for numbers, carriers in texts_by_key(connection):
        found = _held_by_core(numbers, sender[carriers], core.core, texts.keys.holders, share, purity, stamps)
        parts.append(pl.DataFrame(_Held(*found)._asdict()))
    return pl.concat(parts).sort("number", "cluster")


def core_shares(texts: Texts, core: CoreTexts) -> Floats:
    """Return the share of each cluster's core in all requests with a text (clusters,)."""
    inside = core.cluster >= 0
    sent = np.bincount(core.cluster[inside], texts.requests[inside], len(core.cluster_ids))
    return np.divide(sent, max(int(texts.requests.sum()), 1))


def write_keys(connection: DuckDBPyConnection, own: pl.DataFrame, texts: Texts, core: CoreTexts) -> None:
    """Enter keys in ``cluster_key``: ``own`` has the columns number and cluster."""
    rows = own.select(
        pl.Series("cluster_id", core.cluster_ids, dtype=pl.String).gather(own["cluster"]),
        "number",
        pl.Series("key", texts.keys.key[own["number"].to_numpy()], dtype=pl.UInt64),
    ).sort("cluster_id", "key", "number")
    with registered(connection, "own_keys", rows):
        connection.execute("INSERT INTO cluster_key BY NAME SELECT * FROM own_keys")


@compiled
def _held_by_core(
    numbers: Int32s,
    senders: Int32s,
    core: Int32s,
    holders: Int32s,
    share: Floats,
    purity: float,
    stamps: Int64s,
) -> tuple[Int32s, Int32s, Int32s, Bools, Bools]:
    """``_Held`` of whole keys; the stamp of an account tells whether it has been met with a key before.

    ``senders`` (n,) are the accounts that sent the texts, twice their number, and one more for a fresh text;
    -1 for none of a core. ``holders`` (keys,) counts all accounts, ``share`` (clusters,) is s. Of a key's
    holders the part ``purity`` must be of the core of any cluster, for two may be the work of one operator.
    """
    core_holders, different = np.zeros(share.size, np.int32), np.zeros(share.size, np.int32)
    met = np.empty(share.size, np.int32)
    out, own = np.empty((3, numbers.size), np.int32), np.empty((2, numbers.size), np.bool_)
    found, first = 0, 0
    while first < numbers.size:
        last, several, any_core = first, 0, 0
        while last < numbers.size and numbers[last] == numbers[first]:
            if senders[last] >= 0:
                account = senders[last] >> 1
                cluster = core[account]
                if core_holders[cluster] == 0:
                    met[several] = cluster
                    several += 1
                stamp = np.int64(numbers[first]) + 1
                core_holders[cluster] += np.int32(stamps[account] != stamp)
                any_core += int(stamps[account] != stamp)
                stamps[account] = stamp
                different[cluster] += np.int32(senders[last] & 1)
            last += 1
        everybody = holders[numbers[first]]
        for cluster in met[:several]:
            held = core_holders[cluster]
            for more in range(2):
                others = max(everybody, any_core + more)
                part = (held + more) / others
                bits = max(held, different[cluster]) + more
                bits *= relative_entropy_of_one(part, share[cluster]) / part
                mostly = any_core + more >= purity * others
                own[more, found] = held + more >= _CORE_HOLDERS and bits >= _BITS and mostly
            out[0, found], out[1, found], out[2, found] = numbers[first], cluster, held
            core_holders[cluster] = different[cluster] = 0
            found += 1
        first = last
    return out[0, :found], out[1, :found], out[2, :found], own[0, :found], own[1, :found]

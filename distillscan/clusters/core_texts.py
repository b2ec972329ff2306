"""The texts that the cores of clusters sent, and which of them are distinct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Int16s, Int32s, UInt64s
from distillscan.case.frame import frame
from distillscan.compiled import compiled
from distillscan.fingerprint.hashing import mix
from distillscan.signals.texts import Texts

Narrow = Int16s | Int32s


@dataclass(frozen=True)
class CoreTexts:
    """Which cluster's core sent each text (n,), as index into ``cluster_ids``, -1 for none.

    ``fresh`` (n,) marks one text of each cluster and normalised wording. ``core`` (accounts + 1,) is the
    cluster that an account is in the core of, ``member`` the one it is in whatever tier of; the last place is
    that of account -1.
    """

    cluster_ids: list[str]
    cluster: Int32s
    fresh: Bools
    core: Int32s
    member: Int32s

    def members(self, account: Int32s) -> Narrow:
        """The cluster that each of these accounts (n,) is a member of, -1 for none; as `narrow`."""
        return self.narrow(self.member)[account]

    def narrow(self, clusters: Int32s) -> Narrow:
        """A copy of numbers of clusters in 16 bits, unless there are too many for four times their number.

        Passes over texts look them up in random order: the shorter the array, the more of it stays in the
        cache.
        """
        return clusters.astype(np.promote_types(np.int16, np.min_scalar_type(-4 * len(self.cluster_ids))))


def core_texts(connection: DuckDBPyConnection, texts: Texts) -> CoreTexts:
    """The texts of the cores in table ``membership``."""
    rows = frame(connection, "SELECT account, cluster_id, tier = 'core' AS core FROM membership")
    names = sorted(rows["cluster_id"].unique())
    accounts = rows["account"].to_numpy()
    # of a log without prompts no account sent a text
    size = 1 + max(int(texts.account.max(initial=-1)), int(accounts.max(initial=-1)))
    member = np.full(size + 1, -1, np.int32)
    member[accounts] = np.searchsorted(np.array(names, str), rows["cluster_id"].to_numpy())
    core = np.full_like(member, -1)
    in_core = accounts[rows["core"].to_numpy()]
    core[in_core] = member[in_core]
    cluster = core[texts.account]
    return CoreTexts(names, cluster, first_of_each(cluster, texts.text_key), core, member)


@compiled
def first_of_each(group: Int32s, key: UInt64s) -> Bools:
    """Which items (n,) are the first of their group and key; items of group -1 never are."""
    members = 0
    for own in group:
        members += int(own >= 0)
    size = 64
    while size < 2 * members:
        size *= 2
    seen = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    first = np.zeros(group.size, np.bool_)
    for index in range(group.size):
        if group[index] < 0:
            continue
        # zero marks an empty place
        wanted = mix(key[index] ^ mix(np.uint64(group[index]) + np.uint64(1))) | np.uint64(1)
        place = (wanted >> np.uint64(1)) & mask
        while seen[place] != 0 and seen[place] != wanted:
            place = (place + np.uint64(1)) & mask
        first[index] = seen[place] == 0
        seen[place] = wanted
    return first

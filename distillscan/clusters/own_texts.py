"""The texts that are a cluster's own: marked by keys, faint passages, or openings and closings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Int32s, Int64s, UInt8s
from distillscan.case.frame import frame, registered
from distillscan.clusters.core_texts import CoreTexts, Narrow
from distillscan.clusters.faint_keys import FaintPrompts, judge_faint_keys
from distillscan.clusters.own_ends import OwnEnds, write_own_ends
from distillscan.clusters.own_keys import core_shares, held_keys, write_keys
from distillscan.clusters.own_tools import lay_out_own_tools
from distillscan.compiled import compiled, readonly
from distillscan.ordered import end_of_run
from distillscan.signals.texts import Texts, texts_by_key

#: By what a text is the cluster's own: 0 for none, or the sum of the ways that lead to it.
Ways = UInt8s
BY_TEMPLATE, BY_INSERT = 1, 2
_WAY_BITS = 2

_UNDER_OWN = """
    SELECT prompt_text FROM accepted JOIN own_system USING (system_text) WHERE prompt_text IS NOT NULL
    UNION ALL
    SELECT prompt_text
    FROM accepted JOIN account USING (account_id) JOIN membership USING (account)
    JOIN own_tools USING (cluster_id, tools_key)
    WHERE prompt_text IS NOT NULL
"""


@dataclass(frozen=True)
class OwnTexts:
    """By what each text (n,) is its cluster's own, and the prompts of each cluster that are so by little.

    ``own_by_chance`` (clusters,) is how many prompts of the core carry an own key by chance;
    ``under_own`` (n,) marks prompts that were sent with a system prompt or a tool list that is the cluster's
    own, and ``ends`` those of the rest that open or close as its prompts do.
    """

    ways: Ways
    faint: list[FaintPrompts]
    own_by_chance: list[float]
    under_own: Bools
    ends: OwnEnds

    def matching(self) -> Bools:
        """Which texts (n,) carry a mark of their cluster."""
        return (self.ways > 0) | self.ends.texts

    def counted(self) -> Bools:
        """Which texts (n,) make their request one of the cluster's own."""
        return self.matching() | self.under_own

    def prompts(self, texts: Texts, core: CoreTexts) -> Bools:
        """Which texts (n,) are prompts of a core that are its cluster's own."""
        return (self.ways > 0) & (core.cluster >= 0) & ~texts.system


def write_own_texts(connection: DuckDBPyConnection, texts: Texts, core: CoreTexts) -> OwnTexts:
    """Fill ``cluster_key`` and ``cluster_end`` for the stored clusters; return which texts they mark.

    Leaves table ``own_tools`` for the counts. Three passes over the shared texts and one over the requests,
    however many clusters there are.
    """
    connection.execute("DELETE FROM cluster_key; DELETE FROM cluster_end")
    lay_out_own_tools(connection)
    if not core.cluster_ids:
        none = np.zeros(len(texts.account), np.uint8)
        return OwnTexts(none, [], [], none > 0, OwnEnds(none > 0, []))
    share = core_shares(texts, core)
    held = held_keys(connection, texts, core, share)
    ways = _ways(connection, texts, core, held.filter("own"))
    under_own = _under_own(connection, np.flatnonzero((ways > 0) & texts.system), len(ways))
    faint = judge_faint_keys(connection, texts, core, ways > 0, under_own, held, share)
    write_keys(connection, held.filter(pl.col("own") | pl.Series(values=faint.taken)), texts, core)
    ways[faint.texts] |= BY_INSERT
    ends = write_own_ends(connection, texts, core, (ways > 0) | under_own, faint.popular)
    return OwnTexts(ways, faint.prompts, faint.own_by_chance, under_own, ends)


def _under_own(connection: DuckDBPyConnection, systems: Int64s, size: int) -> Bools:
    """Which texts (size,) are prompts sent with a system prompt of these numbers, or with own tools."""
    found = np.zeros(size, np.bool_)
    with registered(connection, "own_system", pl.DataFrame({"system_text": systems})):
        found[frame(connection, _UNDER_OWN)["prompt_text"].to_numpy()] = True
    return found


def _ways(connection: DuckDBPyConnection, texts: Texts, core: CoreTexts, own: pl.DataFrame) -> Ways:
    """By what each text (n,) is its cluster's own: one pass over the shared texts.

    ``own`` has the columns number and cluster, ordered by them.
    """
    keys = len(texts.keys.key)
    ends = np.cumsum(np.bincount(own["number"].to_numpy(), minlength=keys)).astype(np.int32)
    clusters = readonly(own["cluster"].to_numpy())
    way = np.where(texts.keys.is_insert, BY_INSERT, BY_TEMPLATE).astype(np.uint8)
    # cluster and ways of a text are one number, because each random look-up waits for memory
    marked = core.members(texts.account)
    marked <<= _WAY_BITS
    for part in texts_by_key(connection):
        _mark(*part, marked, ends, clusters, way)
    marked &= BY_TEMPLATE | BY_INSERT
    return marked.astype(np.uint8)


@compiled
def _mark(
    numbers: Int32s, carriers: Int32s, marked: Narrow, ends: Int32s, clusters: Int32s, way: Ways
) -> None:
    """Enter in ``marked`` (texts,) the way of each key that is of its text's cluster; whole keys, in order.

    The clusters of a key end at ``ends``, and begin where those of the key before end.
    """
    first = 0
    while first < numbers.size:
        last, number = end_of_run(numbers, first), numbers[first]
        for cluster in clusters[ends[number - 1] if number else 0 : ends[number]]:
            for text in carriers[first:last]:
                if marked[text] >> _WAY_BITS == cluster:
                    marked[text] |= way[number]
        first = last

"""The texts that carry a fingerprint key of the cluster that their account is a member of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.clusters.core_texts import CoreTexts, Narrow
from distillscan.compiled import compiled, readonly
from distillscan.ordered import end_of_run
from distillscan.signals.texts import Numbers, Texts, carried

#: By what a text is the cluster's own: 0 for none, or the sum of the ways that lead to it.
Ways = npt.NDArray[np.uint8]
BY_TEMPLATE, BY_INSERT = 1, 2
_WAY_BITS = 2


def ways_of_texts(connection: DuckDBPyConnection, texts: Texts, core: CoreTexts, own: pl.DataFrame) -> Ways:
    """By what each text (n,) is its cluster's own: one pass over the shared texts.

    ``own`` has the columns number and cluster, ordered by them.
    """
    keys = len(texts.keys.key)
    ends = np.cumsum(np.bincount(own["number"].to_numpy(), minlength=keys)).astype(np.int32)
    clusters = readonly(own["cluster"].to_numpy())
    way = np.where(texts.keys.is_insert, BY_INSERT, BY_TEMPLATE).astype(np.uint8)
    # cluster and ways of a text stand in one number, because each look-up waits for memory
    marked = core.members(texts.account)
    marked <<= _WAY_BITS
    for part in carried(connection):
        _mark(*part, marked, ends, clusters, way)
    marked &= BY_TEMPLATE | BY_INSERT
    return marked.astype(np.uint8)


@compiled
def _mark(
    numbers: Numbers, carriers: Numbers, marked: Narrow, ends: Numbers, clusters: Numbers, way: Ways
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

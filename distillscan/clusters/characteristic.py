"""Which values mark which clusters. A pool of addresses through which two operators work marks both."""

from dataclasses import dataclass

import numpy as np

from distillscan.arrays import Bools, Int32s, Int64s
from distillscan.clusters.graph import TieGraph
from distillscan.signals.incidence import Incidence

#: A value marks a cluster that at least two, and at least this share, of the accounts tied to it belong to.
_MIN_TIED, _MIN_SHARE = 2, 0.2


@dataclass(frozen=True)
class ClusterValues:
    """Pairs of value and cluster, distinct and ordered, as parallel columns; ``clusters`` counts clusters."""

    value: Int64s
    cluster: Int64s
    clusters: int

    def rows_of(self, values: int) -> Int64s:
        """Return where the pairs of each value begin, and the end of the last ones (``values`` + 1,)."""
        return np.searchsorted(self.value, np.arange(values + 1))

    def holdings(self, incidence: Incidence) -> tuple[Int64s, Int64s]:
        """Return account and row of these pairs for every account that holds a value of a cluster."""
        starts = self.rows_of(incidence.values)
        repeats = np.diff(starts)[incidence.value]
        ends = np.cumsum(repeats)
        within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - repeats, repeats)
        return np.repeat(incidence.account.astype(np.int64), repeats), (
            np.repeat(starts[incidence.value], repeats) + within
        )

    def marks(self, value: Int32s, cluster: Int32s) -> Bools:
        """Return whether each value marks the cluster beside it."""
        width = max(self.clusters, 1)
        known = self.value * width + self.cluster
        return np.isin(value.astype(np.int64) * width + cluster, known) & (cluster >= 0)


def characteristic_values(graph: TieGraph, account_label: Int32s) -> ClusterValues:
    """Return the values that mark each community of tied accounts."""
    clusters = int(account_label.max(initial=-1)) + 1
    label = account_label[graph.account].astype(np.int64)
    keys, counts = np.unique(graph.value.astype(np.int64) * max(clusters, 1) + label, return_counts=True)
    value, cluster = keys // max(clusters, 1), keys % max(clusters, 1)
    tied = np.bincount(graph.value, minlength=int(value.max(initial=-1)) + 1)
    kept = (counts >= _MIN_TIED) & (counts >= _MIN_SHARE * tied[value])
    return ClusterValues(value[kept], cluster[kept], clusters)

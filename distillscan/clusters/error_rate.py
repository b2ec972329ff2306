"""The error rate of the log at hand, by permutation.

Within each family the accounts change places with accounts of like activity. Every family keeps its whole
structure of shared values; only the agreement between families is destroyed, which is all that the method
goes by. What is then still found is what chance finds in this very log.
"""

from dataclasses import dataclass, replace

import numpy as np

from distillscan.arrays import Int32s, Int64s
from distillscan.association.levels import Levels
from distillscan.clusters.find import find_membership
from distillscan.clusters.parallel import parallel_map
from distillscan.clusters.scores import MIN_BOUND
from distillscan.signals.incidence import Incidence

_STRATA = 3
#: A stratum of which one cluster, or all of them together, hold more than this is merged with its neighbour.
_MAX_CLUSTER_SHARE, _MAX_CLUSTERED_SHARE = 0.2, 0.5


@dataclass(frozen=True)
class PermutedRuns:
    """The largest core found in each permuted log, and the number of reportable clusters in all of them.

    ``largest_bound`` is the largest core of which half holds something that takes an effort to share.
    """

    largest: Int64s
    largest_bound: Int64s
    clusters: int

    def p_value(self, core_accounts: int, *, bound: bool) -> float | None:
        """Return the share of logs, this one counted, with a cluster as large; None without permuted ones.

        A cluster that is ``bound`` is compared with such clusters alone. Busy people send the same popular
        texts and come at the same hours, so chance makes large clusters of these two; of cards, addresses
        and mailboxes it does not.
        """
        if len(self.largest) == 0:
            return None
        reached = int(np.count_nonzero((self.largest_bound if bound else self.largest) >= core_accounts))
        return (1 + reached) / (1 + len(self.largest))


def strata_of_activity(activity: Int64s, cluster: Int32s) -> Int64s:
    """Return a stratum number for each account: thirds by activity, merged where clusters prevail.

    ``activity`` is a whole number per account (requests), ``cluster`` its core cluster or -1. Strata are wide
    on purpose: in a narrow one the accounts of an organisation that work alike would only change places with
    each other. For the same reason a stratum that clusters fill is merged with its smaller neighbour.
    """
    rank = np.empty(len(activity), dtype=np.int64)
    rank[np.argsort(activity, kind="stable")] = np.arange(len(activity))
    stratum = rank * _STRATA // max(len(activity), 1)
    while True:
        numbers, stratum = np.unique(stratum, return_inverse=True)
        sizes = np.bincount(stratum)
        prevailing = np.zeros(len(numbers))
        tied = cluster >= 0
        cells, counts = np.unique(np.column_stack([stratum[tied], cluster[tied]]), axis=0, return_counts=True)
        if len(cells):
            np.maximum.at(prevailing, cells[:, 0], counts)
        clustered = np.bincount(stratum[tied], minlength=len(numbers))
        crowded = np.flatnonzero(
            (prevailing > _MAX_CLUSTER_SHARE * sizes) | (clustered > _MAX_CLUSTERED_SHARE * sizes)
        )
        if len(crowded) == 0 or len(numbers) == 1:
            return stratum
        first = int(crowded[0])
        neighbours = [n for n in (first - 1, first + 1) if 0 <= n < len(numbers)]
        stratum[stratum == first] = min(neighbours, key=lambda n: int(sizes[n]))


def permute(incidence: Incidence, strata: Int64s, generator: np.random.Generator) -> Incidence:
    """Return the incidence with accounts exchanged within each family, inside strata.

    The accounts of each value stand in any order.
    """
    account = incidence.account.copy()
    entry_family = incidence.family[incidence.value]
    by_stratum = np.argsort(strata, kind="stable")
    for family in range(len(incidence.families)):
        shuffled = np.lexsort((generator.random(incidence.accounts), strata))
        place = np.empty(incidence.accounts, dtype=np.int32)
        place[by_stratum] = shuffled
        here = entry_family == family
        account[here] = place[account[here]]
    return replace(incidence, account=account)


def run_permutations(
    incidence: Incidence,
    strata: Int64s,
    levels: Levels,
    *,
    permutations: int,
    min_accounts: int,
    seed: int,
    threads: int = 1,
) -> PermutedRuns:
    """Return what ``permutations`` permuted logs give; each run has a generator of its own."""

    def core_sizes(run: int) -> tuple[Int64s, Int64s]:
        permuted = permute(incidence, strata, np.random.default_rng([seed, run]))
        membership = find_membership(permuted, levels, seed)
        sizes = membership.core_sizes()
        return sizes, sizes * (membership.core_bound(permuted) >= MIN_BOUND * sizes)

    largest, largest_bound, clusters = [], [], 0
    runs = parallel_map(core_sizes, permutations, entries=len(incidence.account), threads=threads)
    for sizes, bound in runs:
        largest.append(int(sizes.max(initial=0)))
        largest_bound.append(int(bound.max(initial=0)))
        clusters += int(np.count_nonzero(sizes >= min_accounts))
    return PermutedRuns(
        np.asarray(largest, dtype=np.int64), np.asarray(largest_bound, dtype=np.int64), clusters
    )

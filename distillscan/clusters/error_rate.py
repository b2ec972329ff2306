"""The error rate of the log at hand, by permutation.

Within each family the accounts change places with accounts of equal activity. Every family keeps its whole structure
of shared values; only the agreement between families is destroyed, which is all that the method goes by. What is then
still found is what chance finds in this very log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distillscan.association.associate import Levels
from distillscan.clusters.find import largest_core
from distillscan.signals.incidence import Incidence


@dataclass(frozen=True)
class PermutedRuns:
    """The core sizes found in each permuted log, largest only, and the number of reportable clusters in all."""

    largest: NDArray[np.int64]
    clusters: int

    def p_value(self, core_accounts: int) -> float | None:
        """Return the share of permuted logs with a cluster at least as large, itself counted; None without runs."""
        if len(self.largest) == 0:
            return None
        reached = int(np.count_nonzero(self.largest >= core_accounts))
        return (1 + reached) / (1 + len(self.largest))


def permute(
    incidence: Incidence, activity: NDArray[np.int64], generator: np.random.Generator
) -> Incidence:
    """Return the incidence with accounts exchanged within each family, inside strata of equal activity.

    ``activity`` is a whole number per account (requests); strata are its powers of two. Accounts that lack a family
    keep their place beside those that have it: missing is part of the structure.
    """
    strata = np.floor(np.log2(np.maximum(activity, 1))).astype(np.int64)
    account = incidence.account.copy()
    entry_family = incidence.family[incidence.value]
    by_stratum = np.argsort(strata, kind="stable")
    for family in range(len(incidence.families)):
        shuffled = np.lexsort((generator.random(incidence.accounts), strata))
        place = np.empty(incidence.accounts, dtype=np.int32)
        place[by_stratum] = shuffled
        here = entry_family == family
        account[here] = place[account[here]]
    return Incidence(
        incidence.accounts, incidence.families, account, incidence.value, incidence.family, incidence.broad
    )


def run_permutations(
    incidence: Incidence,
    activity: NDArray[np.int64],
    levels: Levels,
    binding: NDArray[np.bool_],
    *,
    permutations: int,
    min_accounts: int,
    seed: int,
    progress: Callable[[int], None] = lambda done: None,
) -> PermutedRuns:
    """Return what ``permutations`` permuted logs give; each has its own generator, so results do not depend on order."""
    largest, clusters = [], 0
    for run in range(permutations):
        permuted = permute(incidence, activity, np.random.default_rng([seed, run]))
        sizes = largest_core(permuted, levels, binding, seed)
        largest.append(int(sizes.max(initial=0)))
        clusters += int(np.count_nonzero(sizes >= min_accounts))
        progress(run + 1)
    return PermutedRuns(np.asarray(largest, dtype=np.int64), clusters)

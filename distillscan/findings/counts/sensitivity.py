"""How the counts of a cluster change with the settings, and without each family."""

import numpy as np

from distillscan.arrays import Int32s
from distillscan.association.associate import TestedPairs
from distillscan.association.levels import Levels
from distillscan.clusters.find import find_membership
from distillscan.clusters.parallel import parallel_map
from distillscan.clusters.peeling import Clustering
from distillscan.findings.document.counts import SensitivityCount

#: Factor by which every error level is made stricter and looser.
_FACTOR = 10.0


def _scaled(levels: Levels, factor: float) -> Levels:
    return Levels(
        single=min(levels.single * factor, 0.2),
        pooled=min(levels.pooled * factor, 0.2),
        within=min(levels.within * factor, 0.2),
    )


def sensitivity(
    tested: TestedPairs, clustering: Clustering, levels: Levels, seed: int, threads: int = 1
) -> dict[int, list[SensitivityCount]]:
    """Return, for each cluster index, what becomes of it under each variant of the analysis.

    ``core_accounts`` is the core of the cluster that then holds most of it, ``kept`` how many of its own core
    accounts are among them.
    """
    incidence = tested.incidence
    variants: list[tuple[str, int | None, Levels]] = [
        ("stricter error levels (a tenth)", None, _scaled(levels, 1 / _FACTOR)),
        ("looser error levels (tenfold)", None, _scaled(levels, _FACTOR)),
        *((f"without {name}", number, levels) for number, name in enumerate(incidence.families)),
    ]
    own_core = clustering.membership.core_cluster()
    found: dict[int, list[SensitivityCount]] = {}
    clusters = range(clustering.membership.values.clusters)

    def core_clusters(number: int) -> Int32s:
        _, family, changed_levels = variants[number]
        changed = incidence if family is None else incidence.without(family)
        accepted = tested.accepted(changed_levels, family)
        return find_membership(changed, changed_levels, seed, accepted).core_cluster()

    others = parallel_map(core_clusters, len(variants), entries=len(incidence.account), threads=threads)
    for (setting, _, _), core in zip(variants, others, strict=True):
        for cluster in clusters:
            then = core[(own_core == cluster) & (core >= 0)]
            kept = np.bincount(then) if len(then) else np.zeros(1, dtype=np.int64)
            best = int(kept.argmax())
            size = int(np.count_nonzero(core == best)) if len(then) else 0
            found.setdefault(cluster, []).append(
                SensitivityCount(setting=setting, core_accounts=size, kept=int(kept[best]))
            )
    return found

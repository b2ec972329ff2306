"""How the counts of a cluster change with the settings, and without each family."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from distillscan.association.associate import Levels
from distillscan.clusters.find import find_membership
from distillscan.clusters.peeling import Clustering
from distillscan.findings.document import SensitivityCount
from distillscan.signals.incidence import Incidence

#: Factor by which every error level is made stricter and looser.
_FACTOR = 10.0


def _scaled(levels: Levels, factor: float) -> Levels:
    return Levels(
        single=min(levels.single * factor, 0.2),
        pooled=min(levels.pooled * factor, 0.2),
        within=min(levels.within * factor, 0.2),
    )


def _without(incidence: Incidence, family: int) -> Incidence:
    """Return the incidence with one family's entries taken out; its values stay, without holders."""
    return incidence.take(incidence.family[incidence.value] != family)


def sensitivity(
    incidence: Incidence, clustering: Clustering, levels: Levels, binding: NDArray[np.bool_], seed: int
) -> dict[int, list[SensitivityCount]]:
    """Return, for each cluster index, what becomes of it under each variant of the analysis.

    ``core_accounts`` is the core of the cluster that then holds most of it, ``kept`` how many of its own core
    accounts are among them.
    """
    variants = [
        ("stricter error levels (a tenth)", incidence, _scaled(levels, 1 / _FACTOR)),
        ("looser error levels (tenfold)", incidence, _scaled(levels, _FACTOR)),
        *(
            (f"without {name}", _without(incidence, number), levels)
            for number, name in enumerate(incidence.families)
        ),
    ]
    own_core = clustering.membership.core_cluster()
    found: dict[int, list[SensitivityCount]] = {}
    clusters = range(clustering.membership.values.clusters)
    for setting, changed, changed_levels in variants:
        other = find_membership(changed, changed_levels, binding, seed)
        core = other.core_cluster()
        for cluster in clusters:
            then = core[(own_core == cluster) & (core >= 0)]
            kept = np.bincount(then) if len(then) else np.zeros(1, dtype=np.int64)
            best = int(kept.argmax())
            size = int(np.count_nonzero(core == best)) if len(then) else 0
            found.setdefault(cluster, []).append(
                SensitivityCount(setting=setting, core_accounts=size, kept=int(kept[best]))
            )
    return found

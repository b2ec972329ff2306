"""How far the matching requests of a core may be off: those counted by chance, and those that are missed.

Missed are prompts with a passage that the core alone has and that was too weak to count, beyond what chance
makes of these; and prompts that have nothing left in common with any other. How many of the last there are is
told by how often each of two ways fails where the other finds a prompt, as in catching animals twice
(Chapman, University of California Publications in Statistics 1, 1951). What hides a prompt from one way tends
to hide it from the other, so heavy rewording hides more.
"""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np

from distillscan.association.tails import poisson_quantile, poisson_upper_limit
from distillscan.clusters.core_texts import CoreTexts
from distillscan.clusters.faint_keys import FaintPrompts
from distillscan.clusters.own_keys import OwnTexts
from distillscan.clusters.own_texts import BY_INSERT, BY_TEMPLATE
from distillscan.findings.document import CountError
from distillscan.signals.texts import Texts

_LEVEL = 0.95
#: The standard normal value that is exceeded with probability 1 - ``_LEVEL``.
_DEVIATIONS = 1.645


def count_errors(texts: Texts, core: CoreTexts, own: OwnTexts) -> dict[str, CountError]:
    """Return the error of each cluster's count, for clusters that are counted by their texts."""
    prompts = (core.cluster >= 0) & ~texts.system
    both = BY_TEMPLATE | BY_INSERT
    cells = np.bincount(
        core.cluster[prompts] * np.int32(both + 1) + own.ways[prompts],
        minlength=len(core.cluster_ids) * (both + 1),
    ).reshape(-1, both + 1)
    return {
        name: _count_error(faint, *(int(n) for n in row))
        for name, faint, row in zip(core.cluster_ids, own.faint, cells, strict=True)
    }


def _count_error(
    faint: FaintPrompts, unmarked: int, by_template: int, by_insert: int, both: int
) -> CountError:
    weak = poisson_upper_limit(_LEVEL, faint.left) - faint.left_by_chance
    missed = max(0.0, weak) + _in_neither(by_template, by_insert, both)
    return CountError(
        faint=faint.taken,
        faint_wrong=min(faint.taken, poisson_quantile(_LEVEL, faint.taken_by_chance)),
        missed=min(unmarked, ceil(missed)),
    )


def _in_neither(first: int, second: int, both: int) -> float:
    """The upper limit of how many neither of two ways found, where so many one alone and both found."""
    estimate = first * second / (both + 1)
    variance = (first + both + 1) * (second + both + 1) * first * second / ((both + 1) ** 2 * (both + 2))
    return estimate + _DEVIATIONS * sqrt(variance)

"""How far the matching requests of a core may be off: those counted by chance, and those that are missed.

The limits come from Poisson counts of prompts with weak marks, and from capture and recapture between the two
ways that find a prompt (Chapman, University of California Publications in Statistics 1, 1951). Tasks of a
public set that are sent as they are have nothing in common, and neither way finds them: if the prompts that
are not counted have other lengths than everybody's, the count is open.

Source: docs/method.md, "Error of the count".
"""

from math import ceil, sqrt

import numpy as np

from distillscan.arrays import Bools, Int32s, Int64s, UInt8s
from distillscan.association.tails import poisson_quantile, poisson_upper_limit
from distillscan.clusters.core_texts import CoreTexts
from distillscan.clusters.faint_keys import FaintPrompts
from distillscan.clusters.own_texts import BY_INSERT, BY_TEMPLATE, OwnTexts
from distillscan.compiled import compiled
from distillscan.findings.document.counts import CountError, RequestCounts
from distillscan.signals.texts import Texts

_LEVEL = 0.95
#: The standard normal value that is exceeded with probability 1 - ``_LEVEL``.
_DEVIATIONS = 1.645
#: Distance at which what a core sends is of another kind than what everybody sends; no person sends what the
#: average of all does, and a core of some dozen people without a common work is up to half of it away.
_UNLIKE = 0.2
_SIZES = 64


def count_errors(texts: Texts, core: CoreTexts, own: OwnTexts) -> dict[str, CountError]:
    """Return the error of each cluster's count by its texts; see `by_other_means` for the other counts."""
    prompts = (core.cluster >= 0) & ~texts.system
    both = BY_TEMPLATE | BY_INSERT
    cells = np.bincount(
        core.cluster[prompts] * np.int32(both + 1) + own.ways[prompts],
        minlength=len(core.cluster_ids) * (both + 1),
    ).reshape(-1, both + 1)
    *rest, everybody = _sizes(
        texts.account,
        texts.system,
        texts.size,
        core.member,
        core.cluster,
        own.counted(),
        len(core.cluster_ids),
    )
    return {
        name: _count_error(
            faint,
            ends,
            by_chance,
            int(left.sum()),
            texts.digests or _unlike(left, everybody),
            *(int(n) for n in row[1:]),
        )
        for name, faint, ends, by_chance, left, row in zip(
            core.cluster_ids, own.faint, own.ends.prompts, own.own_by_chance, rest, cells, strict=True
        )
    }


def _count_error(
    faint: FaintPrompts,
    ends: FaintPrompts,
    own_by_chance: float,
    unmarked: int,
    open_ended: bool,
    by_template: int,
    by_insert: int,
    both: int,
) -> CountError:
    # what openings and closings found is no longer missed by the others
    in_neither = max(0.0, _in_neither(by_template, by_insert, both) - ends.taken)
    faint = faint.with_those_of(ends)
    weak = poisson_upper_limit(_LEVEL, faint.left) - faint.left_by_chance
    missed = max(0.0, weak) + in_neither
    return CountError(
        faint=faint.taken,
        faint_wrong=min(faint.taken, poisson_quantile(_LEVEL, faint.taken_by_chance)),
        missed=unmarked if open_ended else min(unmarked, ceil(missed)),
        open=open_ended and unmarked > 0,
        own_wrong=min(
            max(0, by_template + by_insert + both - faint.taken), poisson_quantile(_LEVEL, own_by_chance)
        ),
    )


def by_other_means(requests: RequestCounts, *, by_address: bool) -> CountError | None:
    """The error of a count by tools or addresses, None where that counts all requests.

    Other tools may be the cluster's too, and addresses do not say what was sent from them: any of the
    requests that were may be its own, and any other.
    """
    missed = requests.members_core - requests.matching_core
    wrong = requests.matching_core if by_address else 0
    return CountError(faint=wrong, faint_wrong=wrong, missed=missed, open=True) if missed else None


def _unlike(rest: Int64s, everybody: Int64s) -> bool:
    """Whether prompts (sizes,) differ from those of everybody by more than chance and habits make them.

    Measured is the total variation distance, the least part of them that must be of another kind.
    """
    few, usual = max(int(rest.sum()), 1), everybody / max(int(everybody.sum()), 1)
    by_chance = np.sqrt(2 / np.pi * usual * (1 - usual) / few).sum() / 2
    return bool(rest.any() and np.abs(rest / few - usual).sum() / 2 > _UNLIKE + by_chance)


@compiled
def _sizes(
    account: Int32s,
    system: Bools,
    size: UInt8s,
    member: Int32s,
    cluster: Int32s,
    counted: Bools,
    clusters: int,
) -> Int64s:
    """Prompts by size (clusters + 1, sizes): those of each core that are not counted; last, everybody's."""
    sizes = np.zeros((clusters + 1, _SIZES), np.int64)
    for text in range(account.size):
        if account[text] < 0 or system[text]:
            continue
        if cluster[text] >= 0 and not counted[text]:
            sizes[cluster[text], size[text]] += 1
        elif member[account[text]] < 0:
            sizes[-1, size[text]] += 1
    return sizes


def _in_neither(first: int, second: int, both: int) -> float:
    """The upper limit of how many neither of two ways found, where so many one alone and both found."""
    estimate = first * second / (both + 1)
    variance = (first + both + 1) * (second + both + 1) * first * second / ((both + 1) ** 2 * (both + 2))
    return estimate + _DEVIATIONS * sqrt(variance)

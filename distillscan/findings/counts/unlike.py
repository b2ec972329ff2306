"""How many of a core's prompts, at the least, are unlike what everybody sends.

Tasks out of a public set have nothing in common with each other, so that no key tells which prompts of a core
they are. But their lengths are not those of what everybody sends. Of everybody's prompts a part lies in some
range of lengths; if hardly any of a core's do, hardly any of these are what everybody sends. So the core's
prompts in a range, over the part of everybody's there, limit how many can be ordinary, and the range that
limits them most counts (Blanchard, Lee and Scott, Semi-supervised novelty detection, JMLR 11, 2010). People
differ: the accounts of a core are a sample, whose mean part may by chance be less than that of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from distillscan.clusters.core_texts import CoreTexts
from distillscan.compiled import compiled
from distillscan.signals.texts import Numbers, Texts

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

#: Sizes of prompts that are told apart, see ``Texts.size``.
SIZES = 64
_LEVEL = 0.95


@dataclass(frozen=True)
class Usual:
    """What part of an account's prompts is below each size (sizes + 1,), of people in no cluster.

    ``mean`` and ``covariance`` (sizes + 1, sizes + 1) are over accounts.
    """

    mean: Shares
    covariance: Shares


def usual_sizes(texts: Texts, core: CoreTexts) -> Usual:
    """What everybody's prompts are like: one pass over the texts."""
    sent = _sent(texts.account, texts.system, texts.size, core.member)
    accounts = max(int(np.count_nonzero(sent.any(axis=1))), 1)
    mean, square = (total / accounts for total in _sums(sent))
    return Usual(mean, square - np.outer(mean, mean))


def least_unlike(sizes: Counts, concentration: float, usual: Usual) -> int:
    """The least number of prompts that are not what everybody sends, at 95 %.

    ``sizes`` (sizes,) are prompts of a core, and ``concentration`` is the chance that two of them are of one
    account. What an account sends beside its work is taken to be in proportion to all that it sends.
    """
    total = int(sizes.sum())
    first, last = np.triu_indices(SIZES + 1, 1)
    below = np.append(0, np.cumsum(sizes))
    seen, part = below[last] - below[first], usual.mean[last] - usual.mean[first]
    variance = usual.covariance[last, last] + usual.covariance[first, first]
    variance -= 2 * usual.covariance[first, last]
    # half of the error is for the accounts and half for the prompts, and every range is a chance to err
    error = (1 - _LEVEL) / 2 / max(int((part > 0).sum()), 1)
    least = part + special.ndtri(error) * np.sqrt(np.maximum(variance, 0.0) * concentration)
    most = special.gammaincinv(seen + 1.0, 1 - error)
    ordinary = most[least > 0] / least[least > 0]
    return total - int(min(np.ceil(ordinary.min(initial=total)), total))


@compiled
def _sent(
    account: Numbers, system: npt.NDArray[np.bool_], size: npt.NDArray[np.uint8], member: Numbers
) -> Numbers:
    """The prompts of each account in no cluster, by size."""
    sent = np.zeros((member.size, SIZES), np.int32)
    for text in range(account.size):
        own = account[text]
        if own >= 0 and member[own] < 0 and not system[text]:
            sent[own, size[text]] += 1
    return sent


@compiled
def _sums(sent: Numbers) -> tuple[Shares, Shares]:
    """Over accounts that sent anything, the sums of the parts below each size, and of their products."""
    mean, square = np.zeros(SIZES + 1), np.zeros((SIZES + 1, SIZES + 1))
    part = np.zeros(SIZES + 1)
    for own in range(sent.shape[0]):
        total = sent[own].sum()
        if total == 0:
            continue
        for size in range(SIZES):
            part[size + 1] = part[size] + sent[own, size] / total
        mean += part
        square += np.outer(part, part)
    return mean, square

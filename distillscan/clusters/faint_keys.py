"""Passages that mark a text as a cluster's own only because many of them agree.

Where every request is worded anew, a passage survives in two or three of them. That only accounts of one core
hold it says little once, and much if such texts hardly ever share a passage with anybody else. So these
passages are judged together, by the prompts that nothing else marks. Each stands under the passage of most
holders that the core alone has, and once more under the one of most holders that others have too. By chance
all other k - 1 holders are of a core that sends a share s of all requests with probability s^(k-1); so of the
prompts that share a passage with others, s^(k-1) / (1 - s^(k-1)) times as many are marked by chance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from duckdb import DuckDBPyConnection

from distillscan.clusters.core_texts import CoreTexts
from distillscan.compiled import compiled
from distillscan.signals.texts import Numbers, Texts, carried

Flags = npt.NDArray[np.bool_]

#: Error to be expected among the prompts that faint passages mark, and their least share in the marked ones:
#: fewer are not worth the weaker evidence.
_MAX_ERROR, _WORTH = 0.1, 0.01
#: Passages of more holders count as ones of so many.
_MOST = 255
_MIXED, _PURE = 1, 2


class FaintPrompts(NamedTuple):
    """Prompts of a core that only faint passages mark: those counted as the cluster's, and those left out.

    Of each, how many chance is expected to put there.
    """

    taken: int
    taken_by_chance: float
    left: int
    left_by_chance: float


class Judged(NamedTuple):
    """The faint prompts of each cluster, which keys (n,) are taken, and which texts (n,) they mark."""

    prompts: list[FaintPrompts]
    keys: Flags
    texts: Flags


def judge_faint_keys(
    connection: DuckDBPyConnection,
    texts: Texts,
    core: CoreTexts,
    marked: Flags,
    pure: Flags,
    share: npt.NDArray[np.float64],
) -> Judged:
    """Judge the faint passages of each cluster: one pass over the shared texts.

    ``marked`` (n,) are the texts that other keys mark, ``pure`` the keys (n,) besides those that one core
    alone holds; ``share`` (clusters,) is s.
    """
    keys = texts.keys
    passage = keys.is_insert & ~keys.system & (keys.holders >= 2)
    kind = np.where(passage, np.where(pure, _PURE, _MIXED), 0).astype(np.uint8)
    prompts = (core.cluster >= 0) & ~texts.system
    unmarked = prompts & ~marked
    best = np.zeros((2, len(unmarked)), np.uint8)
    cluster_of = np.full(len(kind), -1, np.int32)
    if unmarked.any():
        for part in carried(connection):
            _best_passages(*part, core.cluster, unmarked, kind, keys.holders, best, cluster_of)
    counts = _counted(best, core.cluster, len(core.cluster_ids))
    worth = _WORTH * np.bincount(core.cluster[prompts & marked], minlength=len(core.cluster_ids))
    least = np.full(len(core.cluster_ids) + 1, _MOST + 1, np.int32)
    found = []
    for cluster in range(len(core.cluster_ids)):
        mixed, alone = counts[cluster]
        least[cluster], one = _judge(mixed, alone, float(share[cluster]), float(worth[cluster]))
        found.append(one)
    taken = np.minimum(keys.holders, _MOST) >= least[cluster_of]
    return Judged(found, taken, best[_PURE - 1] >= least[core.cluster])


def _judge(
    mixed: npt.NDArray[np.int64], pure: npt.NDArray[np.int64], share: float, worth: float
) -> tuple[int, FaintPrompts]:
    """The least number of holders from which passages mark a prompt, and what that takes and leaves.

    ``mixed`` and ``pure`` (``_MOST`` + 1,) are numbers of prompts by the holders of their passage.
    """
    # from two holders on; a core that is all of the log has nobody to be compared with
    pure, mixed = pure[2:], mixed[2:]
    inside = np.minimum(share, 1 - 1e-9) ** np.arange(1, _MOST)
    chance = inside / (1 - inside)
    by_chance = mixed * chance
    above, above_by_chance = _from_top(pure), _from_top(by_chance)
    # one more than was seen, lest too few to say anything pass
    fits = (above >= max(worth, 1)) & (above_by_chance + chance <= _MAX_ERROR * above)
    first = int(np.argmax(fits)) if fits.any() else len(fits)
    left, left_by_chance = pure[:first].sum(), by_chance[:first].sum()
    taken, taken_by_chance = pure[first:].sum(), by_chance[first:].sum()
    return first + 2, FaintPrompts(int(taken), float(taken_by_chance), int(left), float(left_by_chance))


def _from_top(counts: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    return np.cumsum(counts[::-1], dtype=np.float64)[::-1]


@compiled
def _best_passages(
    numbers: Numbers,
    carriers: Numbers,
    cluster: Numbers,
    wanted: Flags,
    kind: npt.NDArray[np.uint8],
    holders: Numbers,
    best: npt.NDArray[np.uint8],
    cluster_of: Numbers,
) -> None:
    """Enter in ``best`` (kinds, texts) the most holders of a passage; whose wanted texts carry a pure one."""
    for index in range(numbers.size):
        number, text = numbers[index], carriers[index]
        if kind[number] == 0 or not wanted[text]:
            continue
        place = kind[number] - 1
        best[place, text] = max(best[place, text], min(holders[number], _MOST))
        if kind[number] == _PURE:
            cluster_of[number] = cluster[text]


@compiled
def _counted(best: npt.NDArray[np.uint8], cluster: Numbers, clusters: int) -> npt.NDArray[np.int64]:
    """Texts by cluster, kind and the holders in ``best`` (kinds, texts): (clusters, kinds, ``_MOST`` + 1)."""
    counts = np.zeros((clusters, best.shape[0], _MOST + 1), np.int64)
    for text in range(cluster.size):
        if cluster[text] >= 0:
            for kind in range(best.shape[0]):
                counts[cluster[text], kind, best[kind, text]] += 1
    return counts

"""Telling linked small values from others when the large value is held by a large part of the log.

Where w is held with probability 0.7 anyway, eight of eight holders of a card prove nothing by themselves; but
if the cards fall into two kinds, those whose holders nearly all hold w and those whose holders nearly never
do, each card shows which kind it is. Two binomials are fitted to the counts K of N holders by
expectation-maximisation, for all large values at once.

Source: Dempster, Laird and Rubin (1977); docs/method.md, "Pooled test".
"""

import numpy as np

from distillscan.arrays import Floats, Int32s, Int64s

_ROUNDS = 40
#: The kinds must be this far apart for a membership to mean anything.
_MIN_LINKED, _MIN_RATIO = 0.5, 2.0
_EDGE = 1e-3


def linked_probability(row: Int64s, holders: Int64s, count: Int32s, absent: Int64s) -> Floats:
    """Return, for each observed small value, the probability that it is of the linked kind.

    ``row``, ``holders`` and ``count`` are parallel: the index of the large value, the size of the small value
    and how many of its holders hold the large one. ``absent[r, n]`` counts the small values of size n of
    which no two holders hold large value r. Zero where the two kinds are not clearly apart.
    """
    rows, sizes = absent.shape
    width = sizes * sizes
    cell = holders * sizes + count
    weight = np.bincount(row * width + cell, minlength=rows * width).reshape(rows, width).astype(np.float64)
    weight[:, np.arange(sizes) * sizes] += absent
    n, k = np.divmod(np.arange(width), sizes)
    used = np.flatnonzero(weight.any(axis=0))
    n, k, weight = n[used].astype(np.float64), k[used].astype(np.float64), weight[:, used]
    share = np.full((rows, 1), 0.5)
    linked, other = np.full((rows, 1), 0.9), np.full((rows, 1), 0.1)
    for _ in range(_ROUNDS):
        belongs = _posterior(n, k, share, linked, other)
        of_linked, of_other = weight * belongs, weight * (1 - belongs)
        share = of_linked.sum(axis=1, keepdims=True) / np.maximum(weight.sum(axis=1, keepdims=True), _EDGE)
        linked, other = _rate(of_linked, n, k), _rate(of_other, n, k)
    apart = (linked >= _MIN_LINKED) & (linked >= _MIN_RATIO * other)
    place = np.full(width, -1, dtype=np.int64)
    place[used] = np.arange(len(used))
    return np.asarray(np.where(apart, belongs, 0.0)[row, place[cell]], dtype=np.float64)


def _rate(weight: Floats, n: Floats, k: Floats) -> Floats:
    rate = (weight @ k)[:, None] / np.maximum((weight @ n)[:, None], _EDGE)
    return np.clip(rate, _EDGE, 1 - _EDGE)


def _posterior(n: Floats, k: Floats, share: Floats, linked: Floats, other: Floats) -> Floats:
    odds = np.log(np.clip(share, _EDGE, 1 - _EDGE)) - np.log(np.clip(1 - share, _EDGE, 1 - _EDGE))
    odds = odds + k * np.log(linked / other) + (n - k) * np.log((1 - linked) / (1 - other))
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))), dtype=np.float64)

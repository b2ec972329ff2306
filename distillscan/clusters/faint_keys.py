"""Passages that mark a text as a cluster's own only because many of them agree.

If every request is reworded, a passage survives in two or three of them, and a passage of a public task set
has other users too. One such passage is weak evidence; many are strong evidence if the prompts of other
people hardly ever carry any. So the prompts that nothing else marks are judged together, each by the bits of
its strongest key, against the prompts of all accounts in no cluster. A passage that one account alone repeats
may be the habit of its user, and is judged against the habits of everybody.

Source: docs/method.md, "Faint passages".
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Floats, Int32s, Int64s, UInt8s, UInt64s
from distillscan.association.tails import poisson_upper_limit
from distillscan.clusters.core_texts import CoreTexts, Narrow
from distillscan.clusters.relative_entropy import relative_entropy_of_one
from distillscan.compiled import compiled, readonly
from distillscan.fingerprint.shared import ALONE
from distillscan.ordered import end_of_run
from distillscan.signals.texts import Texts, texts_by_key

#: Error to be expected among the prompts that faint passages mark, and their least share in the marked ones:
#: fewer are not worth the weaker evidence.
_MAX_ERROR, _WORTH = 0.1, 0.005
#: Share of the others who hold a passage that must be of the core.
_MOSTLY = 0.5
#: Share of a core that may hold a passage which others hold too. One that ties the core is common in it by
#: the way it was found: people who use one popular prompt from one network are no harvest.
_FEW = 0.25
#: Evidence is told apart in quarters of a bit; the last levels are those of keys that would be own were
#: one of their other holders of the core, and of own keys.
_STEPS, _NEARLY, _OWN = 4, 254, 255
#: Confidence of the limit of how many prompts of everybody's carry keys that are own, or nearly.
_LEVEL = 0.95
#: Stands for the cluster of a text that needs no judgement.
_SETTLED = -2


class FaintPrompts(NamedTuple):
    """Prompts of a core that only faint passages mark: those counted as the cluster's, and those left out.

    Of each, how many chance is expected to put there.
    """

    taken: int
    taken_by_chance: float
    left: int
    left_by_chance: float

    def with_those_of(self, other: FaintPrompts) -> FaintPrompts:
        """Both together."""
        return FaintPrompts(
            self.taken + other.taken,
            self.taken_by_chance + other.taken_by_chance,
            self.left + other.left,
            self.left_by_chance + other.left_by_chance,
        )


class Judged(NamedTuple):
    """The faint prompts of each cluster; which pairs of key and cluster are taken, which texts they mark.

    ``popular`` (n,) are texts of members with a passage that ties the core and that others have too;
    ``own_by_chance`` (clusters,) is how many prompts of the core chance may be expected to give an own key.
    """

    prompts: list[FaintPrompts]
    own_by_chance: list[float]
    taken: Bools
    texts: Bools
    popular: Bools


class _Seen(NamedTuple):
    """Of each text: the best level of its inserts, of whom that is, and if a habit shows in it.

    ``popular`` as in `Judged`.
    """

    best: UInt8s
    whose: Narrow
    habit: Bools
    popular: Bools


def judge_faint_keys(
    connection: DuckDBPyConnection,
    texts: Texts,
    core: CoreTexts,
    marked: Bools,
    under_own: Bools,
    held: pl.DataFrame,
    share: Floats,
) -> Judged:
    """Judge the faint passages of each cluster: one pass over the shared texts.

    ``marked`` (n,) are the texts that other keys mark; prompts ``under_own`` (n,) count by their system
    prompt or tools; ``held`` has, ordered by number and cluster, the number of a key, a cluster, how many of
    its core hold it, and whether it is ``own`` already, or ``nearly``; ``share`` (clusters,) is s.
    """
    number, cluster = held["number"].to_numpy(), readonly(held["cluster"].to_numpy())
    own, core_holders = held["own"].to_numpy(), held["core_holders"].to_numpy()
    others = texts.keys.holders[number] - 1
    usual = (core_holders <= others) & (core_holders > _FEW * _core_sizes(core)[cluster])
    passage = (texts.keys.is_insert | texts.digests) & ~texts.keys.system
    mute = usual | ~passage[number]
    in_core = _levels(readonly(core_holders - 1), others, cluster, share)
    in_core[own | mute] = 0
    outside = _levels(readonly(core_holders), others, cluster, share)
    outside[mute] = 0
    prompt = ~texts.keys.system[number]
    outside[held["nearly"].to_numpy() & prompt] = _NEARLY
    outside[own & prompt] = _OWN
    # all that is looked up of a text is one number, because each random look-up waits for memory
    member = core.members(texts.account)
    member[(member >= 0) & marked] = _SETTLED
    flags, whose = np.zeros((2, len(marked)), np.bool_), np.zeros_like(member)
    seen = _Seen(np.zeros(len(marked), np.uint8), whose, *flags)
    ends = np.cumsum(np.bincount(number, minlength=len(texts.keys.key))).astype(np.int32)
    tells = passage.copy()
    tells[number[usual | (outside >= _NEARLY)]] = True
    alone = (texts.keys.holders == 1) & texts.keys.is_insert
    for numbers, carriers in texts_by_key(connection):
        _best_levels(numbers, carriers, member, ends, cluster, in_core, outside, usual, tells, seen)
        _habits(numbers, carriers, texts.text_key, alone, seen.habit)
    found, by_chance, least, habits = _judged(texts, core, marked | under_own, seen)
    marks = np.zeros(len(marked), np.bool_)
    _mark(core.member, texts.account, core.cluster, marked, seen, least, habits, marks)
    by_level = passage[number] & (in_core >= least[cluster])
    taken = ~own & np.where(alone[number], habits[cluster], by_level)
    return Judged(found, by_chance, taken, marks, seen.popular)


def _core_sizes(core: CoreTexts) -> Int32s:
    """The number of core accounts of each cluster."""
    inside = core.core[core.core >= 0]
    return np.bincount(inside, minlength=len(core.cluster_ids)).astype(np.int32)


@compiled
def _levels(holders: Int32s, others: Int32s, cluster: Int32s, share: Floats) -> UInt8s:
    """The level of evidence that so many of the other holders are of the core; 0 where most are not."""
    levels = np.zeros(holders.size, np.uint8)
    for pair in range(holders.size):
        if others[pair] <= 0:
            continue
        part = holders[pair] / others[pair]
        inside = min(max(share[cluster[pair]], 1e-12), 1 - 1e-9)
        if part >= _MOSTLY and part > inside:
            bits = others[pair] * relative_entropy_of_one(part, inside)
            levels[pair] = min(max(math.ceil(_STEPS * bits), 1), _NEARLY - 1)
    return levels


def _judged(
    texts: Texts, core: CoreTexts, counted: Bools, seen: _Seen
) -> tuple[list[FaintPrompts], list[float], Int32s, Bools]:
    """The prompts of each cluster (`Judged`), the least level (clusters,) that marks, and if habits do."""
    clusters = len(core.cluster_ids)
    levels, others, habits = _counted(
        texts.account, texts.system, core.member, core.cluster, counted, *seen[:3], clusters
    )
    everybody, strong = others[:, :_OWN].sum(axis=1), others[:, _NEARLY:].sum(axis=1)
    marks = np.bincount(core.cluster[(core.cluster >= 0) & ~texts.system & counted], minlength=clusters)
    least, by_habit = np.full(clusters, _OWN + 1, np.int32), np.zeros(clusters, np.bool_)
    found, by_chance = [], []
    for cluster in range(clusters):
        worth = max(_WORTH * float(marks[cluster]), 1.0)
        least[cluster], shared = judge_levels(levels[cluster, :_OWN], others[cluster, :_OWN], worth)
        # a passage that one account alone repeats is rare, and no weak evidence where habits are rare too
        with_habit = np.array([levels[cluster].sum() - habits[cluster], habits[cluster]])
        theirs = np.array([everybody[cluster] - habits[-1], habits[-1]])
        first, alone = judge_levels(with_habit, theirs, 1.0)
        by_habit[cluster] = first == 1
        found.append(shared.with_those_of(alone))
        cover = (levels[cluster].sum() - found[-1].taken) / max(int(everybody[cluster]), 1)
        by_chance.append(cover * poisson_upper_limit(_LEVEL, int(strong[cluster])))
    return found, by_chance, least, by_habit


def judge_levels(levels: Int64s, others: Int64s, worth: float) -> tuple[int, FaintPrompts]:
    """The least level that marks a prompt, and what that takes and leaves.

    ``levels`` and ``others`` (levels,) are prompts of the core, and of everybody else, by level.
    """
    above, others_above = _from_top(levels), _from_top(others)
    # what is not taken is what the core sends beside its work, at most; to the prompts of everybody else one
    # is added, lest too few to say anything pass
    beside, others_below = above[0] - above[1:], others_above[0] - others_above[1:]
    fits = (above[1:] >= worth) & (
        beside * (others_above[1:] + 1) <= _MAX_ERROR * above[1:] * (others_below + 1)
    )
    first = 1 + int(np.argmax(fits)) if fits.any() else len(levels)
    taken, others_taken = above[first:][:1].sum(), others_above[first:][:1].sum()
    cover = (above[0] - taken) / max(others_above[0] - others_taken, 1.0)
    left, others_left = above[1] - taken, others_above[1] - others_taken
    return first, FaintPrompts(int(taken), float(cover * others_taken), int(left), float(cover * others_left))


def _from_top(counts: Int64s) -> Floats:
    return np.cumsum(counts[::-1], dtype=np.float64)[::-1]


@compiled
def _best_levels(
    numbers: Int32s,
    carriers: Int32s,
    member: Narrow,
    ends: Int32s,
    clusters: Int32s,
    in_core: UInt8s,
    outside: UInt8s,
    usual: Bools,
    tells: Bools,
    seen: _Seen,
) -> None:
    """Enter the best levels of texts: of members in their own cluster, of everybody else in any.

    The numbers are whole keys, in order. The clusters of a key end at ``ends``, and begin where those of the
    key before end.
    """
    first = 0
    while first < numbers.size:
        last, number = end_of_run(numbers, first), numbers[first]
        begin, end = ends[number - 1] if number else 0, ends[number]
        for place in range(begin, end if tells[number] else begin):
            for text in carriers[first:last]:
                if member[text] == clusters[place]:
                    seen.popular[text] |= usual[place]
                    seen.best[text] = max(seen.best[text], in_core[place])
                elif member[text] == -1 and outside[place] > seen.best[text]:
                    seen.best[text], seen.whose[text] = outside[place], clusters[place]
        first = last


@compiled
def _habits(numbers: Int32s, carriers: Int32s, text_key: UInt64s, alone: Bools, habit: Bools) -> None:
    """Enter the texts with a passage that one account alone has, in ``ALONE`` different prompts or more."""
    different = np.empty(ALONE, np.uint64)
    first = 0
    while first < numbers.size:
        last, known = first, 0
        while last < numbers.size and numbers[last] == numbers[first]:
            if known < ALONE and alone[numbers[first]]:
                key = text_key[carriers[last]]
                new = True
                for place in range(known):
                    new &= different[place] != key
                if new:
                    different[known] = key
                    known += 1
            last += 1
        if known == ALONE:
            for carrier in carriers[first:last]:
                habit[carrier] = True
        first = last


@compiled
def _counted(
    account: Int32s,
    system: Bools,
    member: Int32s,
    cluster: Int32s,
    counted: Bools,
    best: UInt8s,
    whose: Narrow,
    habit: Bools,
    clusters: int,
) -> tuple[Int64s, Int64s, Int64s]:
    """Prompts by cluster and level: those of its core, and those of everybody in none, who stand in each.

    And those in which no more than a habit shows, by cluster and, last, of everybody in none.
    """
    levels = np.zeros((clusters, _OWN + 1), np.int64)
    others = np.zeros((clusters, _OWN + 1), np.int64)
    habits = np.zeros(clusters + 1, np.int64)
    everybody = 0
    for text in range(account.size):
        if account[text] < 0 or system[text]:
            continue
        level, own = best[text], cluster[text]
        if own >= 0 and not counted[text]:
            levels[own, level] += 1
            habits[own] += np.int64(habit[text] and level == 0)
        elif member[account[text]] < 0:
            others[whose[text], level] += np.int64(level > 0)
            everybody += int(level < _OWN)
            habits[-1] += np.int64(level < _OWN and habit[text])
    for own in range(clusters):
        others[own, 0] = everybody
        for level in range(1, _OWN):
            others[own, 0] -= others[own, level]
    return levels, others, habits


@compiled
def _mark(
    member: Int32s,
    account: Int32s,
    cluster: Int32s,
    marked: Bools,
    seen: _Seen,
    least: Int32s,
    habits: Bools,
    marks: Bools,
) -> None:
    """Enter in ``marks`` (n,) the texts of members that faint passages mark; a habit is of a core account."""
    for text in range(account.size):
        own = member[account[text]]
        if own < 0 or marked[text]:
            continue
        by_habit = cluster[text] >= 0 and seen.habit[text] and habits[own]
        if seen.best[text] >= least[own] or by_habit:
            marks[text] = True

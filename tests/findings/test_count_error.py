"""How far a count of matching requests may be off."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from distillscan.clusters.faint_keys import FaintPrompts
from distillscan.clusters.own_keys import OwnTexts
from distillscan.clusters.own_texts import BY_INSERT, BY_TEMPLATE
from distillscan.findings.count_error import count_errors

BOTH = BY_TEMPLATE | BY_INSERT


def error_of(ways, faint=(0, 0.0, 0, 0.0)):
    """The error of one cluster whose prompts are its own by these ways."""
    prompts = np.concatenate([np.full(number, way, np.uint8) for way, number in ways.items()])
    texts = SimpleNamespace(system=np.zeros(len(prompts), np.bool_))
    core = SimpleNamespace(cluster_ids=["c"], cluster=np.zeros(len(prompts), np.int32))
    return count_errors(texts, core, OwnTexts(prompts, [FaintPrompts(*faint)]))["c"]


def test_where_every_prompt_is_found_both_ways_hardly_any_is_missed():
    assert error_of({0: 200, BOTH: 800}).missed <= 3


def test_what_two_independent_ways_miss_is_covered_by_the_limit():
    generator = np.random.default_rng(3)
    first, second = generator.random((2, 4000)) < np.array([[0.6], [0.9]])
    found = first * BY_TEMPLATE + second * BY_INSERT
    missed = int((found == 0).sum())
    error = error_of({way: int((found == way).sum()) for way in range(BOTH + 1)})
    assert missed <= error.missed <= 1.5 * missed


def test_faint_passages_that_were_not_taken_may_be_the_clusters_beyond_what_chance_explains():
    assert error_of({0: 500, BOTH: 900}, (0, 0.0, 40, 10.0)).missed >= 30
    assert error_of({0: 500, BOTH: 900}, (0, 0.0, 40, 80.0)).missed == 0


def test_no_more_is_missed_than_is_left_and_no_more_is_wrong_than_was_taken():
    error = error_of({0: 5, BOTH: 900, BY_INSERT: 2}, (2, 1.9, 30, 0.0))
    assert error.missed == 5
    assert error.faint_wrong == error.faint == 2

"""How far a count of matching requests may be off."""

from types import SimpleNamespace

import numpy as np
import pytest

from distillscan.clusters.faint_keys import FaintPrompts
from distillscan.clusters.own_ends import OwnEnds
from distillscan.clusters.own_texts import BY_INSERT, BY_TEMPLATE, OwnTexts
from distillscan.findings.counts.count_error import by_other_means, count_errors
from distillscan.findings.document.counts import RequestCounts

BOTH = BY_TEMPLATE | BY_INSERT


def error_of(
    ways, faint=(0, 0.0, 0, 0.0), sizes=None, under_system=0, by_end=0, by_chance=0.0, digests=False
):
    """The error of one cluster whose prompts are its own by these ways, among as many of everybody else.

    ``sizes`` are those of its prompts that no way finds, where they are not everybody's; the first of them
    are sent under a system prompt of the cluster's own, or open as its prompts do.
    """
    found = np.concatenate([np.full(number, way, np.uint8) for way, number in ways.items()])
    size = np.random.default_rng(5).integers(10, 20, 2 * len(found)).astype(np.uint8)
    if sizes is not None:
        size[: ways[0]] = np.resize(sizes, ways[0])
    outside = np.zeros_like(found)
    prompts = np.append(found, outside)
    texts = SimpleNamespace(
        system=np.zeros(len(prompts), np.bool_),
        account=np.append(found * 0, outside + 1).astype(int),
        size=size,
        digests=digests,
    )
    core = SimpleNamespace(
        cluster_ids=["c"],
        cluster=np.append(found * 0, outside - 1.0).astype(np.int32),
        member=np.array([0, -1, -1], np.int32),
    )
    place = np.arange(len(prompts))
    ends = OwnEnds(place < by_end, [FaintPrompts(by_end, 0.0, 0, 0.0)])
    own = OwnTexts(prompts, [FaintPrompts(*faint)], [by_chance], place < under_system, ends)
    return count_errors(texts, core, own)["c"]


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


def test_the_count_is_open_where_the_rest_is_unlike_what_everybody_sends():
    """Questions of one public set: of a length of their own, and without any words in common."""
    error = error_of({0: 700, BOTH: 300}, sizes=[14, 14, 15])
    assert error.open
    assert error.missed == 700
    assert not error_of({0: 700, BOTH: 300}).open


def test_a_few_prompts_that_happen_to_be_alike_leave_no_count_open():
    assert not error_of({0: 6, BOTH: 900}, sizes=[12, 13, 13, 15, 18, 19]).open


def test_what_the_core_sends_beside_its_work_may_carry_its_keys_as_often_as_what_everybody_sends():
    error = error_of({0: 700, BOTH: 300}, by_chance=5.0)
    assert error.own_wrong == 9
    assert error.limits(300)[0] == 291
    assert error_of({0: 700, BOTH: 4}, (0, 0.0, 0, 0.0), by_chance=5.0).own_wrong == 4


def test_the_length_of_digests_says_nothing_of_those_that_are_not_counted():
    assert error_of({0: 700, BOTH: 300}, digests=True).missed == 700
    assert not error_of({BOTH: 300}, digests=True).open


def test_what_counts_by_its_system_prompt_is_not_missed():
    error = error_of({0: 700, BOTH: 300}, sizes=[14], under_system=700)
    assert error.missed <= 3
    assert not error.open


def test_what_counts_by_its_opening_is_not_missed():
    ways = {0: 700, BY_TEMPLATE: 100, BY_INSERT: 100, BOTH: 20}
    assert error_of(ways, by_end=600).missed <= min(100, error_of(ways).missed - 600)


@pytest.mark.parametrize(("by_address", "least"), [(True, 0), (False, 600)])
def test_addresses_do_not_say_what_was_sent_from_them_and_tools_may_not_be_all(by_address, least):
    requests = RequestCounts(members_core=900, members_upper=900, matching_core=600, matching_upper=600)
    counted = by_other_means(requests, by_address=by_address)
    assert counted is not None
    assert counted.open
    assert counted.limits(600) == (least, 900)


def test_a_count_of_all_requests_has_no_limits():
    requests = RequestCounts(members_core=900, members_upper=900, matching_core=900, matching_upper=900)
    assert by_other_means(requests, by_address=True) is None


def test_what_hides_a_campaign_is_not_counted_because_its_lengths_are_not_everybodys():
    """Camouflage of one kind: nothing says that it is the campaign's own work."""
    error = error_of({0: 1000, BOTH: 300}, sizes=np.full(1000, 25))
    assert error.open
    assert error.limits(300) == (300, 1300)

"""Who the first core of a cluster is made of, and which tier follows from a score."""

import numpy as np
import pytest

from distillscan.clusters.scores import CORE, CORE_BITS, LEAD, NONE, PROBABLE, tier_codes
from distillscan.clusters.tiers import _typical


def first_core(*tied, label=None):
    """Which accounts are in it, given the families that tie each, one letter a family."""
    by_family = np.array([[family in families for family in "ABCD"] for families in tied])
    labels = np.zeros(len(tied), np.int32) if label is None else np.array(label, np.int32)
    return _typical(by_family, labels).tolist()


def test_an_account_may_be_tied_by_one_family_less_than_most_and_no_fewer():
    assert first_core(*["ABCD"] * 5, "BCD", "ABC", "AB") == [True] * 7 + [False]


def test_not_by_one_that_nearly_all_are_tied_by():
    assert first_core(*["ABCD"] * 18, "BCD", "BCD") == [True] * 20
    assert first_core(*["ABCD"] * 19, "BCD") == [True] * 19 + [False]


def test_two_families_are_the_least_and_each_cluster_has_its_own_measure():
    tied = ["ABCD", "ABCD", "ABCD", "AB", "AB", "A"]
    assert first_core(*tied, label=[0, 0, 0, 1, 1, 1]) == [True] * 5 + [False]
    assert first_core(*tied, label=[0, 0, 0, 0, 0, 0]) == [True] * 3 + [False] * 3
    assert first_core("AB", "AB", label=[-1, -1]) == [False, False]


@pytest.mark.parametrize(
    ("score", "tied", "binding", "characteristic", "tier"),
    [
        pytest.param(CORE_BITS, 2, False, False, CORE, id="nine to one, two families"),
        pytest.param(CORE_BITS, 1, True, True, PROBABLE, id="one family is never core"),
        pytest.param(CORE_BITS - 0.01, 2, False, False, PROBABLE, id="below nine to one"),
        pytest.param(0.0, 1, True, False, PROBABLE, id="even odds, by something that binds"),
        pytest.param(5.0, 1, False, False, NONE, id="nothing binds it"),
        pytest.param(-0.01, 2, True, True, LEAD, id="below even odds, it holds what nobody else does"),
        pytest.param(-0.01, 2, True, False, NONE, id="below even odds"),
    ],
)
def test_the_tier_follows_from_the_score_and_what_ties(score, tied, binding, characteristic, tier):
    found = tier_codes(np.array([score]), np.array([tied]), np.array([binding]), np.array([characteristic]))
    assert found.tolist() == [tier]

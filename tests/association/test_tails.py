"""Tails and rates, against slow and plain ways of computing them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from distillscan.association.tails import (
    benjamini_hochberg,
    binomial_tail,
    discoveries,
    poisson_quantile,
    poisson_tail,
    poisson_upper_limit,
    wilson_interval,
)


@given(st.integers(1, 40), st.data())
def test_the_binomial_tail_is_scipys(trials, data):
    count = data.draw(st.integers(1, trials))
    probability = data.draw(st.floats(1e-6, 1.0))
    tail = binomial_tail(
        np.array([count], dtype=np.int32), np.array([trials], dtype=np.int64), np.array([probability])
    )
    assert tail[0] == pytest.approx(stats.binom.sf(count - 1, trials, probability), rel=1e-9, abs=1e-300)


@given(st.integers(0, 500), st.floats(0.0, 500.0))
def test_the_poisson_tail_is_scipys(count, expected):
    assert poisson_tail(count, expected) == stats.poisson.sf(count - 1, expected)


@given(st.sampled_from([0.05, 0.5, 0.95]), st.floats(0.0, 500.0))
def test_the_poisson_quantile_is_scipys(level, expected):
    assert poisson_quantile(level, expected) == stats.poisson.ppf(level, expected)


@given(st.integers(0, 500))
def test_the_limit_of_a_poisson_mean_is_scipys(count):
    assert poisson_upper_limit(0.95, count) == pytest.approx(
        stats.chi2.ppf(0.95, 2 * (count + 1)) / 2, rel=1e-9
    )


@given(st.integers(1, 2_000), st.data())
def test_the_interval_of_a_share_is_scipys(trials, data):
    successes = data.draw(st.integers(0, trials))
    scipys = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((scipys.low, scipys.high), rel=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 500))
def test_unlisted_tests_count_as_p_of_one(listed, unlisted):
    p = np.array(listed)
    tests = len(p) + unlisted
    whole = benjamini_hochberg(np.concatenate([p, np.ones(unlisted)]), tests)
    assert benjamini_hochberg(p, tests) == pytest.approx(whole[: len(p)])


def test_counting_all_tests_takes_the_significance_from_a_lone_overlap():
    p = np.array([1e-4])
    assert benjamini_hochberg(p, 1)[0] == pytest.approx(1e-4)
    assert benjamini_hochberg(p, 1e6)[0] == 1.0


@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats(1e-12, 1)), min_size=1, max_size=40), st.integers(0, 50)
)
def test_discoveries_in_groups_are_those_of_each_group_alone(rows, unlisted):
    group, p = np.array([g for g, _ in rows]), np.array([value for _, value in rows])
    tests = np.bincount(group, minlength=4) + unlisted + 1
    found, q = discoveries(p, group, tests, 0.05)
    for number in np.unique(group):
        own = group == number
        alone = benjamini_hochberg(p[own], float(tests[number]))
        assert (found[own] == (alone <= 0.05)).all()
    assert (q[found] <= 0.05).all()

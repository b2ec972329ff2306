"""Which pairs of values pass the test of two values, and which are worth no test."""

import numpy as np
import pytest
from known_logs import Log

from distillscan.association.overlap import Overlaps
from distillscan.association.single import Associations, discover, judge_pairs

ACCOUNTS = 10_000


def judged(count, *, smaller, larger, signal="template"):
    """Whether a pair of values with so many holders and common holders is kept."""
    log = Log(ACCOUNTS)
    log.share("CONTENT", signal, "larger", range(larger))
    log.share("PAYMENT", "card", "smaller", range(smaller))
    incidence, names = log.incidence()
    named = [name for _, _, name in names]
    ends = named.index("larger"), named.index("smaller")
    pair = (np.array([value], np.int32) for value in (*ends, count))
    return len(judge_pairs(Overlaps(0, 1, 1 / ACCOUNTS, *pair), incidence)) == 1


def pairs(p, *, a=None, b=None, pooled=None):
    """Tested pairs with these tails."""
    everyone = np.arange(len(p))
    values = [np.array(everyone if given is None else given, np.int32) for given in (a, b)]
    tails = np.array(p, dtype=np.float64)
    by_pool = np.array([False] * len(p) if pooled is None else pooled)
    return Associations(*values, np.full(len(p), 2, np.int32), tails, tails, tails, by_pool)


@pytest.mark.parametrize(("count", "kept"), [(150, False), (199, False), (201, True)])
def test_an_overlap_below_twice_what_chance_gives_is_nothing_however_sure(count, kept):
    assert judged(count, smaller=1000, larger=1000) is kept


@pytest.mark.parametrize(("count", "kept"), [(89, False), (90, True)])
def test_a_value_that_lies_almost_wholly_in_another_needs_no_lift(count, kept):
    assert judged(count, smaller=100, larger=6000) is kept


def test_to_lie_in_a_broad_value_says_nothing():
    assert not judged(100, smaller=100, larger=6000, signal="user_agent")


def test_twice_a_small_overlap_may_be_chance():
    assert not judged(2, smaller=100, larger=100)
    assert judged(8, smaller=100, larger=100)


def test_every_pair_that_could_have_agreed_is_a_test():
    tested = pairs([1e-6, 1e-3])
    assert len(discover([tested], 2, 0.01)) == 2
    found = discover([tested], 5_000, 0.01)
    assert found.q.tolist() == pytest.approx([0.005])
    assert len(discover([tested], 50_000, 0.01)) == 0


def test_tails_of_several_tables_are_ranked_together():
    parts = [pairs([1.8e-6, 5e-3]), pairs([3.8e-6])]
    assert discover(parts, 5_000, 0.01).q.tolist() == pytest.approx([0.009, 0.0095])
    assert len(discover(parts[:1], 5_000, 0.01)) == 1
    assert len(discover(parts[1:], 5_000, 0.01)) == 0


def test_a_pair_stands_once_by_its_single_test_where_there_is_one():
    found = pairs([1.0, 2.0, 3.0], a=[4, 1, 1], b=[1, 4, 2], pooled=[True, False, True]).once()
    assert list(zip(found.a.tolist(), found.b.tolist(), found.p.tolist(), strict=True)) == [
        (1, 2, 3.0),
        (1, 4, 2.0),
    ]

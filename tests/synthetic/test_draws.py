import numpy as np

from distillscan.synthetic.draws import Draws


def test_a_stream_never_changes():
    assert Draws(1, "people").bits(2).tolist() == [5352402254187761933, 7107591508476304944]
    assert Draws(1, "people").below(1000, 4).tolist() == [290, 385, 109, 192]


def test_streams_of_different_names_or_seeds_differ():
    streams = [Draws(1, "campus"), Draws(1, "company"), Draws(2, "campus")]
    assert len({int(stream.bits(1)[0]) for stream in streams}) == 3


def test_below_stays_below_its_bound_element_by_element():
    high = np.array([1, 2, 3, 50] * 500)
    drawn = Draws(1, "below").below(high, len(high))
    assert (drawn >= 0).all()
    assert (drawn < high).all()
    assert set(drawn[high == 3].tolist()) == {0, 1, 2}


def test_pick_follows_the_weights_and_never_takes_a_weight_of_zero():
    picked = np.bincount(Draws(1, "pick").pick((1, 0, 3), 20_000), minlength=3) / 20_000
    assert picked[1] == 0
    assert abs(picked[2] - 0.75) < 0.02


def test_normal_has_mean_zero_and_unit_spread():
    drawn = Draws(1, "normal").normal(50_000)
    assert abs(drawn.mean()) < 0.02
    assert abs(drawn.std() - 1) < 0.02


def test_lognormal_counts_keep_their_median_and_limits():
    drawn = Draws(1, "counts").lognormal_counts(20.0, 0.9, 90, 20_000)
    assert drawn.min() >= 1
    assert drawn.max() == 90
    assert 19 <= np.median(drawn) <= 21


def test_order_is_a_permutation():
    assert sorted(Draws(1, "order").order(100).tolist()) == list(range(100))

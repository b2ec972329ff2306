"""Items put in order or in groups, for compiled passes."""

import numpy as np
import pytest

from distillscan.compiled import compiled, readonly
from distillscan.ordered import places_in_order, starts_of


@compiled
def in_order(keys):
    return places_in_order(keys)


@pytest.mark.parametrize("size", [0, 1, 7, 40, 41, 1000, 4097])
@pytest.mark.parametrize("low", [0, 20, 56])
def test_places_are_in_the_order_of_keys_and_equal_keys_in_their_own(size, low):
    keys = np.random.default_rng(size).integers(0, 200, size).astype(np.uint64) << np.uint64(low)
    assert in_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()


def test_places_are_in_the_order_of_keys_of_all_bits():
    keys = np.random.default_rng(0).integers(0, 1 << 64, 1000, np.uint64)
    assert in_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()


def test_groups_start_where_those_before_them_end():
    assert starts_of(np.array([2, 0, 3])).tolist() == [0, 2, 2]


def test_a_readonly_array_is_the_same_memory_and_the_array_stays_as_it_is():
    array = np.zeros(2)
    view = readonly(array)
    array[0] = 1.0
    assert view.tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        view[1] = 1.0

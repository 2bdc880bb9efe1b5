from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from penstock.pages.thinning import thin

numbers = st.floats(-1e6, 1e6, allow_nan=False, width=32)


def test_few_points_stay_as_they_are():
    x = np.arange(10.0)
    assert thin(x, x, 50).tolist() == list(range(10))


def test_a_lone_peak_survives():
    y = np.zeros(100_000)
    y[61_803] = 1.0
    kept = thin(np.arange(100_000.0), y, 200)
    assert 61_803 in kept
    assert len(kept) <= 4 * 201


def test_points_on_one_place_are_thinned_too():
    y = np.arange(1000.0)
    assert thin(np.ones(1000), y, 10).tolist() == [0, 999]


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=200), st.integers(1, 30))
def test_ends_and_extremes_stay_whatever_the_order_of_x(points, columns):
    x, y = (np.array(values) for values in zip(*points, strict=True))
    kept = thin(x, y, columns)
    assert (np.diff(kept) > 0).all()
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1
    assert y[kept].min() == y.min()
    assert y[kept].max() == y.max()

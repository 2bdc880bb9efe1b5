from __future__ import annotations

import numpy as np
import pytest

from penstock.offpolicy.intervals import by_unit, interval


def test_rows_of_a_unit_are_added_up() -> None:
    rows, unit = np.array([1.0, 2.0, 4.0]), np.array(["b", "a", "b"])
    assert by_unit(rows, unit).tolist() == [2, 5]
    assert by_unit(rows, None) is rows


def test_of_a_mean_it_is_the_textbook_s() -> None:
    rows = np.random.default_rng(0).normal(3, 2, 200)
    low, high = interval(rows, np.ones(200), "normal", 0.9, 0, 0)
    reach = 1.6448536 * rows.std(ddof=1) / np.sqrt(200)
    assert (low, high) == pytest.approx((rows.mean() - reach, rows.mean() + reach))


def test_both_methods_agree_on_many_units() -> None:
    random = np.random.default_rng(1)
    above, below = random.gamma(2, 1, 5000), random.gamma(3, 1, 5000)
    normal = interval(above, below, "normal", 0.95, 0, 0)
    drawn = interval(above, below, "bootstrap", 0.95, 2000, 0)
    assert drawn == pytest.approx(normal, rel=0.01)
    assert drawn[0] < above.sum() / below.sum() < drawn[1]


def test_draws_without_a_weight_are_left_out() -> None:
    above, below = np.array([1.0, 0.0, 0.0]), np.array([2.0, 0.0, 0.0])
    assert interval(above, below, "bootstrap", 0.95, 50, 0) == (0.5, 0.5)


def test_one_unit_tells_nothing() -> None:
    assert interval(np.ones(1), np.ones(1), "normal", 0.95, 0, 0) == (-np.inf, np.inf)

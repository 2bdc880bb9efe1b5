"""The heaps against a sorted list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.features import quantiles
from penstock.features.usual import relative_of, usual_of


def sorted_quantile(values: list[int], percent: int) -> int:
    beyond = (len(values) - 1) * percent
    low, rest = beyond // 100, beyond % 100
    ordered = [*sorted(values), 0]
    return ordered[low] * (100 - rest) + (ordered[low + 1] * rest if rest else 0)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1), st.integers(1, 99))
@settings(deadline=None)
def test_two_heaps_hold_every_quantile_on_the_way(values: list[int], percent: int) -> None:
    low, high = np.zeros((2, len(values)), np.int64)
    for seen, value in enumerate(values):
        quantiles.push(low, high, seen, percent, value)
        expected = sorted_quantile(values[: seen + 1], percent)
        assert quantiles.quantile(low, high, seen + 1, percent) == expected


@pytest.mark.parametrize("percent", [50, 90])
def test_a_quantile_is_that_of_numpy(percent: int) -> None:
    random = np.random.default_rng(0)
    codes, values = np.sort(random.integers(0, 3, 500)), random.integers(0, 10**6, 500)
    begins = np.searchsorted(codes, codes).astype(np.int32)
    made = quantiles.earlier_quantiles(np.arange(500, dtype=np.int32), begins, values, percent)
    for row in range(500):
        earlier = values[begins[row] : row] if row > begins[row] else values[row : row + 1]
        assert made[row] / 100 == pytest.approx(np.quantile(earlier, percent / 100), rel=1e-12)


def test_a_usual_amount_of_nothing_counts_as_one_minor_unit() -> None:
    assert relative_of(250, 0) == 250.0
    assert relative_of(250, 10_000) == 2.5
    assert usual_of(10_050, 100) == 1.005


def test_one_row_gives_what_a_column_gives() -> None:
    random = np.random.default_rng(1)
    values, found = random.integers(0, 2**53, 300), random.integers(0, 2**59, 300)
    relatives, usuals = relative_of(values, found), usual_of(found, 100)
    for row, (value, quantile) in enumerate(zip(values.tolist(), found.tolist(), strict=True)):
        assert relative_of(value, quantile) == relatives[row]
        assert usual_of(quantile, 100) == usuals[row]

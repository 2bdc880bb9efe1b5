from __future__ import annotations

import math

import pytest

from penstock.pages.axes import linear, number, ordinal


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0.6867, "0.687"),
        (0.0044, "0.0044"),
        (-0.25, "-0.250"),
        (0.0, "0.000"),
        (12.3456, "12.35"),
        (1_754_155.0, "1,754,155"),
        (3e-7, "3.0e-07"),
        (math.nan, "—"),
        (math.inf, "—"),
    ],
)
def test_a_measure_has_the_digits_that_tell_candidates_apart(value, read):
    assert number(value) == read


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.0, 1.0], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ([0.21, 0.37], ["0.20", "0.25", "0.30", "0.35", "0.40"]),
        ([-3.0, 7.0], ["-4", "-2", "0", "2", "4", "6", "8"]),
        ([0.0, 1e9], ["0", "2.0e+08", "4.0e+08", "6.0e+08", "8.0e+08", "1.0e+09"]),
    ],
)
def test_ticks_are_round_and_hold_the_values(values, labels):
    axis = linear(values, 0, 100)
    assert [label for _, label in axis.ticks] == labels
    assert axis.low <= min(values)
    assert axis.high >= max(values)


@pytest.mark.parametrize("values", [[], [5.0], [0.0, 0.0], [1e-9, 1e-9], [-2.0]])
def test_an_axis_without_a_span_has_one_all_the_same(values):
    axis = linear(values, 0, 100)
    assert axis.high > axis.low
    assert all(math.isfinite(axis.place(value)) for value in values)


def test_a_tight_axis_ends_on_its_values_and_has_its_ticks_inside():
    axis = linear([0.47, 0.72], 0, 100, tight=True)
    assert (axis.low, axis.high) == (0.47, 0.72)
    assert all(0.47 <= tick <= 0.72 for tick, _ in axis.ticks)


def test_bars_get_an_axis_that_holds_zero():
    assert linear([3.0, 4.0], 0, 100, zero=True).low == 0


def test_names_that_do_not_fit_are_left_out_evenly():
    axis = ordinal([f"2018-08-{day:02d}" for day in range(1, 31)], 0, 300, room=60)
    assert [label for _, label in axis.ticks] == ["1 Aug", "7 Aug", "13 Aug", "19 Aug", "25 Aug"]

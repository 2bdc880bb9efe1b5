"""The compiled windows against their definition, read row by row."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.features import windows
from penstock.features.clock import DAY
from tests.unit.features.given import DAYS, DELAY, OF_WINDOWS, ROWS, Row, frame


def by_definition(table: pd.DataFrame) -> pd.DataFrame:
    """Every pair of rows is looked at; means are exact fractions, rounded once."""
    times = table["time"].to_numpy().astype(np.int64).tolist()
    cents = np.rint(table["amount"] * 100).astype(int).tolist()
    frauds = table["label"].fillna(0).astype(int).tolist()
    columns: dict[str, list[float]] = {name: [] for name in OF_WINDOWS.names}
    for row, now in enumerate(times):
        for days in DAYS:
            for entity, delay in (("card", 0), ("shop", DELAY)):
                of = table[entity].tolist()
                end = now - delay * DAY
                inside = [
                    other
                    for other in range(row + 1)
                    if of[other] == of[row] and end - days * DAY < times[other] <= end
                ]
                columns[f"{entity}_count_{days}"].append(len(inside))
                if entity == "card":
                    mean = Fraction(sum(cents[other] for other in inside), 100 * len(inside))
                    columns[f"card_mean_{days}"].append(float(mean))
                else:
                    share = Fraction(sum(frauds[o] for o in inside), len(inside) or 1)
                    columns[f"shop_risk_{days}"].append(float(share))
    return pd.DataFrame(columns).astype(OF_WINDOWS.dtypes)


@given(ROWS)
@settings(deadline=None)
def test_windows_are_what_their_definition_says(rows: list[Row]) -> None:
    table = frame(rows)
    pd.testing.assert_frame_equal(OF_WINDOWS.batch(table), by_definition(table), check_exact=True)


@given(ROWS)
@settings(deadline=None)
def test_what_an_entity_is_called_does_not_matter(rows: list[Row]) -> None:
    table = frame(rows)
    renamed = table.assign(
        card=table["card"].map({0: "cé", 1: "a", 2: ""}),
        shop=table["shop"].map({0: 10**17, 1: -(10**17), 2: 5}),
    )
    expected = OF_WINDOWS.batch(table)
    pd.testing.assert_frame_equal(OF_WINDOWS.batch(renamed), expected, check_exact=True)


def test_many_rows_of_one_entity_and_of_many_agree_with_a_search() -> None:
    """The four walks meet at quarters of the rows, wherever entities begin and end."""
    random = np.random.default_rng(3)
    for entities, rows in ((1, 1000), (7, 1001), (400, 1002), (2000, 1003)):
        times = np.sort(random.integers(0, 500, rows))
        codes = random.integers(0, entities, rows)
        order, gathered, begins = windows.gather(codes, entities, times)
        assert (order == np.argsort(codes, kind="stable")).all()
        assert (gathered == times[order]).all()
        assert (begins == np.searchsorted(codes[order], codes[order])).all()
        first = windows.first_within(begins, gathered, 40)
        for place in range(rows):
            own = gathered[begins[place] : place + 1]
            expected = begins[place] + np.searchsorted(own, gathered[place] - 40, side="right")
            assert first[place] == expected


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=60), st.integers(1, 20))
@settings(deadline=None)
def test_the_largest_of_a_sliding_window_is_the_largest(values: list[float], width: int) -> None:
    order = np.random.default_rng(len(values)).permutation(len(values)).astype(np.int32)
    starts = np.maximum(np.arange(len(values)) + 1 - width, 0).astype(np.int32)
    largest = windows.window_largest(order, starts, np.array(values))
    for place, row in enumerate(order):
        assert largest[row] == max(values[one] for one in order[starts[place] : place + 1])


@pytest.mark.parametrize(
    ("total", "count", "scale", "expected"),
    [(0, 0, 100, 0.0), (1001, 2, 100, 5.005), (1, 3, 1, 1 / 3)],
)
def test_a_share_is_rounded_once(total: int, count: int, scale: int, expected: float) -> None:
    assert windows.share(total, count, scale) == expected

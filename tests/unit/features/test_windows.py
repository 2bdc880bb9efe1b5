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
from penstock.features.featureset import FeatureSet
from penstock.features.kernels import Count, MeanAmount, Risk
from penstock.features.values import Label, Money

DELAY = 7
DAYS = (1, 7, 30)
SET = FeatureSet(
    tuple(
        kernel
        for days in DAYS
        for kernel in (
            Count(f"card_count_{days}", "card", days),
            MeanAmount(f"card_mean_{days}", "card", days, Money("amount")),
            Count(f"shop_count_{days}", "shop", days, DELAY),
            Risk(f"shop_risk_{days}", "shop", days, DELAY, Label("label")),
        )
    ),
    DELAY,
)

# Half days and a microsecond more or less: ties, and rows that lie exactly on a window's edge.
ROWS = st.lists(
    st.tuples(
        st.builds(lambda half, odd: half * DAY // 2 + odd, st.integers(0, 90), st.integers(-1, 1)),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 10**7),
        st.sampled_from([0, 1, None]),
    ),
    max_size=40,
)


def frame(rows: list[tuple[int, int, int, int, int | None]]) -> pd.DataFrame:
    times, cards, shops, cents, labels = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    return pd.DataFrame(
        {
            "time": np.array(times, "datetime64[us]"),
            "card": np.array(cards),
            "shop": np.array(shops),
            "amount": np.array(cents) / 100,
            "label": pd.array(labels, dtype="Int8"),
        }
    )


def by_definition(table: pd.DataFrame) -> pd.DataFrame:
    """Every pair of rows is looked at; means are exact fractions, rounded once."""
    times = table["time"].to_numpy().astype(np.int64).tolist()
    cents = np.rint(table["amount"] * 100).astype(int).tolist()
    frauds = table["label"].fillna(0).astype(int).tolist()
    columns: dict[str, list[float]] = {name: [] for name in SET.names}
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
    return pd.DataFrame(columns).astype(SET.dtypes)


@given(ROWS.filter(len))
@settings(deadline=None)
def test_windows_are_what_their_definition_says(rows: list) -> None:
    table = frame(rows)
    pd.testing.assert_frame_equal(SET.batch(table), by_definition(table), check_exact=True)


@given(ROWS.filter(len), st.data())
@settings(deadline=None)
def test_no_row_sees_the_rows_after_it(rows: list, data: st.DataObject) -> None:
    table = frame(rows)
    seen = data.draw(st.integers(1, len(table)))
    other = frame(data.draw(ROWS.filter(len)))
    other["time"] += table["time"].iloc[seen - 1] - other["time"].iloc[0]
    changed = pd.concat([table.iloc[:seen], other], ignore_index=True)
    before, after = SET.batch(table).iloc[:seen], SET.batch(changed).iloc[:seen]
    pd.testing.assert_frame_equal(before, after, check_exact=True)


@given(ROWS.filter(len))
@settings(deadline=None)
def test_what_an_entity_is_called_does_not_matter(rows: list) -> None:
    table = frame(rows)
    renamed = table.assign(
        card=table["card"].map({0: "cé", 1: "a", 2: ""}),
        shop=table["shop"].map({0: 10**17, 1: -(10**17), 2: 5}),
    )
    pd.testing.assert_frame_equal(SET.batch(table), SET.batch(renamed), check_exact=True)


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


@pytest.mark.parametrize(
    ("total", "count", "scale", "expected"),
    [(0, 0, 100, 0.0), (1001, 2, 100, 5.005), (1, 3, 1, 1 / 3)],
)
def test_a_share_is_rounded_once(total: int, count: int, scale: int, expected: float) -> None:
    assert windows.share(total, count, scale) == expected

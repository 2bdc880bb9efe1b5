from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.features.clock import is_night
from penstock.features.errors import (
    ColumnUnfit,
    FeatureDefinitionError,
    LabelTooYoung,
    MissingColumn,
)
from penstock.features.featureset import FeatureSet
from penstock.features.kernel import Kernel
from penstock.features.measures import Amount, Usual
from penstock.features.of_labels import DaysSinceFirst, DaysSinceLast, DaysSinceStreak, Streak
from penstock.features.of_row import Clock, Column
from penstock.features.of_window import Count, Largest, MeanAmount, Risk, Total
from penstock.features.values import Above, Label, Money, Unexplained

SMALL = FeatureSet(
    (
        Count("count", "card", 1),
        Column("amount", "the amount"),
        Clock("night", is_night, "1 at night"),
        MeanAmount("mean", "card", 1, amount=Money("amount")),
        Risk("risk", "card", 1, 2, label=Label("label")),
    ),
    label_delay_days=2,
)


def table(**columns: object) -> pd.DataFrame:
    usual = {
        "time": pd.to_datetime(["2024-01-01 03:00", "2024-01-01 12:00", "2024-01-03 12:00"]),
        "card": [5, 5, 5],
        "amount": [1.0, 2.0, 4.0],
        "label": [1, 0, 0],
        "unused": ["a", "b", "c"],
    }
    return pd.DataFrame(usual | columns)


def test_a_batch_has_the_features_in_order_typed_and_indexed_as_the_table() -> None:
    rows = table().set_index(pd.Index([7, 3, 9]))
    expected = pd.DataFrame(
        {
            "count": np.array([1, 2, 1], np.int32),
            "amount": [1.0, 2.0, 4.0],
            "night": np.array([1, 0, 0], np.int8),
            "mean": [1.0, 1.5, 4.0],
            "risk": [0.0, 0.0, 0.5],
        },
        index=[7, 3, 9],
    )
    pd.testing.assert_frame_equal(SMALL.batch(rows), expected, check_exact=True)
    assert SMALL.dtypes == {name: str(dtype) for name, dtype in expected.dtypes.items()}


def test_a_batch_leaves_the_table_as_it_was() -> None:
    rows = table()
    features = SMALL.batch(rows)
    features.loc[0, "amount"] = 99.0
    pd.testing.assert_frame_equal(rows, table())


def test_no_rows_give_no_rows() -> None:
    features = SMALL.batch(table().iloc[:0])
    assert len(features) == 0 and tuple(features.columns) == SMALL.names


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_time_does_not_matter(unit: str) -> None:
    rows = table(time=table()["time"].dt.as_unit(unit))
    pd.testing.assert_frame_equal(SMALL.batch(rows), SMALL.batch(table()), check_exact=True)


def test_a_feature_says_what_it_looks_at() -> None:
    count, amount, *_, risk = SMALL.features
    assert (count.entity, count.window_days, count.label_delay_days) == ("card", 1, None)
    assert (amount.entity, amount.window_days, amount.label_delay_days) == (None, None, None)
    assert (risk.entity, risk.window_days, risk.label_delay_days) == ("card", 1, 2)
    assert "the last 1 day that ended 2 days ago" in risk.description


@pytest.mark.parametrize(
    "kernel",
    [
        Risk("risk", "card", 1, 2, label=Label("label")),
        Column("label", "the label itself"),
        MeanAmount("mean", "card", 1, amount=Money("label")),
        Count("count", "label", 1),
        Total("frauds", "card", 1, 2, value=Label("label")),
        Total("odd", "card", 1, 2, value=Unexplained(Label("label"), ())),
        Total("big", "card", 1, value=Above(Amount(Money("label")), 0.5)),
        Largest("largest", "card", 1, measure=Usual("label", Money("amount"))),
        Streak("streak", "card", 1, 2, label="label"),
        DaysSinceStreak("since", "card", 1, 2, label="label"),
        DaysSinceLast("last", "card", 1, 2, mark=Label("label", 0)),
        DaysSinceFirst("first", "card", 1, 2, mark=Label("label")),
    ],
)
def test_a_feature_of_labels_not_known_yet_cannot_be_built(kernel: Kernel) -> None:
    with pytest.raises(LabelTooYoung, match="known only after 3 days"):
        FeatureSet((kernel,), label_delay_days=3)


def test_labels_of_another_column_than_the_set_knows_cannot_be_looked_at() -> None:
    kernel = Streak("streak", "card", 1, 3, label="chargeback")
    with pytest.raises(FeatureDefinitionError, match="not those of column 'label'"):
        FeatureSet((kernel,), label_delay_days=3)


def test_a_quantile_beyond_all_rows_cannot_be_built() -> None:
    with pytest.raises(FeatureDefinitionError, match="a quantile at 100 percent"):
        Usual("card", Money("amount"), 100)


def test_two_features_of_one_name_cannot_be_built() -> None:
    with pytest.raises(FeatureDefinitionError, match="'a': defined 2 times"):
        FeatureSet((Count("a", "card", 1), Count("a", "card", 7)), label_delay_days=2)


@pytest.mark.parametrize(
    ("days", "delay", "problem"), [(0, 1, "a window of 0 days"), (1, 0, "a delay of 0 days")]
)
def test_a_window_without_length_or_on_its_own_label_cannot_be_built(
    days: int, delay: int, problem: str
) -> None:
    with pytest.raises(FeatureDefinitionError, match=problem):
        Risk("risk", "card", days, delay, label=Label("label"))


def test_a_window_that_may_be_empty_has_no_largest() -> None:
    with pytest.raises(FeatureDefinitionError, match="leave delay_days out"):
        Largest("largest", "card", 1, 1, measure=Amount(Money("amount")))


def test_a_window_that_ends_in_the_future_cannot_be_built() -> None:
    with pytest.raises(FeatureDefinitionError, match="a delay of -1 days"):
        Count("count", "card", 1, -1)


def test_a_misspelt_column_gets_the_nearest_name() -> None:
    rows = table().rename(columns={"amount": "amounts"})
    with pytest.raises(MissingColumn, match="did you mean 'amounts'"):
        SMALL.batch(rows)


TIMES = table()["time"]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("time", TIMES.iloc[::-1].to_list(), "row 1 .* after 2024-01-03"),
        ("time", [TIMES[0], TIMES[1], None], "expected a time in every row, found 1 nulls"),
        ("time", [1, 2, 3], "expected datetimes without a time zone, found int64"),
        ("time", TIMES.dt.tz_localize("UTC"), "found datetime64"),
        ("card", [5, None, 5], "expected an entity in every row, found 1 nulls"),
        ("amount", ["1", "2", "four"], "expected values of dtype float64"),
    ],
)
def test_a_column_no_feature_can_come_from_is_named(
    column: str, values: object, message: str
) -> None:
    with pytest.raises(ColumnUnfit, match=f"column '{column}'.*{message}"):
        SMALL.batch(table(**{column: values}))

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.features.errors import ColumnUnfit
from penstock.features.values import Label, Money, minor_units


def test_money_is_rounded_to_the_nearest_cent() -> None:
    column = pd.Series([0.1 + 0.2, 1.005, 19.99, -3.0], name="amount")
    assert Money("amount").of_column(column).tolist() == [30, 100, 1999, -300]


def test_one_amount_gives_what_a_column_gives() -> None:
    amounts = np.random.default_rng(0).uniform(0, 1e6, 1000)
    assert [minor_units(float(amount), 100) for amount in amounts] == list(
        minor_units(amounts, 100)
    )


def test_money_of_no_rows_is_no_rows() -> None:
    assert Money("amount").of_column(pd.Series([], dtype="float64")).size == 0


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (pd.Series([1.0, np.nan]), "1 that are not"),
        (pd.Series([1.0, np.inf, -np.inf]), "2 that are not"),
        (pd.Series([1, None], dtype="Int64"), "1 that are not"),
        (pd.Series([1e17, 1.0]), "a sum beyond 62 bits"),
        (pd.Series(["one", "two"]), "could not convert"),
    ],
)
def test_amounts_that_are_no_money_are_refused(column: pd.Series, found: str) -> None:
    with pytest.raises(ColumnUnfit, match=found):
        Money("amount").of_column(column)


@pytest.mark.parametrize("dtype", ["Int8", "float64", "object"])
def test_only_a_label_that_is_known_to_be_negative_is_one(dtype: str) -> None:
    column = pd.Series([1, None, 0], dtype=dtype)
    assert Label("label", 0).of_column(column).tolist() == [0, 0, 1]


@pytest.mark.parametrize("dtype", ["Int8", "float64", "object"])
def test_a_label_not_known_yet_counts_as_negative(dtype: str) -> None:
    column = pd.Series([1, None, 0], dtype=dtype)
    labels = Label("label").of_column(column)
    assert labels.tolist() == [1, 0, 0] and labels.dtype == np.int64

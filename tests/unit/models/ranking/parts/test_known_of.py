"""Content as numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.models.ranking.parts.known_of import as_tensor, from_tensor, numbers, spec_of

TABLE = pd.DataFrame(
    {"kind": ["War|Drama", "", "Drama"], "year": np.array([1990, np.nan, 2010], np.float32)}
)
SPEC = spec_of(TABLE, ("kind", "gender"), ("year", "age"))


def test_names_are_marks_and_quantities_are_scaled() -> None:
    assert SPEC == {"kind": ["Drama", "War"], "year": [2000.0, 10.0]}
    expected = [[1, 1, 1, -1, 1], [1, 0, 0, 0, 0], [1, 1, 0, 1, 1]]
    assert numbers(TABLE, SPEC).tolist() == expected


def test_names_never_met_and_columns_that_are_missing_tell_nothing() -> None:
    news = pd.DataFrame({"kind": ["Opera|War"]})
    assert numbers(news, SPEC).tolist() == [[1, 0, 1, 0, 0]]
    assert numbers(TABLE[["year"]], SPEC)[:, 1:3].any() == np.False_


def test_what_never_differs_is_scaled_by_one() -> None:
    table = pd.DataFrame({"age": [30.0, 30.0]})
    assert numbers(table, spec_of(table, (), ("age",))).tolist() == [[1, 0, 1], [1, 0, 1]]


def test_a_column_nothing_is_known_in_has_no_width() -> None:
    table = pd.DataFrame({"kind": ["", ""], "age": [np.nan, np.nan]})
    assert numbers(table, spec_of(table, ("kind",), ("age",))).tolist() == [[1], [1]]


def test_specs_are_kept_as_bytes() -> None:
    assert from_tensor(as_tensor([SPEC, {}])) == [SPEC, {}]

"""Parts of the rows by value and by edge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.errors import ParamsError, UnknownName
from penstock.core.settings import parse
from penstock.tasks.classification.slices import SliceGuard, slices

FRAME = pd.DataFrame({"night": [0, 1, 1, 0], "amount": [5.0, 50.0, 75.0, np.nan]})


def cut(column, **guard):
    found = slices(FRAME, column, parse(SliceGuard, guard, "slices"))
    return {name: np.flatnonzero(inside).tolist() for name, inside in found}


def test_a_column_without_edges_is_cut_by_its_values():
    assert cut("night") == {"night = 0": [0, 3], "night = 1": [1, 2]}


def test_edges_cut_below_between_and_above_and_leave_gaps_out():
    assert cut("amount", edges=[50, 60]) == {
        "amount < 50": [0],
        "50 ≤ amount < 60": [1],
        "amount ≥ 60": [2],
    }


def test_a_misspelt_column_is_told():
    with pytest.raises(UnknownName, match="did you mean 'night'"):
        cut("nihgt")


def test_a_column_of_many_values_needs_edges():
    many = pd.DataFrame({"amount": np.arange(100.0)})
    with pytest.raises(ParamsError, match=r"edges: missing; the column has 100 values"):
        list(slices(many, "amount", parse(SliceGuard, {}, "slices")))


def test_edges_that_do_not_ascend_are_refused():
    with pytest.raises(ParamsError, match="do not ascend"):
        parse(SliceGuard, {"edges": [3, 1]}, "slices")

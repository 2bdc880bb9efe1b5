"""What users had, as sequences and as matrices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Signature, View
from penstock.core.dataset import Dataset
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.packed import pack, unpack
from penstock.projects.recommendation.features import ROLES

ROWS = pd.DataFrame(
    {
        "interaction": range(7),
        "user": [2, 1, 1, 1, 9, 2, 1],
        "item": [30, 20, 10, 20, 10, 99, 30],
        "time": pd.to_datetime(
            ["2024-01-05"] * 2 + ["2024-01-05", "2024-01-02"] + ["2024-01-01"] * 3
        ),
        "value": [1.0, 5.0, 3.0, 4.0, 2.0, 2.0, np.nan],
    }
)
VIEW = View(Dataset({"interactions": ROWS}), Signature((), ROLES))
FOUND = Histories.of(VIEW, pd.Index([1, 2, 3]), pd.Index([10, 20, 30]))


def test_a_history_is_in_order_of_time_and_then_of_items() -> None:
    assert FOUND.lengths.tolist() == [4, 1, 0]
    assert FOUND.item.tolist() == [2, 1, 0, 1, 2]
    assert FOUND.user.tolist() == [0, 0, 0, 0, 1]
    assert (np.diff(FOUND.time[:4]) >= 0).all()


def test_foreign_users_and_items_are_left_out() -> None:
    assert len(FOUND.item) == 5


def test_an_item_that_was_had_twice_is_had() -> None:
    assert FOUND.matrix().toarray().tolist() == [[1, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert FOUND.matrix(np.float32).dtype == np.float32


def test_of_two_values_the_later_holds_and_none_is_no_zero() -> None:
    values = FOUND.values()
    assert values.toarray().tolist() == [[3, 5, 0], [0, 0, 1], [0, 0, 0]]
    assert values.nnz == 3


def test_a_part_is_what_those_users_had() -> None:
    part = FOUND.part(1, 3)
    assert len(part) == 2
    assert part.matrix().toarray().tolist() == [[0, 0, 1], [0, 0, 0]]


def test_nobody_has_nothing() -> None:
    nobody = Histories.of(VIEW, pd.Index([], dtype="int64"), pd.Index([10]))
    assert nobody.matrix().shape == (0, 1)


def test_a_packed_matrix_comes_back_whole() -> None:
    again = unpack("m", pack("m", FOUND.matrix()))
    assert (again != FOUND.matrix()).nnz == 0

"""The parts of the rows that are judged on their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from penstock.core.dataset import Dataset, load, save
from penstock.projects.fraud.slices import slices

TRANSACTIONS = pd.DataFrame(
    {
        "transaction_id": [3, 1, 4, 5],
        "time": np.array(
            ["2024-01-01", "2024-01-07T23", "2024-01-08", "2024-03-31"], "datetime64[us]"
        ),
        "customer": [7, 7, 8, 7],
        "terminal": [1, 1, 1, 1],
        "amount": [10.0, 20.0, 300.0, 220.0],
    }
)


def test_a_row_lies_in_one_part_of_each_kind() -> None:
    made = slices(TRANSACTIONS, None, 220.0)
    assert made["transaction_id"].tolist() == [3, 1, 4, 5]
    assert made["history"].tolist() == ["0 to 9 transactions"] * 4
    assert made["terminal_age"].tolist() == [
        "0 to 6 days",
        "0 to 6 days",
        "7 to 27 days",
        "90 days and more",
    ]
    assert made["amount"].tolist() == ["up to 18", "18 to 120", "above 290", "120 to 220"]
    assert "scenario" not in made


def test_histories_grow_by_a_customers_own_rows() -> None:
    many = pd.concat([TRANSACTIONS.iloc[:1]] * 60, ignore_index=True)
    history = slices(many.assign(customer=[7, 8] * 30), None, 220.0)["history"]
    assert history.value_counts(sort=False).tolist() == [20, 40, 0, 0]


def test_scenarios_find_their_rows_by_id_and_may_be_unknown() -> None:
    scenarios = pd.DataFrame(
        {"transaction_id": [5, 4, 3, 2, 1], "scenario": pd.array([0, 1, 2, 3, None], dtype="Int8")}
    )
    made = slices(TRANSACTIONS, scenarios, 220.0)["scenario"]
    assert made.isna().tolist() == [False, True, False, False]
    assert made.dropna().tolist() == ["compromised terminal", "large amount", "none"]


def test_parts_keep_their_order_in_a_file(tmp_path: Path) -> None:
    made = slices(TRANSACTIONS, None, 220.0)
    save(Dataset({"slices": made}), tmp_path / "d")
    back = load(tmp_path / "d").tables["slices"]
    pd.testing.assert_frame_equal(back, made)
    assert back["amount"].cat.ordered


def test_no_rows_have_no_parts() -> None:
    made = slices(TRANSACTIONS.iloc[:0], None, 220.0)
    assert len(made) == 0
    assert np.all(made.dtypes.iloc[1:] == "category")

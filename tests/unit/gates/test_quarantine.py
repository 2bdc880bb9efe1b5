"""Rows that are taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.gates.quarantine import QuarantineError, masks_of, parts_of, without


def table(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"x": range(rows)})


IMAGES = Dataset(tensors={"image": np.zeros((6, 2, 2)), "label": np.arange(6), "grid": np.zeros(2)})


def test_a_table_loses_its_own_rows_only() -> None:
    dataset = Dataset({"users": table(4), "items": table(4)})
    left = without(dataset, masks_of(dataset, {"users": np.array([0, 1, 0, 1], bool)}))
    assert left.tables["users"]["x"].tolist() == [0, 2]
    assert left.tables["users"].index.tolist() == [0, 1]
    assert len(left.tables["items"]) == 4


def test_an_image_takes_its_label_along() -> None:
    left = without(IMAGES, masks_of(IMAGES, {"image": np.arange(6) == 1}))
    assert left.tensors["label"].tolist() == [0, 2, 3, 4, 5]
    assert left.tensors["image"].shape == (5, 2, 2)
    assert left.tensors["grid"].shape == (2,)


def test_a_tensor_beside_a_table_stays_in_step_with_it() -> None:
    dataset = Dataset({"rows": table(6), "other": table(9)}, IMAGES.tensors)
    assert parts_of(dataset, "rows", 6) == ["image", "label", "rows"]
    assert parts_of(dataset, "images", 6) == ["image", "label", "rows"]


def test_masks_of_two_inspected_tables_are_joined() -> None:
    mask = {"image": np.arange(6) == 1, "label": np.arange(6) == 2}
    assert masks_of(IMAGES, mask)["image"].tolist() == [False, True, True, False, False, False]


@pytest.mark.parametrize(
    ("dataset", "name", "length", "problem"),
    [
        (
            Dataset({"a": table(3), "b": table(3)}, {"t": np.zeros(3)}),
            "t",
            3,
            "'a' and 'b' are both",
        ),
        (Dataset({"a": table(3)}), "a", 4, "has 3 rows"),
        (Dataset(environment={"arms": []}), "arms", 2, "no part of the dataset is that long"),
    ],
)
def test_rows_that_can_be_no_parts_rows_are_refused(
    dataset: Dataset, name: str, length: int, problem: str
) -> None:
    with pytest.raises(QuarantineError, match=problem):
        parts_of(dataset, name, length)


def test_nothing_to_lose_asks_nothing() -> None:
    assert masks_of(Dataset(environment={}), {"arms": np.zeros(2, bool)}) == {}

"""Any dataset as tables."""

from __future__ import annotations

import numpy as np

from penstock.core.dataset import Dataset
from penstock.gates.inspection import tables_of
from tests.unit.gates.given import payments


def test_tables_are_shown_as_they_are() -> None:
    table = payments(3)
    assert tables_of(Dataset({"payments": table}))["payments"] is table


def test_a_tensor_gives_a_row_per_item() -> None:
    images = np.arange(12.0).reshape(3, 2, 2)
    images[1, 0, 0] = np.nan
    images[2] = np.inf
    shown = tables_of(Dataset(tensors={"image": images}))["image"]
    assert shown["not_finite"].tolist() == [0, 1, 4]
    assert shown["largest"].tolist() == [3.0, 7.0, -np.inf]
    assert shown["smallest"].tolist() == [0.0, 5.0, np.inf]


def test_tensors_of_integers_truths_and_nothing_are_shown_too() -> None:
    tensors = {"label": np.array([3, 4]), "seen": np.array([True, False]), "none": np.zeros((2, 0))}
    shown = tables_of(Dataset(tensors=tensors))
    assert shown["label"]["largest"].tolist() == [3, 4]
    assert shown["seen"]["smallest"].tolist() == [1, 0]
    assert len(shown["none"]) == 2


def test_an_environment_gives_a_row_per_arm() -> None:
    environment = {"arms": [{"p": 0.2}, {"p": 0.8}], "names": ["a", "b"], "horizon": 100}
    shown = tables_of(Dataset(environment=environment))
    assert shown["arms"]["p"].tolist() == [0.2, 0.8]
    assert shown["names"]["value"].tolist() == ["a", "b"]
    assert "horizon" not in shown

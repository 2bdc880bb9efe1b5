from __future__ import annotations

import numpy as np
import pytest
import torch

from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.training.dataset import ArrayDataset
from penstock.scratch.training.loader import DataLoader

X, Y = np.arange(10.0).reshape(10, 1), np.arange(10)


class Squares:
    """A dataset that knows one example at a time."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, place: int) -> tuple[np.ndarray, int]:
        return np.full(2, place, float), place**2


@pytest.mark.curriculum(
    "F23",
    of=("src/penstock/scratch/training/dataset.py", "src/penstock/scratch/training/loader.py"),
)
@pytest.mark.parametrize(("size", "drop"), [(3, False), (3, True), (5, False), (20, False)])
def test_batches_are_torchs(size: int, drop: bool) -> None:
    data = ArrayDataset(X, Y)
    ours = DataLoader(data, size, drop_last=drop)
    theirs = torch.utils.data.DataLoader(data, size, drop_last=drop)  # type: ignore[arg-type]
    assert len(ours) == len(theirs)
    for (x, y), (t, u) in zip(ours, theirs, strict=True):
        assert (x == t.numpy()).all() and (y == u.numpy()).all()


def test_every_pass_has_another_order_and_all_rows_and_seeds_repeat_it() -> None:
    def passes(seed: int) -> list[list[int]]:
        loader = DataLoader(ArrayDataset(X, Y), 4, np.random.default_rng(seed))
        return [np.concatenate([y for _, y in loader]).tolist() for _ in range(2)]

    first, second = passes(0)
    assert first != second and sorted(first) == sorted(second) == list(range(10))
    assert passes(0) == [first, second] != passes(1)


def test_any_dataset_of_examples_is_stacked() -> None:
    (x, y), (_, rest) = DataLoader(Squares(), 3)
    assert x.shape == (3, 2) and y.tolist() == [0, 1, 4] and rest.tolist() == [9, 16]


def test_the_first_part_is_augmented() -> None:
    rng = np.random.default_rng(0)
    loader = DataLoader(ArrayDataset(X, Y), 10, rng, augment=lambda x, rng: x + 100)
    ((x, y),) = loader
    assert (x[:, 0] == y + 100).all()


def test_what_makes_no_batches_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"one length, got \[9, 10\]"):
        ArrayDataset(X, Y[1:])
    with pytest.raises(SettingError, match="a batch of 1 at least"):
        DataLoader(ArrayDataset(X), 0)
    with pytest.raises(SettingError, match="a generator to augment with"):
        DataLoader(ArrayDataset(X), 2, augment=lambda x, rng: x)

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis.extra.numpy import array_shapes

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import DtypeError, SettingError, ShapeError
from penstock.scratch.nn.activations import sigmoid
from penstock.scratch.nn.losses import binary_cross_entropy, cross_entropy, mean_squared_error
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides

SHAPES = array_shapes(max_dims=3, max_side=4)


@pytest.mark.curriculum("N03")
@drawn
@given(shape=SHAPES, seed=seeds)
def test_losses_of_numbers_are_torchs(shape: tuple[int, ...], seed: int) -> None:
    x, y = numbers(seed, *shape) * 9, numbers(seed + 1, *shape)
    other = torch.from_numpy(y)
    agree(lambda t: mean_squared_error(t, y), lambda t: F.mse_loss(t, other), x)
    share = (y > 0).astype(float) * 0.7
    agree(
        lambda t: binary_cross_entropy(t, share),
        lambda t: F.binary_cross_entropy_with_logits(t, torch.from_numpy(share)),
        x,
    )


@pytest.mark.curriculum("N03")
@drawn
@given(n=sides, t=sides, classes=sides, seed=seeds)
def test_cross_entropy_is_torchs_with_places_to_ignore(
    n: int, t: int, classes: int, seed: int
) -> None:
    target = np.random.default_rng(seed).integers(0, classes, (n, t))
    target[0, 0] = 0
    x = numbers(seed, n, t, classes) * 4
    agree(cross_entropy, lambda a, b: F.cross_entropy(a.flatten(0, 1), b.flatten()), x, target)
    target[-1, 1:] = -100
    agree(
        lambda a, b: cross_entropy(a, b, ignore=-100),
        lambda a, b: F.cross_entropy(a.flatten(0, 1), b.flatten(), ignore_index=-100),
        x,
        target,
    )


@pytest.mark.curriculum("N03")
def test_a_sure_and_wrong_unit_learns_by_cross_entropy_and_not_by_squares() -> None:
    sure, no = Tensor(np.array([12.0]), requires_grad=True), np.array([0.0])
    mean_squared_error(sigmoid(sure), no).backward()
    assert sure.grad is not None and abs(sure.grad[0]) < 1e-4
    sure.grad = None
    binary_cross_entropy(sure, no).backward()
    assert sure.grad is not None and abs(sure.grad[0]) > 0.99


def test_logits_a_thousand_apart_stay_finite() -> None:
    x = Tensor(np.array([[1000.0, -1000.0]]), requires_grad=True)
    loss = cross_entropy(x, np.array([1]))
    loss.backward()
    assert loss.item() == 2000 and x.grad is not None and x.grad.tolist() == [[1, -1]]


def test_targets_that_do_not_fit_are_refused() -> None:
    x = Tensor(np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"shape \(2,\), got \(3,\)"):
        cross_entropy(x, np.array([0, 1, 2]))
    with pytest.raises(DtypeError, match="integer classes"):
        cross_entropy(x, np.array([0.0, 1.0]))
    with pytest.raises(SettingError, match="classes from 0 to 2, got 0 … 3"):
        cross_entropy(x, np.array([0, 3]))
    with pytest.raises(ShapeError, match="at least that counts"):
        cross_entropy(x, np.array([1, 1]), ignore=1)
    with pytest.raises(ShapeError, match="mean_squared_error"):
        mean_squared_error(x, np.ones((2, 1)))
    with pytest.raises(ShapeError, match="binary_cross_entropy"):
        binary_cross_entropy(x, np.ones(2))

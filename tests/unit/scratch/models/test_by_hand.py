from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from penstock.scratch.models import by_hand
from penstock.scratch.nn.activations import tanh
from penstock.scratch.nn.linear import linear
from penstock.scratch.nn.losses import cross_entropy
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides

RNG = np.random.default_rng


@pytest.mark.curriculum("F11")
@pytest.mark.curriculum("N05")
@pytest.mark.curriculum("N09")
@drawn
@given(n=sides, inputs=sides, hidden=sides, classes=sides, seed=seeds)
def test_gradients_by_hand_are_torchs(
    n: int, inputs: int, hidden: int, classes: int, seed: int
) -> None:
    weights = by_hand.begin(inputs, hidden, classes, RNG(seed))
    x, y = numbers(seed, n, inputs), RNG(seed).integers(0, classes, n)

    def ours(*given: Tensor) -> tuple[np.ndarray, ...]:
        loss, gradients = by_hand.loss_and_gradients(
            by_hand.Weights(*(one.data for one in given)), x, y
        )
        return (np.asarray(loss), *gradients)

    def theirs(*given: torch.Tensor) -> tuple[torch.Tensor, ...]:
        h = torch.tanh(F.linear(torch.from_numpy(x), given[0], given[1]))
        loss = F.cross_entropy(F.linear(h, given[2], given[3]), torch.from_numpy(y))
        return (loss, *torch.autograd.grad(loss, given))

    agree(ours, theirs, *weights)


@pytest.mark.curriculum("F12")
@pytest.mark.curriculum("N32")
@drawn
@given(n=sides, inputs=sides, hidden=sides, classes=sides, seed=seeds)
def test_gradients_by_hand_are_those_of_the_graph(
    n: int, inputs: int, hidden: int, classes: int, seed: int
) -> None:
    weights = by_hand.begin(inputs, hidden, classes, RNG(seed))
    x, y = numbers(seed, n, inputs), RNG(seed).integers(0, classes, n)
    loss, gradients = by_hand.loss_and_gradients(weights, x, y)
    w1, b1, w2, b2 = (Tensor(one, requires_grad=True) for one in weights)
    walked = cross_entropy(linear(tanh(linear(Tensor(x), w1, b1)), w2, b2), y)
    walked.backward()
    assert walked.item() == pytest.approx(loss, rel=1e-12)
    for tensor, gradient in zip((w1, b1, w2, b2), gradients, strict=True):
        assert tensor.grad is not None
        np.testing.assert_allclose(tensor.grad, gradient, rtol=1e-10, atol=1e-14)


@pytest.mark.curriculum("N04")
def test_forward_propagation_of_a_small_dataset_is_torchs() -> None:
    weights = by_hand.begin(2, 3, 2, RNG(0))
    x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    h, p = by_hand.forward(weights, x)
    w1, b1, w2, b2 = map(torch.from_numpy, weights)
    hidden = torch.tanh(torch.from_numpy(x) @ w1.T + b1)
    np.testing.assert_allclose(h, hidden.numpy(), atol=1e-12)
    np.testing.assert_allclose(p, torch.softmax(hidden @ w2.T + b2, 1).numpy(), atol=1e-12)
    np.testing.assert_allclose(p.sum(axis=1), 1)


@pytest.mark.curriculum("N09")
def test_descent_by_hand_separates_two_rings() -> None:
    rng = RNG(0)
    angle, ring = rng.uniform(0, 2 * np.pi, 200), rng.integers(0, 2, 200)
    x = np.stack([np.cos(angle), np.sin(angle)], 1) * (1 + ring[:, None])
    weights, losses = by_hand.train(by_hand.begin(2, 16, 2, rng), x, ring, 1.0, 400)
    assert losses[-1] < 0.05 < losses[0]
    assert (by_hand.forward(weights, x)[1].argmax(axis=1) == ring).all()


def test_an_input_of_another_width_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(N, 2\), got \(3, 4\)"):
        by_hand.forward(by_hand.begin(2, 3, 2, RNG(0)), np.ones((3, 4)))

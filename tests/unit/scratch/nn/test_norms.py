from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.batch_norm import BatchNorm
from penstock.scratch.nn.layer_norm import LayerNorm
from tests.unit.scratch.against_torch import agree, copy, drawn, numbers, seeds, sides


@pytest.mark.curriculum("N22")
@drawn
@given(n=st.integers(2, 4), c=sides, image=st.none() | st.tuples(sides, sides), seed=seeds)
def test_batch_norm_is_torchs_in_training_and_in_use(
    n: int, c: int, image: tuple[int, int] | None, seed: int
) -> None:
    ours = BatchNorm(c)
    ours.weight.data[...] = numbers(seed, c)
    theirs = torch.nn.BatchNorm2d(c) if image else torch.nn.BatchNorm1d(c)
    for step in range(3):
        agree(ours, theirs, 3 * numbers(seed + step, n, c, *(image or ())) + 1)
        state = theirs.state_dict()
        for name in ours.buffers:
            np.testing.assert_allclose(getattr(ours, name), state[name].numpy(), rtol=1e-12)
    ours.eval()
    theirs.eval()
    agree(ours, theirs, numbers(seed, n, c, *(image or ())))


@pytest.mark.curriculum("N23")
@drawn
@given(shape=st.lists(sides, max_size=2), width=st.integers(2, 5), seed=seeds)
def test_layer_norm_is_torchs(shape: list[int], width: int, seed: int) -> None:
    ours = LayerNorm(width)
    ours.weight.data[...] = numbers(seed, width)
    ours.bias.data[...] = numbers(seed + 1, width)
    agree(ours, torch.nn.LayerNorm(width), 3 * numbers(seed, *shape, width) + 1)


@pytest.mark.curriculum("N22")
def test_a_standardised_batch_has_mean_0_and_variance_1() -> None:
    y = BatchNorm(3)(Tensor(7 + 5 * numbers(0, 500, 3))).data
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(y.var(axis=0), 1, rtol=1e-4)


def test_running_statistics_travel_with_the_state() -> None:
    one, other = BatchNorm(2), BatchNorm(2)
    one(Tensor(numbers(0, 8, 2).astype(np.float32)))
    other.load_state_dict(one.state_dict())
    x = Tensor(numbers(1, 4, 2).astype(np.float32))
    assert (one.eval()(x).data == other.eval()(x).data).all()
    assert other.running_mean.dtype == np.float32
    copy(other, torch.nn.BatchNorm1d(2))


def test_inputs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="two values a channel"):
        BatchNorm(2)(Tensor(np.ones((1, 2))))
    with pytest.raises(ShapeError, match=r"\(N, 2\) or \(N, 2, H, W\)"):
        BatchNorm(2)(Tensor(np.ones((4, 3))))
    with pytest.raises(ShapeError, match=r"\(…, 3\)"):
        LayerNorm(3)(Tensor(np.ones((4, 2))))

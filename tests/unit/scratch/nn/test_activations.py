from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.nn import activations as of
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds

PAIRS = [
    (of.relu, F.relu),
    (of.leaky_relu, F.leaky_relu),
    (partial(of.leaky_relu, slope=0.3), partial(F.leaky_relu, negative_slope=0.3)),
    (of.sigmoid, torch.sigmoid),
    (of.tanh, torch.tanh),
    (of.gelu, partial(F.gelu, approximate="tanh")),
]


@pytest.mark.curriculum("N02")
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@drawn
@given(shape=array_shapes(max_dims=3, max_side=4), seed=seeds, scale=st.sampled_from([1, 30]))
def test_activations_are_torchs(
    ours: Callable[..., Any], theirs: Callable[..., Any], shape: Any, seed: int, scale: int
) -> None:
    agree(ours, theirs, numbers(seed, *shape) * scale)


@pytest.mark.curriculum("N02")
@drawn
@given(shape=array_shapes(min_dims=2, max_dims=3, max_side=4), seed=seeds, axis=st.integers(-2, 1))
def test_softmax_and_its_logarithm_are_torchs(shape: Any, seed: int, axis: int) -> None:
    x = numbers(seed, *shape) * 5
    agree(partial(of.softmax, axis=axis), partial(torch.softmax, dim=axis), x)
    agree(partial(of.log_softmax, axis=axis), partial(torch.log_softmax, dim=axis), x)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_inputs_overflow_nowhere(dtype: type) -> None:
    x = Tensor(np.array([-1e4, -90.0, 0.0, 90.0, 1e4]), requires_grad=True, dtype=dtype)
    for one in (of.sigmoid, of.softmax, of.log_softmax, of.tanh, of.relu):
        result = one(x)
        result.sum().backward()
        assert np.isfinite(result.data).all() and result.dtype == dtype
        assert x.grad is not None and np.isfinite(x.grad).all() and x.grad.dtype == dtype
        x.grad = None

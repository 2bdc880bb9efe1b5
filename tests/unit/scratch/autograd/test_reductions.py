from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, valid_tuple_axes

from penstock.scratch.autograd.reductions import largest
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds


@drawn
@given(data=st.data(), shape=array_shapes(max_dims=3, max_side=4), keep=st.booleans(), seed=seeds)
def test_reductions_are_torchs(data: Any, shape: tuple[int, ...], keep: bool, seed: int) -> None:
    x = numbers(seed, *shape)
    axes = data.draw(valid_tuple_axes(len(shape), min_size=1))
    agree(lambda t: t.sum(axes, keep), lambda t: t.sum(axes, keep), x)
    agree(lambda t: t.mean(axes, keep), lambda t: t.mean(axes, keep), x)
    agree(lambda t: largest(t, axes, keep), lambda t: torch.amax(t, axes, keep), x.round())
    agree(lambda t: t.sum(axes[0]), lambda t: t.sum(axes[0]), x)


def test_without_an_axis_all_numbers_are_reduced() -> None:
    x = numbers(0, 3, 2)
    agree(lambda t: (t.sum(), t.mean(), largest(t)), lambda t: (t.sum(), t.mean(), t.amax()), x)


def test_axes_that_are_not_there_and_empty_ones_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"shape \(2, 3\), got 2"):
        Tensor(np.ones((2, 3))).sum(axis=2)
    with pytest.raises(ShapeError, match="one number at least"):
        Tensor(np.ones((0, 3))).mean()

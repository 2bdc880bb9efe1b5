from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis.extra.numpy import array_shapes

from penstock.scratch.autograd import functions
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds

SHAPES = array_shapes(max_dims=3, max_side=4)


@pytest.mark.parametrize(
    ("ours", "theirs", "positive"),
    [
        (functions.exp, torch.exp, False),
        (functions.log, torch.log, True),
        (functions.sqrt, torch.sqrt, True),
        (functions.absolute, torch.abs, False),
    ],
)
@drawn
@given(shape=SHAPES, seed=seeds)
def test_functions_are_torchs(
    ours: Callable[..., Any], theirs: Callable[..., Any], positive: bool, shape: Any, seed: int
) -> None:
    x = numbers(seed, *shape)
    agree(ours, theirs, np.abs(x) + 0.1 if positive else x)


@drawn
@given(shape=SHAPES, seed=seeds)
def test_maximum_is_torchs_at_ties_too(shape: Any, seed: int) -> None:
    a, b = numbers(seed, *shape).round(), numbers(seed + 1, *shape).round()
    agree(functions.maximum, torch.maximum, a, b)


@drawn
@given(shape=SHAPES, seed=seeds)
def test_where_is_torchs(shape: Any, seed: int) -> None:
    mask = numbers(seed + 2, *shape) > 0
    agree(functions.where, torch.where, mask, numbers(seed, *shape), numbers(seed + 1, 1))


def test_where_refuses_masks_of_another_shape_or_kind() -> None:
    one = Tensor(np.ones((2, 3)))
    with pytest.raises(ShapeError, match="boolean mask"):
        functions.where(np.ones((2, 3)), one, one)
    with pytest.raises(ShapeError, match="fit together"):
        functions.where(np.ones(2, bool), one, one)

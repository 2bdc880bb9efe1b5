from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.autograd.shaping import concatenate, stack
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides


@drawn
@given(a=sides, b=sides, c=sides, seed=seeds)
def test_orders_of_axes_and_shapes_are_torchs(a: int, b: int, c: int, seed: int) -> None:
    x = numbers(seed, a, b, c)
    agree(lambda t: t.reshape(c, -1), lambda t: t.reshape(c, -1), x)
    agree(lambda t: t.swapaxes(0, -1), lambda t: t.swapaxes(0, -1), x)


@pytest.mark.parametrize(
    "key",
    [
        1,
        -1,
        slice(1, 3),
        slice(None, None, 2),
        (slice(None), 0),
        (..., -1),
        (slice(0, 2), None, 1),
        np.array([0, 2, 0, 0]),
        (np.array([0, 1, 1]), np.array([2, 2, 2])),
        np.array([True, False, True]),
    ],
)
def test_parts_are_torchs_and_rows_taken_twice_count_twice(key: Any) -> None:
    agree(lambda t: t[key], lambda t: t[key], numbers(0, 3, 4))


@drawn
@given(sizes=st.lists(sides, min_size=1, max_size=3), axis=st.sampled_from([0, 1, -1]), seed=seeds)
def test_arrays_one_after_the_other_are_torchs(sizes: list[int], axis: int, seed: int) -> None:
    shapes = [(size, 2) if axis == 0 else (2, size) for size in sizes]
    arrays = [numbers(seed + place, *shape) for place, shape in enumerate(shapes)]
    agree(lambda *t: concatenate(t, axis), lambda *t: torch.cat(t, axis), *arrays)
    same = [numbers(seed + place, 2, 3) for place in sizes]
    agree(lambda *t: stack(t), lambda *t: torch.stack(t), *same)


def test_impossible_shapes_and_places_are_refused() -> None:
    x = Tensor(np.ones((2, 3)))
    with pytest.raises(ShapeError, match="a shape of 6 numbers"):
        x.reshape(4, 2)
    with pytest.raises(ShapeError, match="a key into shape"):
        x[5]
    with pytest.raises(ShapeError, match="equal but in axis 1"):
        concatenate([x, Tensor(np.ones((3, 3)))], axis=1)
    with pytest.raises(ShapeError, match="concatenate"):
        concatenate([])

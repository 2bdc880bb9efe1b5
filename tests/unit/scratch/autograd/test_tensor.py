from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import DtypeError, ShapeError
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv]


@pytest.mark.curriculum("F21")
@pytest.mark.curriculum("N06")
@pytest.mark.parametrize("of", OPERATORS)
@drawn
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), seed=seeds)
def test_operators_broadcast_as_torchs_do(of: Callable[..., Any], shapes: Any, seed: int) -> None:
    a, b = (numbers(seed + place, *shape) for place, shape in enumerate(shapes.input_shapes))
    agree(of, of, a, np.asarray(np.sign(b) * (0.5 + np.abs(b))))


@drawn
@given(n=sides, k=sides, m=sides, batch=st.sampled_from([(), (2,), (3, 2)]), seed=seeds)
def test_products_of_matrices_are_torchs(
    n: int, k: int, m: int, batch: tuple[int, ...], seed: int
) -> None:
    agree(operator.matmul, operator.matmul, numbers(seed, *batch, n, k), numbers(seed, k, m))
    agree(operator.matmul, operator.matmul, numbers(seed, n, k), numbers(seed, *batch, k, m))


@pytest.mark.parametrize(
    "of",
    [
        lambda x: 2 - x,
        lambda x: 1 + 3 * x,
        lambda x: 1 / (x * x + 1),
        lambda x: -(x**3),
        lambda x: x * x + x,
        lambda x: (x + 1) * (x + 1) / (x * x + 2),
    ],
)
def test_numbers_stand_on_either_side(of: Callable[[Any], Any]) -> None:
    agree(of, of, numbers(0, 3, 2))


def test_an_array_on_the_left_leaves_the_operation_to_the_tensor() -> None:
    x = Tensor(np.ones(3), requires_grad=True)
    result = np.arange(3.0) * x
    assert isinstance(result, Tensor)
    result.sum().backward()
    assert x.grad is not None and x.grad.tolist() == [0, 1, 2]


def test_products_with_arrays_are_tensors_from_either_side() -> None:
    x, array = numbers(0, 2, 2), numbers(1, 2, 2)
    other = torch.from_numpy(array)
    agree(lambda t: array @ t @ array, lambda t: other @ t @ other, x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_constants_take_on_the_tensors_dtype(dtype: type) -> None:
    x = Tensor(np.ones(3), requires_grad=True, dtype=dtype)
    result = (2 * x + np.arange(3)) / 3 - 0.5
    result.sum().backward()
    assert result.dtype == dtype and x.grad is not None and x.grad.dtype == dtype


def test_plain_numbers_become_float32() -> None:
    assert Tensor([1, 2]).dtype == np.float32 and Tensor(0.5).dtype == np.float32


def test_integers_are_refused_with_the_way_out() -> None:
    with pytest.raises(DtypeError, match=r"int64\n  fix: pass dtype=np.float32"):
        Tensor(np.arange(3))


@pytest.mark.parametrize("of", OPERATORS)
def test_shapes_that_do_not_fit_are_named(of: Callable[..., Any]) -> None:
    with pytest.raises(ShapeError, match=r"\(2, 3\) and \(4,\)"):
        of(Tensor(np.ones((2, 3))), Tensor(np.ones(4)))


@pytest.mark.parametrize(("one", "other"), [((2, 3), (2, 3)), ((3,), (3, 2)), ((2, 3), (3,))])
def test_products_of_shapes_that_do_not_fit_are_refused(one: Any, other: Any) -> None:
    with pytest.raises(ShapeError, match="matmul"):
        Tensor(np.ones(one)) @ Tensor(np.ones(other))


def test_item_asks_for_one_number() -> None:
    assert Tensor([[2.5]]).item() == 2.5
    with pytest.raises(ShapeError, match=r"one number, got shape \(2,\)"):
        Tensor([1.0, 2.0]).item()


def test_a_detached_tensor_shares_numbers_and_no_graph() -> None:
    x = Tensor(np.ones(2), requires_grad=True)
    y = (x * 2).detach()
    assert not y.requires_grad and not y.parents


def test_a_tensor_shows_its_operation() -> None:
    assert repr(Tensor([1.0]) * 2) == "Tensor([2.], shape=(1,), op='multiply')"

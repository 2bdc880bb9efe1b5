from __future__ import annotations

import numpy as np
import pytest
import torch

from penstock.scratch.autograd.functions import exp
from penstock.scratch.autograd.mode import no_grad, recording
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import GraphError, ShapeError
from penstock.scratch.nn.module import Parameter
from penstock.scratch.optim.sgd import SGD


def leaf(*values: float) -> Tensor:
    return Tensor(np.array(values, float), requires_grad=True)


def of(x: Tensor) -> np.ndarray:
    assert x.grad is not None
    return x.grad


def test_a_tensor_used_many_times_gets_the_sum() -> None:
    x = leaf(3.0)
    y = x * x
    (y * y + y + x).backward(np.ones(1))
    assert of(x).tolist() == [4 * 27 + 6 + 1]


def test_a_second_backward_is_refused_and_leaves_gradients_alone() -> None:
    x = leaf(1.0, 2.0)
    loss = (x * x).sum()
    loss.backward()
    before = of(x).copy()
    with pytest.raises(GraphError, match=r"called before through the result of 'sum'.*\n  fix:"):
        loss.backward()
    assert (of(x) == before).all()


def test_a_second_backward_of_a_kept_graph_adds_as_torch_does() -> None:
    x, t = leaf(0.5, 2.0), torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
    y, s = exp(x) * x, torch.exp(t) * t
    loss, other = (y * y).sum(), (s * s).sum()
    for _ in range(3):
        loss.backward(keep=True)
        other.backward(retain_graph=True)
    assert t.grad is not None
    np.testing.assert_allclose(of(x), t.grad.numpy(), rtol=1e-14)


def test_a_graph_released_through_another_result_is_refused() -> None:
    x = leaf(1.0)
    shared = x * 2
    one, other = (shared * 3).sum(), (shared * 4).sum()
    one.backward()
    with pytest.raises(GraphError, match="'multiply'"):
        other.backward()
    assert of(x).tolist() == [6]


def test_a_parameter_changed_since_is_refused() -> None:
    w = Parameter(np.array([2.0]))
    loss = (w * w).sum()
    loss.backward(keep=True)
    SGD([w], 0.1).step()
    with pytest.raises(GraphError, match=r"\(1,\) was changed after 'multiply'"):
        loss.backward()


def test_walks_from_two_results_add_up_until_the_gradient_is_cleared() -> None:
    x = leaf(1.0)
    (x * 2).sum().backward()
    (x * 3).sum().backward()
    assert of(x).tolist() == [5]
    x.grad = None
    (x * 3).sum().backward()
    assert of(x).tolist() == [3]


def test_a_chain_longer_than_python_recurses_is_walked_and_freed() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(5_000):
        y = y + 1
    y.backward(np.ones(1))
    assert of(x).tolist() == [1]


def test_gradients_shared_by_parents_cannot_be_written_into() -> None:
    a, b = leaf(1.0), leaf(2.0)
    (a + b).sum().backward()
    with pytest.raises(ValueError, match="read-only"):
        of(a)[0] = 7
    assert of(b).tolist() == [1]


def test_only_a_scalar_starts_without_a_gradient() -> None:
    with pytest.raises(GraphError, match=r"shape \(2,\).*\n  fix: reduce it"):
        (leaf(1, 2) * 2).backward()
    with pytest.raises(ShapeError, match=r"a gradient of shape \(2,\), got \(3,\)"):
        (leaf(1, 2) * 2).backward(np.ones(3))


def test_nothing_is_recorded_without_gradients() -> None:
    x = leaf(1.0)
    with no_grad():
        inside = x * 2
        assert not recording()
    assert recording() and not inside.requires_grad and not inside.parents
    with pytest.raises(GraphError, match="outside no_grad"):
        inside.backward()


@pytest.mark.curriculum("F25", of="src/penstock/scratch/autograd/mode.py")
def test_no_grad_ends_with_an_error_too_and_marks_functions() -> None:
    @no_grad()
    def fail() -> None:
        assert not recording()
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert recording()


def test_a_gradient_given_may_be_changed_afterwards() -> None:
    x, given = leaf(1.0, 2.0), np.ones(2)
    (x + 0).backward(given)
    given[:] = 9
    assert of(x).tolist() == [1, 1]


def test_constants_get_no_gradient() -> None:
    x, fixed = leaf(1.0), Tensor(np.array([2.0]))
    (x * fixed).sum().backward()
    assert fixed.grad is None and of(x).tolist() == [2]


def test_a_float32_leaf_beside_float64_gets_a_float32_gradient() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * leaf(1.0, 2.0)).sum().backward()
    assert of(x).dtype == np.float32

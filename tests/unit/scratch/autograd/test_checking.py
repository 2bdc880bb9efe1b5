from __future__ import annotations

import numpy as np
import pytest
import torch

from penstock.scratch.autograd.checking import check_gradients, numerical_gradient
from penstock.scratch.autograd.functions import exp
from penstock.scratch.autograd.reductions import total
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import DtypeError
from penstock.scratch.models.lenet import LeNet
from penstock.scratch.nn.losses import cross_entropy
from penstock.scratch.nn.transformer import Transformer
from tests.unit.scratch.against_torch import numbers
from tests.unit.scratch.nn.blocks import SMALL


@pytest.mark.curriculum("N07")
def test_central_differences_are_near_torchs_gradient() -> None:
    x = Tensor(numbers(0, 2, 3), requires_grad=True)
    t = torch.from_numpy(x.data.copy()).requires_grad_()
    assert torch.autograd.gradcheck(lambda one: (one.exp() * one).sum(), t)
    (torch.exp(t) * t).sum().backward()
    found = numerical_gradient(lambda: total(exp(x) * x), x)
    assert t.grad is not None
    np.testing.assert_allclose(found, t.grad.numpy(), atol=1e-8)


@pytest.mark.curriculum("N07")
def test_right_gradients_pass_and_leave_the_numbers_as_they_were() -> None:
    x = Tensor(numbers(1, 3), requires_grad=True)
    before = x.data.copy()
    worst = check_gradients(lambda: total(exp(x) / (1 + exp(x))), [x])
    assert worst.error < 1e-9 and (x.data == before).all()


@pytest.mark.curriculum("N07")
def test_a_wrong_gradient_is_found_where_it_is() -> None:
    fixed = Tensor(np.ones(3), requires_grad=True)
    x = Tensor(numbers(2, 3), requires_grad=True)

    def wrong() -> Tensor:
        slope = np.array([1, 1, 1.01])
        return (record(x.data * 2, "twice", (x, lambda grad: 2 * grad * slope)) + fixed).sum()

    worst = check_gradients(wrong, [fixed, x])
    assert (worst.tensor, worst.index) == (1, (2,)) and 0.005 < worst.error < 0.02


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_whole_transformer_passes(norm_first: bool) -> None:
    rng = np.random.default_rng(0)
    net = Transformer(SMALL(norm_first=norm_first), rng, 1, 1).astype(np.float64)
    source, target = Tensor(numbers(0, 1, 3, 4)), Tensor(numbers(1, 1, 2, 4))
    checked = [net.encoder.layers[0].self_attn.in_proj_weight, net.decoder.layers[0].norm3.weight]
    weights = numbers(5, 1, 2, 4)
    worst = check_gradients(lambda: total(net(source, target) * weights), list(checked))
    assert worst.error < 1e-7, worst


def test_a_whole_lenet_passes() -> None:
    net = LeNet(np.random.default_rng(0)).astype(np.float64)
    images, classes = Tensor(numbers(0, 2, 1, 28, 28)), np.array([3, 7])
    assert net.conv1.bias is not None and net.conv2.bias is not None
    worst = check_gradients(
        lambda: cross_entropy(net(images), classes), [net.conv1.bias, net.conv2.bias]
    )
    assert worst.error < 1e-7, worst


def test_float32_is_refused() -> None:
    x = Tensor([1.0], requires_grad=True)
    with pytest.raises(DtypeError, match=r"float64, got float32\n  fix:"):
        check_gradients(x.sum, [x])

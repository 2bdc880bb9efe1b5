from __future__ import annotations

import numpy as np
import pytest

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import GraphError, ShapeError
from penstock.scratch.models.lenet import LeNet
from penstock.scratch.models.mlp import MLP
from penstock.scratch.nn.batch_norm import BatchNorm
from penstock.scratch.nn.module import Module, Parameter
from penstock.scratch.nn.sequential import Sequential


def net(seed: int = 0) -> MLP:
    return MLP((3, 4, 2), np.random.default_rng(seed), dropout=0.5)


@pytest.mark.curriculum("N08")
def test_parameters_are_found_by_path() -> None:
    assert {name: p.shape for name, p in net().named_parameters()} == {
        "layers.0.weight": (4, 3),
        "layers.0.bias": (4,),
        "layers.1.weight": (2, 4),
        "layers.1.bias": (2,),
    }
    assert sum(p.data.size for p in LeNet(np.random.default_rng(0)).parameters()) == 61_706


def test_a_parameter_in_two_places_is_one() -> None:
    one = net()
    one.layers[1].bias = one.layers[0].bias
    assert len(one.parameters()) == 3


def test_parameters_in_a_list_are_found() -> None:
    module = Module()
    module.weights = [Parameter([1.0]), Parameter([2.0])]
    assert [name for name, _ in module.named_parameters()] == ["weights.0", "weights.1"]


def test_a_state_carries_over_and_is_a_copy() -> None:
    one, other = net(0), net(1)
    state = one.state_dict()
    other.load_state_dict(state)
    state["layers.0.bias"][:] = 9
    x = Tensor(np.ones((2, 3), np.float32))
    assert (one.eval()(x).data == other.eval()(x).data).all()


def test_a_foreign_state_is_refused_and_changes_nothing() -> None:
    one = net()
    before = one.state_dict()
    state = net(1).state_dict()
    with pytest.raises(ShapeError, match=r"without \['layers.1.bias'\] and with \['b'\]"):
        one.load_state_dict({**{k: v for k, v in state.items() if k != "layers.1.bias"}, "b": 0})  # type: ignore[dict-item]
    with pytest.raises(ShapeError, match=r"layers.1.bias: expected an array of shape \(2,\)"):
        one.load_state_dict(state | {"layers.1.bias": np.ones(3)})
    assert all((before[name] == array).all() for name, array in one.state_dict().items())


def test_a_graph_from_before_loading_is_refused() -> None:
    one = net()
    loss = one(Tensor(np.ones((2, 3), np.float32))).sum()
    one.load_state_dict(net(1).state_dict())
    with pytest.raises(GraphError, match="was changed"):
        loss.backward()


def test_dtypes_change_for_floats_alone() -> None:
    module = BatchNorm(2).astype(np.float64)
    assert module.weight.dtype == module.running_var.dtype == np.float64
    assert module.num_batches_tracked.dtype.kind == "i"


def test_training_and_use_reach_all_modules() -> None:
    one = net()
    assert not one.eval().dropout.training
    assert one.train().dropout.training


def test_gradients_are_cleared() -> None:
    one = net()
    one(Tensor(np.ones((2, 3), np.float32))).sum().backward()
    assert all(p.grad is not None for p in one.parameters())
    one.zero_grad()
    assert all(p.grad is None for p in one.parameters())


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Module defines no forward"):
        Sequential(Module())(Tensor([1.0]))

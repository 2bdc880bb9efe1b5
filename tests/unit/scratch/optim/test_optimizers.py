from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.module import Parameter
from penstock.scratch.optim.adam import Adam, AdamW
from penstock.scratch.optim.optimizer import Optimizer
from penstock.scratch.optim.rmsprop import RMSprop
from penstock.scratch.optim.sgd import SGD
from tests.unit.scratch.against_torch import agree, numbers, seeds, sides

STEPS = 100
Rule = Callable[[Any], Any]


def rules(name: str, ours: Any, theirs: Any, row: str, **options: Any) -> Any:
    told = {k: v for k, v in options.items() if k != "learning_rate"} | {
        "lr": options["learning_rate"]
    }
    pair = (lambda p: ours(p, **options), lambda p: theirs(p, **told))
    return pytest.param(*pair, id=name, marks=pytest.mark.curriculum(row))


RULES = [
    rules("sgd", SGD, torch.optim.SGD, "N14", learning_rate=0.03),
    rules("decayed sgd", SGD, torch.optim.SGD, "N20", learning_rate=0.03, weight_decay=0.1),
    rules("momentum", SGD, torch.optim.SGD, "N15", learning_rate=0.01, momentum=0.9),
    rules("nesterov", SGD, torch.optim.SGD, "N15", learning_rate=0.01, momentum=0.9,
          nesterov=True, weight_decay=0.05),
    rules("rmsprop", RMSprop, torch.optim.RMSprop, "N16", learning_rate=0.01, alpha=0.9,
          weight_decay=0.1),
    rules("adam", Adam, torch.optim.Adam, "N17", learning_rate=0.02),
    rules("tuned adam", Adam, torch.optim.Adam, "N17", learning_rate=0.01, betas=(0.8, 0.95),
          eps=1e-4, weight_decay=0.1),
    rules("adamw", AdamW, torch.optim.AdamW, "N18", learning_rate=0.02, weight_decay=0.2),
]  # fmt: skip


def bent(w: Any, b: Any, x: Any) -> Any:
    """A loss of fourth order: no gradient is like the one before."""
    off = x @ w + b
    return (off * off + off * off * off * off * 0.1).mean()


def walk(rule: Rule, w: np.ndarray, b: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, ...]:
    parameters = [Parameter(w.copy()), Parameter(b.copy())]
    optimizer = rule(parameters)
    for _ in range(STEPS):
        optimizer.zero_grad()
        bent(*parameters, Tensor(x)).backward()
        optimizer.step()
    return tuple(one.data for one in parameters)


def torch_walk(rule: Rule, w: Any, b: Any, x: Any) -> tuple[Any, ...]:
    parameters = [w.detach().requires_grad_(), b.detach().requires_grad_()]
    optimizer = rule(parameters)
    for _ in range(STEPS):
        optimizer.zero_grad()
        bent(*parameters, x.detach()).backward()
        optimizer.step()
    return tuple(parameters)


@pytest.mark.parametrize(("ours", "theirs"), RULES)
@settings(max_examples=3, deadline=None, derandomize=True, database=None)
@given(n=sides, inputs=sides, outputs=st.integers(1, 3), seed=seeds)
def test_a_hundred_steps_are_torchs(
    ours: Rule, theirs: Rule, n: int, inputs: int, outputs: int, seed: int
) -> None:
    agree(
        lambda w, b, x: walk(ours, w.data, b.data, x.data),
        lambda w, b, x: torch_walk(theirs, w, b, x),
        numbers(seed, inputs, outputs),
        numbers(seed + 1, outputs),
        numbers(seed + 2, n, inputs),
    )


def kinds() -> list[Callable[[list[Parameter]], Optimizer]]:
    return [lambda p: SGD(p, 0.1, momentum=0.9), RMSprop, Adam, AdamW]


@pytest.mark.parametrize("make", kinds())
def test_training_goes_on_from_a_state_bit_for_bit(make: Callable[..., Optimizer]) -> None:
    def steps(optimizer: Optimizer, number: int) -> None:
        for _ in range(number):
            optimizer.zero_grad()
            (optimizer.parameters[0] ** 4).sum().backward()
            optimizer.step()

    whole = make([Parameter(numbers(0, 5))])
    steps(whole, 10)
    first = make([Parameter(numbers(0, 5))])
    steps(first, 4)
    second = make([Parameter(first.parameters[0].data.copy())])
    second.load_state_dict(first.state_dict())
    steps(first, 3)  # its own memory, not the second's
    steps(second, 6)
    np.testing.assert_array_equal(whole.parameters[0].data, second.parameters[0].data)


@pytest.mark.parametrize("make", kinds())
def test_float32_stays_and_parameters_without_gradient_are_left(make: Any) -> None:
    used, unused = Parameter([1.0, 2.0]), Parameter([3.0])
    optimizer = make([used, unused])
    (used * used).sum().backward()
    optimizer.step()
    assert used.dtype == np.float32 and used.data.tolist() != [1, 2] and unused.data == [3]
    assert all(
        array.dtype == np.float32 for arrays in optimizer.memory.values() for array in arrays
    )


def test_a_foreign_state_is_refused() -> None:
    one, other = Adam([Parameter([1.0])]), Adam([Parameter([1.0, 2.0])])
    with pytest.raises(ShapeError, match="Adam: expected a state"):
        one.load_state_dict(other.state_dict())


def test_settings_outside_their_meaning_are_refused() -> None:
    w = [Parameter([1.0])]
    with pytest.raises(SettingError, match="learning_rate from 0"):
        SGD(w, -0.1)
    with pytest.raises(SettingError, match="momentum from 0 to under 1, got 1"):
        SGD(w, 0.1, momentum=1)
    with pytest.raises(SettingError, match="Nesterov"):
        SGD(w, 0.1, nesterov=True)
    with pytest.raises(SettingError, match="AdamW: expected beta2"):
        AdamW(w, betas=(0.9, 1.0))
    with pytest.raises(SettingError, match="one parameter at least"):
        RMSprop([])

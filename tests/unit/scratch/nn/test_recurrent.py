from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.gru import GRU
from penstock.scratch.nn.lstm import LSTM
from penstock.scratch.nn.rnn import RNN
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides

KINDS = [
    pytest.param(RNN, torch.nn.RNN, marks=pytest.mark.curriculum("S01")),
    pytest.param(GRU, torch.nn.GRU, marks=pytest.mark.curriculum("S04")),
]
two = st.integers(1, 2)


@pytest.mark.parametrize(("ours", "theirs"), KINDS)
@drawn
@given(t=sides, n=sides, d=sides, h=sides, layers=two, seed=seeds)
def test_states_and_gradients_through_time_are_torchs(
    ours: Any, theirs: Any, t: int, n: int, d: int, h: int, layers: int, seed: int
) -> None:
    net, twin = ours(d, h, np.random.default_rng(seed), layers), theirs(d, h, layers)
    agree(net, twin, numbers(seed, t, n, d), numbers(seed + 1, layers, n, h))
    agree(net, twin, numbers(seed, t, n, d))


@pytest.mark.curriculum("S03")
@drawn
@given(t=sides, n=sides, d=sides, h=sides, layers=two, seed=seeds)
def test_lstm_states_cells_and_gradients_are_torchs(
    t: int, n: int, d: int, h: int, layers: int, seed: int
) -> None:
    net = LSTM(d, h, np.random.default_rng(seed), layers)
    twin = torch.nn.LSTM(d, h, layers)
    x, begin, cell = numbers(seed, t, n, d), numbers(1, layers, n, h), numbers(2, layers, n, h)
    agree(
        lambda a, b, c: net(a, (b, c)), lambda a, b, c: twin(a, (b, c)), x, begin, cell,
        copied=(net, twin),
    )  # fmt: skip
    agree(net, twin, x)


@pytest.mark.curriculum("S03")
def test_a_hundred_steps_of_lstm_stay_torchs() -> None:
    net = LSTM(3, 8, np.random.default_rng(0))
    agree(net, torch.nn.LSTM(3, 8), numbers(0, 100, 2, 3))


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_float32_stays_float32(kind: Any) -> None:
    net = kind(3, 4, np.random.default_rng(0))
    states, _ = net(Tensor(numbers(0, 5, 2, 3).astype(np.float32)))
    states.sum().backward()
    assert states.dtype == np.float32
    assert all(p.grad is not None and p.grad.dtype == np.float32 for p in net.parameters())


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_inputs_states_and_settings_that_do_not_fit_are_refused(kind: Any) -> None:
    rng = np.random.default_rng(0)
    net = kind(3, 4, rng)
    with pytest.raises(ShapeError, match=r"\(T, N, 3\), got \(5, 2, 2\)"):
        net(Tensor(np.ones((5, 2, 2))))
    state = Tensor(np.ones((1, 3, 4)))
    with pytest.raises(ShapeError, match=r"a state \(1, 2, 4\), got \(1, 3, 4\)"):
        net(Tensor(np.ones((5, 2, 3))), (state, state) if kind is LSTM else state)
    with pytest.raises(SettingError, match="layers 0"):
        kind(3, 4, rng, layers=0)

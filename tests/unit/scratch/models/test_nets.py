from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.models.char_lstm import CharLSTM
from penstock.scratch.models.lenet import LeNet
from penstock.scratch.models.mlp import MLP
from penstock.scratch.models.seq2seq import Seq2Seq
from penstock.scratch.nn.activations import tanh
from penstock.scratch.nn.initialisers import xavier_uniform
from penstock.scratch.nn.losses import cross_entropy
from penstock.scratch.nn.module import Module
from penstock.scratch.optim.adam import Adam
from tests.unit.scratch.against_torch import agree, numbers
from tests.unit.scratch.nn.blocks import SMALL

RNG = np.random.default_rng


class TorchLeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


class TorchCharLSTM(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(7, 5), nn.LSTM(5, 6)
        self.output = nn.Linear(6, 7)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.output(self.lstm(self.embedding(ids))[0])


@pytest.mark.curriculum("N12")
def test_an_mlp_is_torchs_layer_by_layer() -> None:
    ours = MLP((6, 5, 4, 3), RNG(0), activation=tanh)
    theirs = nn.Module()
    theirs.layers = nn.ModuleList([nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 3)])

    def layers(net, bend, x):  # type: ignore[no-untyped-def]
        one = bend(net.layers[0](x))
        two = bend(net.layers[1](one))
        return one, two, net.layers[2](two)

    x = numbers(0, 8, 6)
    agree(
        lambda t: layers(ours, tanh, t), lambda t: layers(theirs, torch.tanh, t), x,
        copied=(ours, theirs),
    )  # fmt: skip
    agree(ours, lambda t: layers(theirs, torch.tanh, t)[2], x, copied=(ours, theirs))


@pytest.mark.curriculum("N12")
def test_lenet_is_torchs_with_copied_weights() -> None:
    agree(LeNet(RNG(0)), TorchLeNet(), numbers(0, 3, 1, 28, 28))


def test_the_character_lstm_is_torchs_with_copied_weights() -> None:
    agree(CharLSTM(7, RNG(0), 5, 6), TorchCharLSTM(), RNG(0).integers(0, 7, (9, 4)))


@pytest.mark.curriculum("N10")
def test_xor_is_solved_whatever_the_seed() -> None:
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32), np.array([0, 1, 1, 0])
    for seed in range(20):
        net = MLP((2, 8, 2), RNG(seed), activation=tanh, init=xavier_uniform)
        optimizer = Adam(net.parameters(), 0.1)
        for _ in range(120):
            optimizer.zero_grad()
            cross_entropy(net(Tensor(x)), y).backward()
            optimizer.step()
        assert (net(Tensor(x)).data.argmax(axis=1) == y).all(), seed


@pytest.mark.curriculum("L04")
def test_a_transformer_learns_to_reverse_and_says_it_token_by_token() -> None:
    rng, start, steps = RNG(0), 0, 4
    net = Seq2Seq(6, 6, SMALL(width=24, heads=4, inner=32), rng, blocks=1, steps=8)
    optimizer = Adam(net.parameters(), 5e-3)
    for _ in range(220):
        source = rng.integers(1, 6, (32, steps))
        target = source[:, ::-1]
        given = np.concatenate([np.full((32, 1), start), target[:, :-1]], axis=1)
        optimizer.zero_grad()
        cross_entropy(net(source, given), target).backward()
        optimizer.step()
    source = rng.integers(1, 6, (100, steps))
    said = net.eval().generate(source, start, steps)
    assert (said == source[:, ::-1]).all(axis=1).mean() > 0.95


def test_what_lies_behind_a_sources_length_is_not_seen() -> None:
    net = Seq2Seq(6, 6, SMALL(), RNG(0), blocks=1)
    source, target = np.array([[1, 2, 3, 4]]), np.array([[0, 1]])
    short = net(source, target, np.array([2])).data
    source[0, 2:] = 5
    np.testing.assert_allclose(short, net(source, target, np.array([2])).data)
    with pytest.raises(SettingError, match="one step at least"):
        net.generate(source, 0, 0)


@pytest.mark.parametrize(
    ("net", "given"),
    [
        (MLP((5, 4, 3), RNG(0), dropout=0.3), numbers(0, 6, 5)),
        (LeNet(RNG(0)), numbers(0, 2, 1, 28, 28)),
        (CharLSTM(5, RNG(0)), RNG(0).integers(0, 5, (3, 2))),
    ],
)
def test_float32_stays_float32_forward_and_backward(net: Module, given: np.ndarray) -> None:
    x = Tensor(given.astype(np.float32)) if given.dtype.kind == "f" else given
    result = net(x)
    result.sum().backward()
    assert result.dtype == np.float32
    assert all(p.grad is not None and p.grad.dtype == np.float32 for p in net.parameters())


def test_a_float32_transformer_stays_float32() -> None:
    net = Seq2Seq(6, 6, SMALL(dropout=0.1, activation="gelu"), RNG(0), blocks=1)
    result = net(np.array([[1, 2, 3]]), np.array([[0, 1]]), np.array([2]))
    result.sum().backward()
    assert result.dtype == np.float32
    assert all(p.grad is None or p.grad.dtype == np.float32 for p in net.parameters())


def test_inputs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(N, 1, 28, 28\), got \(2, 3, 28, 28\)"):
        LeNet(RNG(0))(Tensor(np.ones((2, 3, 28, 28))))
    with pytest.raises(ShapeError, match="rows of 4 numbers"):
        MLP((4, 2), RNG(0))(Tensor(np.ones((2, 5))))
    with pytest.raises(SettingError, match="inputs and outputs at least"):
        MLP((4,), RNG(0))
    with pytest.raises(ShapeError, match=r"ids \(T, N\)"):
        CharLSTM(3, RNG(0))(np.array([1, 2]))

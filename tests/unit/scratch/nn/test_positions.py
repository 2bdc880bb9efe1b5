from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.embedding import Embedding
from penstock.scratch.nn.encoder import EncoderBlock
from penstock.scratch.nn.linear import Linear
from penstock.scratch.nn.losses import cross_entropy
from penstock.scratch.nn.module import Module
from penstock.scratch.nn.positions import LearnedPositions, SinusoidalPositions, sinusoids
from penstock.scratch.optim.adam import Adam
from tests.unit.scratch.against_torch import agree, numbers
from tests.unit.scratch.nn.blocks import SMALL

STEPS, TOKENS, WIDTH = 5, 6, 16


@pytest.mark.curriculum("L01")
def test_sinusoids_are_those_of_the_formula() -> None:
    table = sinusoids(7, 6)
    for t in range(7):
        for i in range(3):
            angle = t / 10_000 ** (2 * i / 6)
            assert table[t, 2 * i] == pytest.approx(math.sin(angle), abs=1e-12)
            assert table[t, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-12)


@pytest.mark.curriculum("L01")
def test_a_shift_is_one_rotation_for_all_places() -> None:
    table = sinusoids(20, 2)
    turn = np.linalg.lstsq(table[:2], table[3:5], rcond=None)[0]
    np.testing.assert_allclose(table[:-3] @ turn, table[3:], atol=1e-9)


@pytest.mark.curriculum("L01")
def test_learnt_positions_are_a_torch_table_added() -> None:
    ours, theirs = LearnedPositions(5, 4, np.random.default_rng(0)), torch.nn.Embedding(5, 4)
    x = numbers(0, 2, 3, 4)
    agree(ours, lambda t: t + theirs(torch.arange(3)), x, copied=(ours, theirs))


class Reverser(Module):
    """Says a sequence backwards, if it can tell the places apart."""

    def __init__(self, positions: Module | None, rng: np.random.Generator) -> None:
        self.embedding = Embedding(TOKENS, WIDTH, rng)
        self.positions = positions
        self.block = EncoderBlock(SMALL(width=WIDTH, inner=32), rng)
        self.output = Linear(WIDTH, TOKENS, rng)

    def forward(self, ids: Array) -> Tensor:
        x = self.embedding(ids)
        x = x if self.positions is None else self.positions(x)
        logits: Tensor = self.output(self.block(x))
        return logits


def share_reversed(positions: Module | None) -> float:
    rng = np.random.default_rng(0)
    model = Reverser(positions, rng)
    optimizer = Adam(model.parameters(), 0.01)
    for _ in range(250):
        ids = rng.integers(0, TOKENS, (32, STEPS))
        optimizer.zero_grad()
        cross_entropy(model(ids), ids[:, ::-1]).backward()
        optimizer.step()
    ids = rng.integers(0, TOKENS, (500, STEPS))
    return float((model(ids).data.argmax(axis=-1) == ids[:, ::-1]).mean())


@pytest.mark.curriculum("L01")
def test_reversing_needs_positions_of_either_kind() -> None:
    rng = np.random.default_rng(1)
    without = share_reversed(None)
    sinusoidal = share_reversed(SinusoidalPositions(STEPS, WIDTH))
    learnt = share_reversed(LearnedPositions(STEPS, WIDTH, rng))
    assert without < 0.6 and sinusoidal > 0.95 and learnt > 0.95, (without, sinusoidal, learnt)


def test_sequences_that_are_too_long_or_of_another_width_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(N, up to 3, 4\), got \(1, 4, 4\)"):
        SinusoidalPositions(3, 4)(Tensor(np.ones((1, 4, 4))))
    with pytest.raises(ShapeError, match="positions"):
        LearnedPositions(3, 4, np.random.default_rng(0))(Tensor(np.ones((1, 3, 2))))
    with pytest.raises(SettingError, match="an even width, got 3"):
        sinusoids(2, 3)

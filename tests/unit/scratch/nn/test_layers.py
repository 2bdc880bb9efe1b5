from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import DtypeError, SettingError, ShapeError
from penstock.scratch.nn.activations import relu
from penstock.scratch.nn.dropout import Dropout
from penstock.scratch.nn.embedding import Embedding
from penstock.scratch.nn.linear import Linear
from penstock.scratch.nn.sequential import Sequential
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides

RNG = np.random.default_rng


@drawn
@given(lead=st.lists(sides, max_size=3), inputs=sides, outputs=sides, bias=st.booleans(),
       seed=seeds)  # fmt: skip
def test_linear_layers_are_torchs(
    lead: list[int], inputs: int, outputs: int, bias: bool, seed: int
) -> None:
    ours = Linear(inputs, outputs, RNG(seed), bias)
    agree(ours, torch.nn.Linear(inputs, outputs, bias), numbers(seed, *lead, inputs))


@drawn
@given(shape=st.lists(sides, min_size=1, max_size=2), number=sides, width=sides, seed=seeds)
def test_embeddings_are_torchs(shape: list[int], number: int, width: int, seed: int) -> None:
    ids = RNG(seed).integers(0, number, shape)
    agree(Embedding(number, width, RNG(seed)), torch.nn.Embedding(number, width), ids)


def test_an_embedding_of_nothing_gives_no_gradient() -> None:
    table = Embedding(3, 2, RNG(0))
    table(np.zeros((0,), int)).sum(axis=1).backward(np.zeros(0))
    assert table.weight.grad is not None and not table.weight.grad.any()


@pytest.mark.curriculum("N21")
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_and_adds_the_variance_that_theory_says(p: float) -> None:
    x = np.full(200_000, 3.0)
    y = Dropout(p, RNG(0))(Tensor(x)).data
    # Mean x, variance x² p/(1-p): within 5 standard errors.
    variance = 9 * p / (1 - p)
    assert abs(y.mean() - 3) < 5 * np.sqrt(variance / len(x))
    assert y.var() == pytest.approx(variance, rel=0.03)
    assert abs((y == 0).mean() - p) < 5 * np.sqrt(p * (1 - p) / len(x))


@pytest.mark.curriculum("N21")
def test_dropout_sends_gradients_where_it_sent_numbers() -> None:
    x = Tensor(np.ones((50, 3)), requires_grad=True)
    y = Dropout(0.4, RNG(0))(x)
    y.sum().backward()
    assert x.grad is not None and (x.grad == y.data).all() and 0 < (y.data == 0).sum() < 150


@pytest.mark.curriculum("N21")
def test_in_use_dropout_is_torchs_and_drops_nothing() -> None:
    agree(Dropout(0.5, RNG(0)).eval(), torch.nn.Dropout(0.5).eval(), numbers(0, 4, 3))


def test_a_sequence_of_steps_is_torchs() -> None:
    ours = Sequential(Linear(3, 4, RNG(0)), relu, Linear(4, 2, RNG(1)))
    first, second = torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)
    theirs = torch.nn.Module()
    theirs.steps = torch.nn.Sequential(first, torch.nn.ReLU(), second)
    agree(ours, theirs.steps, numbers(0, 5, 3), copied=(ours, theirs))


def test_inputs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(…, 3\), got \(2, 4\)"):
        Linear(3, 2, RNG(0))(Tensor(np.ones((2, 4))))
    with pytest.raises(SettingError, match="ids from 0 to 2, got -1 … 1"):
        Embedding(3, 2, RNG(0))(np.array([-1, 1]))
    with pytest.raises(DtypeError, match="integer ids"):
        Embedding(3, 2, RNG(0))(np.array([0.5]))
    with pytest.raises(SettingError, match="a chance from 0 to below 1"):
        Dropout(1.0, RNG(0))

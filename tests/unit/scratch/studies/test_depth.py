from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.nn import initialisers
from penstock.scratch.nn.activations import relu, sigmoid, tanh
from penstock.scratch.studies.depth import Depths, through_depth

WIDTH, LAYERS = 200, 12


def depths(activation: Callable[[Tensor], Tensor], init: initialisers.Initialiser) -> Depths:
    return through_depth(LAYERS, WIDTH, activation, init, np.random.default_rng(0))


def growth(by_layer: list[float]) -> float:
    """Mean factor from a layer to the next."""
    return (by_layer[-1] / by_layer[0]) ** (1 / (len(by_layer) - 1))


@pytest.mark.curriculum("N28")
@pytest.mark.parametrize("variance", [0.25, 1.0, 2.0])
def test_without_a_bend_each_layer_multiplies_by_width_times_variance(variance: float) -> None:
    found = depths(lambda x: x, initialisers.normal((variance / WIDTH) ** 0.5))
    assert growth(found.signal) == pytest.approx(variance, rel=0.05)
    assert growth(found.gradient[::-1]) == pytest.approx(variance, rel=0.05)


@pytest.mark.curriculum("N28")
def test_relu_halves_and_hes_rule_makes_up_for_it() -> None:
    xavier, he = depths(relu, initialisers.xavier_normal), depths(relu, initialisers.he_normal)
    assert growth(xavier.signal) == pytest.approx(0.5, rel=0.1)
    assert growth(xavier.gradient[::-1]) == pytest.approx(0.5, rel=0.1)
    assert growth(he.signal) == pytest.approx(1, rel=0.1)
    assert growth(he.gradient[::-1]) == pytest.approx(1, rel=0.1)


@pytest.mark.curriculum("N28")
def test_gradients_vanish_behind_sigmoids_and_explode_behind_large_weights() -> None:
    vanished = depths(sigmoid, initialisers.xavier_normal)
    assert growth(vanished.gradient[::-1]) < 1 / 16 * 1.05  # σ' is 1/4 at most
    held = depths(tanh, initialisers.xavier_normal)
    assert 0.5 < growth(held.gradient[::-1]) < 1
    exploded = depths(lambda x: x, initialisers.normal(0.2))
    assert exploded.gradient[0] > 1e8

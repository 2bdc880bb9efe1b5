from __future__ import annotations

import numpy as np
import pytest

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.module import Parameter
from penstock.scratch.nn.rnn import rnn_scan
from penstock.scratch.optim.clipping import clip_norm
from penstock.scratch.studies.recurrence import reach, scaled_to

STEPS, WIDTH = 60, 24


@pytest.mark.curriculum("S02")
@pytest.mark.parametrize("radius", [0.6, 0.9, 1.1])
def test_gradients_go_as_the_spectral_radius_to_the_number_of_steps(radius: float) -> None:
    rng = np.random.default_rng(0)
    norms = reach(scaled_to(radius, WIDTH, rng), STEPS, rng)
    rate = (norms[-1] / norms[29]) ** (1 / (STEPS - 30))
    assert rate == pytest.approx(radius, rel=0.03)


@pytest.mark.curriculum("S02")
def test_saturated_states_let_less_through() -> None:
    weight = scaled_to(1.1, WIDTH, np.random.default_rng(0))
    free = reach(weight, STEPS, np.random.default_rng(1))
    saturated = reach(weight, STEPS, np.random.default_rng(1), signal=1.0)
    assert free[-1] > 3 and saturated[-1] < 1e-3


@pytest.mark.curriculum("S02")
def test_clipping_bounds_the_step_that_an_exploding_gradient_would_make() -> None:
    rng = np.random.default_rng(0)
    weight = Parameter(scaled_to(1.6, WIDTH, rng))
    begin, inputs = Tensor(np.zeros((1, WIDTH))), np.zeros((STEPS, 1, WIDTH))
    inputs[0] = 1e-12 * rng.normal(size=(1, WIDTH))
    rnn_scan(Tensor(inputs), begin, weight)[STEPS - 1].sum().backward()
    assert weight.grad is not None
    before = weight.grad.copy()
    norm = np.linalg.norm(before)
    assert norm > 5 and clip_norm([weight], 1.0) == pytest.approx(norm)
    np.testing.assert_allclose(weight.grad, before / norm, rtol=1e-6)


def test_a_radius_of_nothing_is_refused() -> None:
    with pytest.raises(SettingError, match="above 0"):
        scaled_to(0, 3, np.random.default_rng(0))

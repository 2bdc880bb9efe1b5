"""Descent is as fast as theory says, and ends where constraints let it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from penstock.scratch.descent.constrained import (
    convex_along,
    kkt_residual,
    multipliers_of,
    tangency,
)
from penstock.scratch.descent.gradient_descent import (
    Quadratic,
    best_rate,
    contraction,
    descend,
    largest_rate,
)
from penstock.scratch.descent.stochastic import LeastSquares, stochastic
from penstock.scratch.errors import SettingError
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, numbers, seeds


def bowl(seed: int, *eigenvalues: float) -> Quadratic:
    size = len(eigenvalues)
    q, _ = np.linalg.qr(numbers(seed, size, size))
    return Quadratic(q @ np.diag(eigenvalues) @ q.T, numbers(seed + 1, size))


def rosenbrock(x: np.ndarray) -> float:
    return float((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2)


def rosenbrock_gradient(x: np.ndarray) -> np.ndarray:
    off = x[1] - x[0] ** 2
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * off, 200 * off])


@pytest.mark.curriculum("F08")
@drawn
@given(seed=seeds)
def test_a_bowl_ends_at_its_closed_form_minimum(seed: int) -> None:
    f = bowl(seed, 1.0, 3.0, 5.0)
    path = descend(f.gradient, np.zeros(3), best_rate(f), 200)
    np.testing.assert_allclose(path[-1], f.minimum, atol=1e-10)
    held("the closed form", 1e-10)
    assert (np.diff([f(x) for x in path]) <= 1e-12).all()


@pytest.mark.curriculum("F08")
def test_a_curved_valley_ends_where_scipys_does() -> None:
    start = np.array([-1.0, 1.2])
    path = descend(rosenbrock_gradient, start, 1e-3, 40_000, momentum=0.9)
    theirs = minimize(rosenbrock, start, jac=rosenbrock_gradient).x
    np.testing.assert_allclose(path[-1], theirs, atol=1e-4)
    held("scipy.optimize.minimize", 1e-4)


@pytest.mark.curriculum("F09")
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_every_step_of_a_path_is_torchs(momentum: float) -> None:
    start = np.array([-1.0, 1.2])
    x = torch.tensor(start, requires_grad=True)
    sgd = torch.optim.SGD([x], lr=1e-3, momentum=momentum)
    expected = [start]
    for _ in range(60):
        sgd.zero_grad()
        ((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2).backward()
        sgd.step()
        expected.append(x.detach().numpy().copy())
    ours = descend(rosenbrock_gradient, start, 1e-3, 60, momentum)
    np.testing.assert_allclose(ours, expected, rtol=1e-10)
    held("torch.optim", 1e-10)


@pytest.mark.curriculum("F10")
@drawn
@given(seed=seeds)
def test_beyond_two_over_l_a_path_diverges_and_below_it_does_not(seed: int) -> None:
    f = bowl(seed, 0.5, 2.0, 8.0)
    away = {}
    for share in (0.98, 1.02):
        path = descend(f.gradient, f.minimum + 1.0, share * largest_rate(f), 400)
        away[share] = np.linalg.norm(path[-1] - f.minimum)
    assert away[0.98] < 1 < away[1.02]
    assert largest_rate(f) == pytest.approx(2 / 8)


@pytest.mark.curriculum("F43")
@drawn
@given(seed=seeds, kappa=st.floats(1.5, 50))
def test_each_step_shrinks_the_distance_by_the_rate_that_theory_bounds(
    seed: int, kappa: float
) -> None:
    f = bowl(seed, 1.0, (1 + kappa) / 2, kappa)
    rate = best_rate(f)
    path = descend(f.gradient, f.minimum + numbers(seed, 3), rate, 30)
    away = np.linalg.norm(path - f.minimum, axis=1)
    bound = contraction(f, rate)
    assert bound == pytest.approx((kappa - 1) / (kappa + 1))
    assert (away[1:] <= bound * away[:-1] + 1e-12).all()


@pytest.mark.curriculum("F43")
def test_a_heavy_ball_needs_the_square_root_of_the_steps() -> None:
    kappa = 400.0
    f = bowl(0, 1.0, 30.0, kappa)
    root = np.sqrt(kappa)
    rate, momentum = 4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2
    start = f.minimum + 1.0
    paths = [
        descend(f.gradient, start, best_rate(f), 6000),
        descend(f.gradient, start, rate, 6000, momentum),
    ]
    needed = [(np.linalg.norm(path - f.minimum, axis=1) > 1e-6).sum() for path in paths]
    assert needed[0] / needed[1] > root / 4


@pytest.mark.curriculum("F44")
def test_noise_sets_a_floor_in_proportion_to_the_rate_and_a_falling_rate_goes_below() -> None:
    x = numbers(0, 500, 3)
    problem = LeastSquares(x, x @ np.array([1.0, -2, 0.5]) + numbers(1, 500))
    best = np.linalg.lstsq(x, problem.y)[0]
    least, start = problem(best), np.zeros(3)

    def above(path: np.ndarray) -> float:
        return float(np.mean([problem(w) for w in path[-1500:]])) - least

    floors = [above(stochastic(problem, start, lambda _, r=r: r, 4000, 4, 2)) for r in (0.1, 0.05)]
    falling = above(stochastic(problem, start, lambda k: 2 / (k + 20), 4000, 4, 2))
    full = descend(problem.gradient, start, 0.5, 100)
    assert problem(full[-1]) - least < 1e-10
    assert floors[0] / floors[1] == pytest.approx(2, rel=0.3)
    assert falling < 0.3 * floors[1]


@pytest.mark.curriculum("F44")
def test_a_batch_s_gradient_is_the_whole_one_on_average() -> None:
    problem = LeastSquares(numbers(0, 40, 2), numbers(1, 40))
    w = np.array([0.3, -0.2])
    every = [problem.gradient(w, np.array([row])) for row in range(40)]
    np.testing.assert_allclose(np.mean(every, axis=0), problem.gradient(w), atol=1e-12)


@pytest.mark.curriculum("F40")
def test_level_lines_touch_where_scipy_finds_the_constrained_minimum() -> None:
    def gradient(x: np.ndarray) -> np.ndarray:
        return np.array([2 * (x[0] - 2), 4 * (x[1] - 1)])

    circle = {"type": "eq", "fun": lambda x: x @ x - 1, "jac": lambda x: 2 * x}
    found = minimize(
        lambda x: (x[0] - 2) ** 2 + 2 * (x[1] - 1) ** 2, [1.0, 0.0], jac=gradient,
        constraints=circle, method="SLSQP", options={"ftol": 1e-14},
    ).x  # fmt: skip
    assert tangency(gradient(found), 2 * found) < 1e-6
    held("scipy's SLSQP", 1e-6)
    elsewhere = np.array([0.0, 1.0])
    assert tangency(gradient(elsewhere), 2 * elsewhere) > 0.5


@pytest.mark.curriculum("F41")
def test_the_conditions_hold_at_scipys_optimum_and_nowhere_near_it() -> None:
    def gradient(x: np.ndarray) -> np.ndarray:
        return np.array([2 * (x[0] - 2), 2 * (x[1] - 1)])

    limits = [
        {"type": "ineq", "fun": lambda x: 1 - x[0], "jac": lambda x: np.array([-1.0, 0])},
        {"type": "ineq", "fun": lambda x: 3 - x[0] - x[1], "jac": lambda x: np.array([-1.0, -1])},
    ]
    found = minimize(
        lambda x: (x[0] - 2) ** 2 + (x[1] - 1) ** 2, [0.0, 0.0], jac=gradient,
        constraints=limits, method="SLSQP", options={"ftol": 1e-14},
    ).x  # fmt: skip
    normals = np.array([[1.0, 0], [1, 1]])
    none = np.zeros((0, 2))

    def residual(x: np.ndarray) -> float:
        values = np.array([x[0] - 1, x.sum() - 3])
        _, active = multipliers_of(gradient(x), none, normals[:1])
        both = (np.zeros(0), np.append(active, 0.0))
        return kkt_residual(gradient(x), np.zeros(0), none, values, normals, both).worst

    assert residual(found) < 1e-6
    held("the conditions at scipy's optimum", 1e-6)
    assert (
        residual(found - np.array([0.1, 0])) > 0.05 and residual(found + np.array([0.1, 0])) > 0.05
    )


@pytest.mark.curriculum("F41")
@drawn
@given(seed=seeds)
def test_convex_functions_lie_below_their_chords(seed: int) -> None:
    one, other = numbers(seed, 3), numbers(seed + 1, 3)
    assert convex_along(bowl(seed, 1.0, 2.0, 3.0), one, other)
    assert convex_along(lambda x: float(np.abs(x).sum()), one, other)
    assert convex_along(lambda x: float(np.log(np.exp(x).sum())), one, other)
    assert not convex_along(lambda x: -float(x @ x), one, other)


def test_rates_that_go_uphill_are_refused() -> None:
    with pytest.raises(SettingError, match="a rate above 0"):
        descend(lambda x: x, np.ones(1), -0.1, 3)

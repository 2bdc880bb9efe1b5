from __future__ import annotations

import numpy as np
import pytest

from penstock.core.contracts import Array
from penstock.models.ranking.parts.ratings import descend


def test_a_step_goes_down_the_gradient() -> None:
    random = np.random.default_rng(5)
    of_users, of_items = random.normal(size=(2, 4)), random.normal(size=(3, 4))
    rate, l2, value = 1e-4, 0.05, 1.7

    def loss(flat: Array) -> float:
        """Of what user 1 gave item 2."""
        mine, its = flat[:8].reshape(2, 4)[1], flat[8:].reshape(3, 4)[2]
        error = value - mine[0] - its[0] - mine[1:] @ its[1:]
        return float(error**2 / 2 + l2 / 2 * ((mine**2).sum() + (its**2).sum()))

    before = np.concatenate([of_users.ravel(), of_items.ravel()])
    slope = np.array(
        [(loss(before + step) - loss(before - step)) / 2e-6 for step in 1e-6 * np.eye(20)]
    )
    one = np.array([1]), np.array([2]), np.array([value])
    descend(np.array([0]), *one, of_users, of_items, rate, l2)
    after = np.concatenate([of_users.ravel(), of_items.ravel()])
    assert (before - after) / rate == pytest.approx(slope, abs=1e-5)


def test_it_fits_values_that_two_vectors_make() -> None:
    random = np.random.default_rng(2)
    values = np.outer(random.normal(size=12), random.normal(size=9))
    user, item = (part.ravel() for part in np.indices(values.shape))
    of_users, of_items = random.normal(0, 0.3, (12, 3)), random.normal(0, 0.3, (9, 3))
    errors = [
        descend(random.permutation(108), user, item, values.ravel(), of_users, of_items, 0.05, 0.0)
        for _ in range(300)
    ]
    assert errors[-1] < 1e-3 * errors[0]


def test_only_who_is_in_a_value_moves() -> None:
    of_users, of_items = np.ones((3, 3)), np.ones((2, 3))
    one = np.array([1]), np.array([0]), np.array([4.0])
    descend(np.array([0]), *one, of_users, of_items, 0.1, 0.1)
    assert (of_users[[0, 2]] == 1).all() and (of_items[1] == 1).all()
    assert (of_users[1] != 1).all() and (of_items[0] != 1).all()

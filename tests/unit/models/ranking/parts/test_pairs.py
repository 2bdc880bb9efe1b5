from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from penstock.core.contracts import Array
from penstock.models.ranking.parts.pairs import descend, draw

START = np.array([0, 2, 2, 5, 6], dtype=np.int32)
ITEMS = np.array([1, 4, 0, 2, 5, 3], dtype=np.int32)


def drawn(seed: int, draws: int = 6000) -> Array:
    found = np.empty((3, draws), dtype=np.int64)
    owner = np.repeat(np.arange(4), np.diff(START))
    draw(np.random.default_rng(seed), np.arange(6), owner, START, ITEMS, 6, found)
    return found


def test_draws_are_of_what_was_had_and_what_was_not() -> None:
    mine = [set(ITEMS[a:b].tolist()) for a, b in pairwise(START)]
    for user, had, other in drawn(0, 500).T.tolist():
        assert had in mine[user] and other not in mine[user]


def test_draws_are_uniform_and_the_same_for_a_seed() -> None:
    found = drawn(1)
    assert np.array_equal(found, drawn(1)) and not np.array_equal(found, drawn(2))
    assert np.bincount(found[0], minlength=4) / 6000 == pytest.approx(
        [2 / 6, 0, 3 / 6, 1 / 6], abs=0.03
    )
    assert np.bincount(found[1]) / 6000 == pytest.approx(np.full(6, 1 / 6), abs=0.03)
    others = np.bincount(found[2, found[0] == 0], minlength=6)
    assert others / others.sum() == pytest.approx([1 / 4, 0, 1 / 4, 1 / 4, 0, 1 / 4], abs=0.03)


def test_a_step_goes_down_the_gradient() -> None:
    random = np.random.default_rng(5)
    users, items = random.normal(size=(2, 4)), random.normal(size=(3, 4))
    pull = random.normal(size=3)
    rate, l2 = 1e-3, 0.05

    def loss(flat: Array) -> float:
        """Of user 1, who had item 2 and not item 0."""
        of_users, of_items, of_all = flat[:8].reshape(2, 4), flat[8:20].reshape(3, 4), flat[20:]
        gap = of_users[1] @ (of_items[2] - of_items[0]) + of_all[2] - of_all[0]
        squares = (of_users[1] ** 2).sum() + (of_items[[0, 2]] ** 2).sum()
        squares += (of_all[[0, 2]] ** 2).sum()
        return float(np.log1p(np.exp(-gap)) + l2 / 2 * squares)

    before = np.concatenate([users.ravel(), items.ravel(), pull])
    slope = np.array(
        [(loss(before + step) - loss(before - step)) / 2e-6 for step in 1e-6 * np.eye(23)]
    )
    parts = [part.astype(np.float32) for part in (users, items, pull)]
    told = descend(np.array([[1], [2], [0]]), *parts, rate, l2)
    after = np.concatenate([part.ravel() for part in parts]).astype(np.float64)
    assert (before - after) / rate == pytest.approx(slope, abs=2e-3)
    gap = users[1] @ (items[2] - items[0]) + pull[2] - pull[0]
    assert told == pytest.approx(np.log1p(np.exp(-gap)), abs=1e-5)


def test_a_gap_of_any_size_overflows_nowhere() -> None:
    for size in (-2000.0, 2000.0):
        pull = np.array([size, 0.0], dtype=np.float32)
        zeros = np.zeros((2, 3), dtype=np.float32)
        told = descend(np.array([[0], [0], [1]]), zeros, zeros.copy(), pull, 0.1, 0.0)
        assert told == pytest.approx(max(-size, 0.0)) and np.isfinite(pull).all()

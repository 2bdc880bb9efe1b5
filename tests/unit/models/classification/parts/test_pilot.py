"""Negatives that a pilot finds hard, and a few others that stand for the rest."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.core.contracts import Array
from penstock.models.classification.parts.pilot import informative


def rows_of(seed: int = 0, positives: int = 60, negatives: int = 3000) -> tuple[Array, Array]:
    """Positives lie around 2, negatives around 0, in the first of two inputs."""
    random = np.random.default_rng(seed)
    target = random.permutation(np.r_[np.ones(positives, int), np.zeros(negatives, int)])
    rows = random.normal(0, 1, (len(target), 2))
    rows[:, 0] += 2 * target
    return rows.astype(np.float32), target


def test_every_positive_stays_and_those_kept_weigh_as_much_as_all() -> None:
    rows, target = rows_of()

    places, weight = informative(rows, target, 300, seed=0)

    assert np.array_equal(places, np.unique(places))
    kept = target[places]
    assert (weight[kept == 1] == 1).all()
    assert (len(kept[kept == 1]), len(kept[kept == 0])) == (60, 300)
    assert weight[kept == 0].sum() == pytest.approx(3000)


def test_those_that_weigh_one_lie_among_the_positives() -> None:
    rows, target = rows_of()

    places, weight = informative(rows, target, 300, seed=0)

    negative = target[places] == 0
    hard, easy = (rows[places[negative & mask], 0] for mask in (weight == 1, weight > 1))
    assert len(hard) == len(easy) == 150
    assert hard.mean() > 1
    assert abs(easy.mean()) < 0.5


def test_a_weighted_sum_over_what_is_kept_is_that_over_all_in_the_mean() -> None:
    rows, target = rows_of()
    true = np.tanh(rows[target == 0]).sum(axis=0)

    sums = []
    for seed in range(60):
        places, weight = informative(rows, target, 300, seed)
        mine = target[places] == 0
        sums.append((weight[mine, None] * np.tanh(rows[places[mine]])).sum(axis=0))

    error = np.std(sums, axis=0) / np.sqrt(len(sums))
    assert (np.abs(np.mean(sums, axis=0) - true) < 4 * error).all()


@pytest.mark.parametrize("count", [1, 2, 2999])
def test_any_number_short_of_all_can_be_kept(count: int) -> None:
    rows, target = rows_of()
    rows[5, 1] = np.nan

    places, weight = informative(rows, target, count, seed=0)

    assert (target[places] == 0).sum() == count
    assert weight[target[places] == 0].sum() == pytest.approx(3000)

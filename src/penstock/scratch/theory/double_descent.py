"""Double descent: the error peaks where a model just fits its rows, and falls again beyond.

Random ReLU features with the smallest weights that fit (Belkin, Hsu, Ma and Mandal 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array


@dataclass(frozen=True)
class Descent:
    """Mean squared errors by the number of features.

    Attributes:
        train, test: (sizes,), medians over the repeats.
        norms: (sizes,), lengths of the weights.
    """

    sizes: tuple[int, ...]
    train: Array
    test: Array
    norms: Array


def smallest_fit(features: Array, y: Array) -> Array:
    """The weights with the least error, and of those the shortest: A⁺ y."""
    return np.asarray(np.linalg.pinv(features, rcond=1e-10) @ y)


def double_descent(
    sizes: Sequence[int], rows: int, inputs: int, noise: float, repeats: int, seed: int
) -> Descent:
    """Errors of random-feature models of growing size on a linear truth with noise."""
    random = np.random.default_rng(seed)
    told = np.empty((repeats, len(sizes), 3))
    for repeat in range(repeats):
        truth = random.normal(size=inputs) / np.sqrt(inputs)
        x, fresh = random.normal(size=(rows, inputs)), random.normal(size=(1000, inputs))
        y = x @ truth + noise * random.normal(size=rows)
        directions = random.normal(size=(max(sizes), inputs)) / np.sqrt(inputs)
        for place, size in enumerate(sizes):
            made, unseen = (np.maximum(one @ directions[:size].T, 0) for one in (x, fresh))
            weights = smallest_fit(made, y)
            wrong = (
                ((made @ weights - y) ** 2).mean(),
                ((unseen @ weights - fresh @ truth) ** 2).mean(),
            )
            told[repeat, place] = *wrong, np.linalg.norm(weights)
    train, test, norms = np.median(told, axis=0).T
    return Descent(tuple(sizes), train, test, norms)

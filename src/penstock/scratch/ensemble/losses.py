"""What boosting makes small: value, slope and curve of a loss by the raw score.

A raw score is a number itself, the log-odds of one of two classes, or one number for each class.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from penstock.scratch.arrays import Array


class Loss(Protocol):
    """Of targets (N,) and raw scores (N, outputs).

    Attributes:
        outputs: raw scores a row.
    """

    outputs: int

    def start(self, target: Array, weights: Array) -> Array:
        """The best raw scores (outputs,) that are the same for all rows."""

    def slopes(self, target: Array, raw: Array) -> tuple[Array, Array]:
        """First and second derivative by each raw score, both (N, outputs)."""

    def mean(self, target: Array, raw: Array, weights: Array) -> float:
        """The weighted mean, as scikit-learn scales it."""


class SquaredError:
    """(y - f)² / 2, of which the slope is f - y."""

    outputs = 1

    def start(self, target: Array, weights: Array) -> Array:
        return np.array([np.average(target, weights=weights)])

    def slopes(self, target: Array, raw: Array) -> tuple[Array, Array]:
        return raw - target[:, None], np.ones_like(raw)

    def mean(self, target: Array, raw: Array, weights: Array) -> float:
        return float(np.average((target - raw[:, 0]) ** 2, weights=weights))


class Binomial:
    """-ln of the probability σ(f) or 1 - σ(f) given to what came; `mean` is twice that."""

    outputs = 1

    def start(self, target: Array, weights: Array) -> Array:
        share = np.average(target, weights=weights)
        return np.array([np.log(share / (1 - share))])

    def slopes(self, target: Array, raw: Array) -> tuple[Array, Array]:
        p = self.probabilities(raw)[:, 1:]
        return p - target[:, None], p * (1 - p)

    def mean(self, target: Array, raw: Array, weights: Array) -> float:
        each = np.logaddexp(0, raw[:, 0]) - target * raw[:, 0]
        return 2 * float(np.average(each, weights=weights))

    @staticmethod
    def probabilities(raw: Array) -> Array:
        """(N, 2) from (N, 1)."""
        p = 0.5 * (1 + np.tanh(0.5 * raw[:, 0]))
        return np.stack([1 - p, p], axis=1)


class Multinomial:
    """-ln softmax(f)[y]."""

    def __init__(self, classes: int) -> None:
        self.outputs = classes

    def start(self, target: Array, weights: Array) -> Array:
        logs = np.log(np.bincount(target, weights, self.outputs) / weights.sum())
        return np.asarray(logs - logs.mean())

    def slopes(self, target: Array, raw: Array) -> tuple[Array, Array]:
        p = self.probabilities(raw)
        return p - (target[:, None] == np.arange(self.outputs)), p * (1 - p)

    def mean(self, target: Array, raw: Array, weights: Array) -> float:
        p = self.probabilities(raw)[np.arange(len(raw)), target]
        return float(np.average(-np.log(np.maximum(p, 1e-300)), weights=weights))

    @staticmethod
    def probabilities(raw: Array) -> Array:
        """(N, classes) from as many."""
        p = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(p / p.sum(axis=1, keepdims=True))

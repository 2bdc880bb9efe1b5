"""The perceptron: one unit, and a rule that needs no gradient (Rosenblatt 1958)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError


class Perceptron:
    """sign(w·x + b); each mistake adds η·y·x to w and η·y to b, rows in the order they come.

    Attributes:
        weight: (inputs,) after `fit`.
        bias: b after `fit`.
        mistakes: made in each pass; the last is 0 where the classes are separable.
    """

    def __init__(self, passes: int = 1000, learning_rate: float = 1.0) -> None:
        if passes < 1 or learning_rate <= 0:
            came = (passes, learning_rate)
            raise SettingError("Perceptron", "passes from 1, a learning rate above 0", came)
        self.passes, self.learning_rate = passes, learning_rate
        self.weight: Array = np.zeros(0)
        self.bias = 0.0
        self.mistakes: list[int] = []

    def fit(self, x: Array, y: Array) -> Perceptron:
        """Learn until a pass is free of mistakes, or for all passes.

        Args:
            x: (N, inputs).
            y: (N,), -1 or 1.

        Raises:
            ShapeError: the two do not fit together.
            SettingError: a label is neither.
        """
        if x.ndim != 2 or y.shape != x.shape[:1]:
            raise ShapeError("Perceptron", "x (N, inputs) and y (N,)", f"{x.shape}, {y.shape}")
        if not np.isin(y, (-1, 1)).all():
            raise SettingError("Perceptron", "labels -1 and 1", np.unique(y)[:5])
        self.weight, self.bias, self.mistakes = np.zeros(x.shape[1]), 0.0, []
        for _ in range(self.passes):
            wrong = 0
            for row, label in zip(x, y.tolist(), strict=True):
                if label * (self.weight @ row + self.bias) <= 0:
                    self.weight += self.learning_rate * label * row
                    self.bias += self.learning_rate * label
                    wrong += 1
            self.mistakes.append(wrong)
            if not wrong:
                break
        return self

    def predict(self, x: Array) -> Array:
        """-1 or 1 for each row of (N, inputs)."""
        return np.where(x @ self.weight + self.bias > 0, 1, -1)


def mistake_bound(x: Array, y: Array, weight: Array, bias: float) -> float:
    """(R/γ)²: what all mistakes together cannot exceed, if (weight, bias) separates the rows.

    R is the length of the longest row and γ the margin, the bias counted as an input that is
    always 1 (Novikoff 1962).

    Raises:
        SettingError: (weight, bias) leaves a row on the wrong side.
    """
    extended = np.column_stack([x, np.ones(len(x))])
    separator = np.append(weight, bias)
    nearest = float((y * (extended @ separator)).min())
    if nearest <= 0:
        raise SettingError("mistake_bound", "a plane with every row on its side", nearest)
    longest = float(np.linalg.norm(extended, axis=1).max())
    return (longest * float(np.linalg.norm(separator)) / nearest) ** 2

"""Scores made probabilities, by a map learnt from scores whose labels are known.

What is learnt is plain JSON, so that whoever serves the model turns its scores by the same few
numbers. Isotonic: Zadrozny & Elkan, Transforming Classifier Scores into Accurate Multiclass
Probability Estimates, KDD 2002. Beta: Kull, Silva Filho & Flach, Beta calibration, AISTATS 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from penstock.core.alerting import CalibrationMethod
from penstock.core.contracts import Array
from penstock.core.errors import PenstockError

LEAST = 1e-6  # a score of 0 or 1 has no logarithm of its odds
ROUNDS = 50
ENOUGH = 1e-9
RIDGE = 1e-9  # a row's worth; keeps separable scores from running off to infinity


class NotBetweenZeroAndOne(PenstockError):
    """Beta calibration was asked of scores that are no shares."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__(
            f"beta calibration takes scores from 0 to 1; found scores from {low:g} to {high:g}\n"
            "  fix: set calibration: isotonic in projects.P.judging of params.yaml"
        )


def learn(method: CalibrationMethod, score: Array, label: Array) -> dict[str, Any]:
    """The map from scores to P(positive), shape (n,) both; never falling.

    Raises:
        NotBetweenZeroAndOne: the method is beta and a score isn't.
    """
    if label.all() or not label.any():  # nothing is told of where the classes part
        return {"method": "isotonic", "score": [0.0], "probability": [float(label.mean())]}
    return _isotonic(score, label) if method == "isotonic" else _beta(score, label)


def probability(learnt: Mapping[str, Any], score: Array) -> Array:
    """P(positive) for scores of shape (n,), by a map that `learn` gave."""
    if learnt["method"] == "isotonic":
        return np.asarray(np.interp(score, learnt["score"], learnt["probability"]))
    logit = _odds(score) @ np.array([learnt["a"], learnt["b"]]) + learnt["c"]
    return np.asarray(1 / (1 + np.exp(-logit)))


def _isotonic(score: Array, label: Array) -> dict[str, Any]:
    """Both ends of each step are knots; between steps the map is a line, as in scikit-learn."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(score, kind="stable")
    score, label = score[order], label[order].astype(np.float64)
    starts = np.flatnonzero(np.r_[True, score[1:] != score[:-1]])
    rows = np.diff(np.r_[starts, len(score)])
    share = np.add.reduceat(label, starts) / rows
    fitted = isotonic_regression(share, weights=rows)
    first = fitted.blocks[:-1]
    knots = np.unique(np.concatenate([first, fitted.blocks[1:] - 1]))
    return {
        "method": "isotonic",
        "score": score[starts][knots].tolist(),
        "probability": fitted.x[knots].tolist(),
    }


def _beta(score: Array, label: Array) -> dict[str, Any]:
    """Logistic regression on ln s and −ln(1 − s); one that would fall is left out."""
    if score.min() < 0 or score.max() > 1:
        raise NotBetweenZeroAndOne(float(score.min()), float(score.max()))
    odds, kept = _odds(score), [0, 1]
    weights = _logistic(odds, label)
    while kept and min(weights[:-1]) < 0:
        kept.pop(int(np.argmin(weights[:-1])))
        weights = _logistic(odds[:, kept], label)
    slopes = dict(zip(kept, weights.tolist(), strict=False))
    return {
        "method": "beta",
        "a": slopes.get(0, 0.0),
        "b": slopes.get(1, 0.0),
        "c": float(weights[-1]),
    }


def _odds(score: Array) -> Array:
    inside = np.clip(score, LEAST, 1 - LEAST)
    return np.column_stack([np.log(inside), -np.log1p(-inside)])


def _logistic(inputs: Array, label: Array) -> Array:
    """Slopes and, last, the intercept of greatest likelihood, by Newton's method, damped."""
    design = np.column_stack([inputs, np.ones(len(label))])
    share = label.mean()
    weights = np.zeros(design.shape[1])
    weights[-1] = np.log(share / (1 - share))
    ridge = RIDGE * len(label)

    def loss(at: Array) -> float:
        logit = design @ at
        return float(np.sum(np.logaddexp(0, logit) - label * logit) + ridge / 2 * at @ at)

    least = loss(weights)
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-(design @ weights)))
        slope = design.T @ (label - chance) - ridge * weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(curvature + ridge * np.eye(len(weights)), slope)
        # A whole step may overshoot where nearly all rows are of one class.
        while (reached := loss(weights + step)) > least and np.abs(step).max() > ENOUGH:
            step = step / 2
        weights, least = weights + step, reached
        if np.abs(step).max() <= ENOUGH:
            break
    return weights

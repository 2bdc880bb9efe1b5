"""Trees added one after another, each along the steepest way down (Friedman 2001)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.ensemble.losses import Binomial, Loss, Multinomial, SquaredError
from penstock.scratch.estimators.checking import check_setting, generator
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.estimators.kinds import ProbabilisticClassifier, Regressor
from penstock.scratch.trees.growing import Limits, Presorted, grow
from penstock.scratch.trees.impurity import Variance
from penstock.scratch.trees.settings import limits_of
from penstock.scratch.trees.tree import LEAF, Tree


class _GradientBoosting(Estimator):
    """f ← f + η·tree, where the tree is fitted to minus the loss's slope by f.

    A leaf's answer is then set anew, by one step of Newton's method on the loss of its rows:
    -Σ slope / Σ curve (Friedman 2001, algorithm 5; 1999, Stochastic Gradient Boosting, on
    `subsample`).

    Attributes:
        trees_: for each stage a tree for each raw score.
        init_: raw scores before the first.
        train_score_: the loss on the rows of each stage after it.
    """

    trees_: list[list[Tree]]
    init_: Array
    train_score_: Array

    def __init__(
        self,
        n_estimators: int = 100,
        learning_rate: float = 0.1,
        max_depth: int | None = 3,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: Any = None,
        subsample: float = 1.0,
        random_state: Any = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.subsample = subsample
        self.random_state = random_state

    def _boost(self, rows: Array, target: Array, loss: Loss) -> None:
        check_setting(self.n_estimators >= 1, self, "n_estimators", "a number from 1")
        check_setting(self.learning_rate > 0, self, "learning_rate", "a number above 0")
        check_setting(0 < self.subsample <= 1, self, "subsample", "a share above 0 up to 1")
        limits, given = limits_of(self, rows.shape[1]), Presorted.of(rows)
        rng, n, each = generator(self.random_state), len(rows), np.ones(len(rows))
        self.init_ = loss.start(target, each)
        raw = np.tile(self.init_, (n, 1))
        self.trees_, scores = [], []
        for _ in range(self.n_estimators):
            drawn = None
            if self.subsample < 1:
                drawn = rng.permutation(n)[: max(1, int(self.subsample * n))]
            slope, curve = loss.slopes(target, raw)
            trees = []
            for k in range(loss.outputs):
                tree = _stage(given, slope[:, k], curve[:, k], loss, limits, rng, drawn)
                raw[:, k] += self.learning_rate * tree.predict(rows)[:, 0]
                trees.append(tree)
            self.trees_.append(trees)
            part = slice(None) if drawn is None else drawn
            scores.append(loss.mean(target[part], raw[part], each[part]))
        self.train_score_ = np.array(scores)

    def _raw(self, X: Any) -> Array:
        """Raw scores (rows, outputs)."""
        rows = self._rows(X)
        raw = np.tile(self.init_, (len(rows), 1))
        for trees in self.trees_:
            for k, tree in enumerate(trees):
                raw[:, k] += self.learning_rate * tree.predict(rows)[:, 0]
        return raw

    @property
    def feature_importances_(self) -> Array:
        """Each feature's share of the decrease of variance in all trees (features,)."""
        self.check_fitted()
        each = [tree.decreases(self.n_features_in_) for trees in self.trees_ for tree in trees]
        total = np.sum(each, axis=0)
        return np.asarray(total / (total.sum() or 1.0))


def _stage(
    given: Presorted,
    slope: Array,
    curve: Array,
    loss: Loss,
    limits: Limits,
    rng: np.random.Generator,
    drawn: Array | None,
) -> Tree:
    """A tree for one raw score, its leaves set by Newton's step."""
    n = given.order.shape[1]
    tree, ends = grow(given, Variance(-slope, np.ones(n)), limits, rng, drawn)
    if isinstance(loss, SquaredError):
        return tree  # the mean it answers is the step
    inside = ends != LEAF
    down: Array = np.bincount(ends[inside], -slope[inside], len(tree.value))
    up = np.bincount(ends[inside], curve[inside], len(tree.value))
    if loss.outputs > 1:
        down *= 1 - 1 / loss.outputs  # K scores for K - 1 degrees of freedom
    step = np.divide(down, up, where=up > 1e-150, out=np.zeros_like(down))
    return replace(tree, value=step[:, None])


class GradientBoostingClassifier(_GradientBoosting, ProbabilisticClassifier):
    """The loss is minus the log-likelihood: log-odds of two classes, softmax of more."""

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            ValueError: all labels are one class.
            SettingError: a setting means nothing.
        """
        rows, codes, _ = self._given_classes(X, y)
        classes = len(self.classes_)
        if classes < 2:
            raise ValueError(
                f"y contains {classes} class after sample_weight trimmed classes with zero "
                "weights, while a minimum of 2 classes are required."
            )
        self._boost(rows, codes, Binomial() if classes == 2 else Multinomial(classes))
        return self

    def decision_function(self, X: Any) -> Array:
        """Raw scores: (rows,) of two classes, (rows, classes) of more."""
        raw = self._raw(X)
        return raw[:, 0] if raw.shape[1] == 1 else raw

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        raw = self._raw(X)
        kind = Binomial if raw.shape[1] == 1 else Multinomial
        return kind.probabilities(raw)


class GradientBoostingRegressor(_GradientBoosting, Regressor):
    """The loss is the squared error, whose slope is what is left to tell."""

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows (N, features) and numbers (N,).

        Raises:
            SettingError: a setting means nothing.
        """
        rows, numbers, _ = self._given_numbers(X, y)
        self._boost(rows, numbers, SquaredError())
        return self

    def predict(self, X: Any) -> Array:
        """A number for each row."""
        return self._raw(X)[:, 0]

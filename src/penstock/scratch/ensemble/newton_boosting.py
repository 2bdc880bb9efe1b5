"""Boosting by second derivatives with penalised answers, as in XGBoost (Chen and Guestrin 2016)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.ensemble.losses import Binomial, Loss, Multinomial, SquaredError
from penstock.scratch.estimators.checking import check_setting, generator
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.estimators.kinds import ProbabilisticClassifier, Regressor
from penstock.scratch.trees.binning import Bins
from penstock.scratch.trees.newton import NewtonLimits, grow_newton
from penstock.scratch.trees.tree import Tree


class _NewtonBoosting(Estimator):
    """f ← f + η·tree with answers -G/(H + λ); a split must bring γ, a leaf must hold H enough.

    Values, scores and derivatives are float32 and sums float64, as XGBoost has them, so that
    what is a tie there is one here. `exact` tries every value that occurs, `hist` at most `max_bin`
    a feature; sums of a level take nodes · features · bins numbers, so that depth costs memory.

    Attributes:
        trees_: for each round a tree for each raw score.
    """

    takes_missing: ClassVar[bool] = True
    trees_: list[list[Tree]]

    def __init__(
        self,
        n_estimators: int = 100,
        learning_rate: float = 0.3,
        max_depth: int = 6,
        reg_lambda: float = 1.0,
        gamma: float = 0.0,
        min_child_weight: float = 1.0,
        base_score: float = 0.5,
        tree_method: Literal["exact", "hist"] = "hist",
        max_bin: int = 256,
        subsample: float = 1.0,
        colsample_bytree: float = 1.0,
        random_state: Any = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.reg_lambda = reg_lambda
        self.gamma = gamma
        self.min_child_weight = min_child_weight
        self.base_score = base_score
        self.tree_method = tree_method
        self.max_bin = max_bin
        self.subsample = subsample
        self.colsample_bytree = colsample_bytree
        self.random_state = random_state

    def _boost(self, rows: Array, target: Array, weights: Array, loss: Loss) -> None:
        limits = self._limits()
        rows = rows.astype(np.float32)
        bins = Bins.of(rows, None if self.tree_method == "exact" else self.max_bin)
        rng, (n, features) = generator(self.random_state), rows.shape
        raw = np.full((n, loss.outputs), self._start(loss), np.float32)
        self.trees_ = []
        for _ in range(self.n_estimators):
            slope, curve = loss.slopes(target, raw.astype(np.float64))
            if loss.outputs > 1:
                curve = 2 * curve  # XGBoost's bound of softmax's curvature
            curve = np.maximum(curve, 1e-16) * weights[:, None]
            slope = slope * weights[:, None]
            drawn, asked = np.arange(n), np.arange(features)
            if self.subsample < 1:
                drawn = np.flatnonzero(rng.random(n) < self.subsample)
            if self.colsample_bytree < 1:
                count = max(1, int(self.colsample_bytree * features))
                asked = np.sort(rng.permutation(features)[:count])
            trees = []
            for k in range(loss.outputs):
                one, other = slope[:, k].astype(np.float32), curve[:, k].astype(np.float32)
                tree = grow_newton(bins, one, other, limits, asked, drawn)
                step = (tree.value * self.learning_rate).astype(np.float32)
                trees.append(replace(tree, value=step))
            for k, tree in enumerate(trees):
                raw[:, k] += tree.predict(rows)[:, 0]
            self.trees_.append(trees)

    def _limits(self) -> NewtonLimits:
        for name in ("n_estimators", "max_depth"):
            check_setting(getattr(self, name) >= 1, self, name, "a number from 1")
        check_setting(self.learning_rate > 0, self, "learning_rate", "a number above 0")
        for name in ("reg_lambda", "gamma", "min_child_weight"):
            check_setting(getattr(self, name) >= 0, self, name, "a number from 0")
        for name in ("subsample", "colsample_bytree"):
            check_setting(0 < getattr(self, name) <= 1, self, name, "a share above 0 up to 1")
        known = self.tree_method in {"exact", "hist"}
        check_setting(known, self, "tree_method", "'exact' or 'hist'")
        check_setting(self.max_bin >= 2, self, "max_bin", "bins from 2")
        return NewtonLimits(self.max_depth, self.reg_lambda, self.gamma, self.min_child_weight)

    def _start(self, loss: Loss) -> float:
        if not isinstance(loss, Binomial):
            return self.base_score
        inside = 0 < self.base_score < 1
        check_setting(inside, self, "base_score", "a probability between 0 and 1")
        return float(np.log(self.base_score / (1 - self.base_score)))

    def _raw(self, X: Any, start: float) -> Array:
        """Raw scores (rows, outputs)."""
        rows = self._rows(X).astype(np.float32)
        raw = np.full((len(rows), len(self.trees_[0])), start, np.float32)
        for trees in self.trees_:
            for k, tree in enumerate(trees):
                raw[:, k] += tree.predict(rows)[:, 0]
        return raw.astype(np.float64)

    @property
    def feature_importances_(self) -> Array:
        """Each feature's share of what all splits bring (features,)."""
        self.check_fitted()
        each = [
            tree.decreases(self.n_features_in_) * tree.weight[0]
            for trees in self.trees_
            for tree in trees
        ]
        total = np.sum(each, axis=0)
        return np.asarray(total / (total.sum() or 1.0))


class NewtonBoostingClassifier(_NewtonBoosting, ProbabilisticClassifier):
    """Log-odds of two classes, softmax of more; NaN stands for a value that is not known."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            ValueError: all labels are one class.
            SettingError: a setting means nothing.
        """
        rows, codes, weights = self._given_classes(X, y, sample_weight)
        classes = len(self.classes_)
        if classes < 2:
            raise ValueError(
                f"y contains {classes} class, while a minimum of 2 classes are required."
            )
        loss: Loss = Binomial() if classes == 2 else Multinomial(classes)
        self._boost(rows, codes, weights, loss)
        return self

    def decision_function(self, X: Any) -> Array:
        """Raw scores: (rows,) of two classes, (rows, classes) of more."""
        self.check_fitted()
        if len(self.classes_) > 2:
            return self._raw(X, self.base_score)
        return self._raw(X, self._start(Binomial()))[:, 0]

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        raw = self.decision_function(X)
        return (
            Binomial.probabilities(raw[:, None])
            if raw.ndim == 1
            else Multinomial.probabilities(raw)
        )


class NewtonBoostingRegressor(_NewtonBoosting, Regressor):
    """Squared error; `base_score` is the number before the first tree."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and numbers (N,).

        Raises:
            SettingError: a setting means nothing.
        """
        rows, numbers, weights = self._given_numbers(X, y, sample_weight)
        self._boost(rows, numbers, weights, SquaredError())
        return self

    def predict(self, X: Any) -> Array:
        """A number for each row."""
        return self._raw(X, self.base_score)[:, 0]

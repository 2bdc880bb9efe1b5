"""Random forests (Breiman 2001)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting, generator
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.estimators.kinds import ProbabilisticClassifier, Regressor
from penstock.scratch.trees.growing import Presorted, grow
from penstock.scratch.trees.impurity import ClassPurity, Criterion, Variance
from penstock.scratch.trees.settings import limits_of
from penstock.scratch.trees.tree import Tree


class _Forest(Estimator):
    """Bagged trees whose nodes may each ask for a few features only, drawn anew.

    The fewer features a node may ask for, the less alike the trees are, and the more the mean of
    them gains. All trees share one sorting of the rows.

    Attributes:
        trees_: as grown.
    """

    n_estimators: int
    bootstrap: bool
    max_samples: float
    random_state: Any
    trees_: list[Tree]

    def _grow(self, rows: Array, criterion: Callable[[Array], Criterion]) -> None:
        check_setting(self.n_estimators >= 1, self, "n_estimators", "a number from 1")
        check_setting(0 < self.max_samples <= 1, self, "max_samples", "a share above 0 up to 1")
        limits, given = limits_of(self, rows.shape[1]), Presorted.of(rows)
        rng, n = generator(self.random_state), len(rows)
        self.trees_ = []
        for _ in range(self.n_estimators):
            times = np.ones(n)
            if self.bootstrap:
                drawn = rng.integers(n, size=max(1, int(self.max_samples * n)))
                times = np.bincount(drawn, minlength=n).astype(float)
            tree, _ends = grow(given, criterion(times), limits, rng, np.flatnonzero(times))
            self.trees_.append(tree)

    def _mean(self, X: Any) -> Array:
        rows = self._rows(X)
        total = sum((tree.predict(rows) for tree in self.trees_), np.zeros(1))
        return np.asarray(total / len(self.trees_))

    @property
    def feature_importances_(self) -> Array:
        """Each feature's share of the decrease of impurity, mean over trees (features,)."""
        self.check_fitted()
        each = [tree.decreases(self.n_features_in_) for tree in self.trees_]
        mean = np.mean([one / (one.sum() or 1.0) for one in each], axis=0)
        return np.asarray(mean / (mean.sum() or 1.0))


class RandomForestClassifier(_Forest, ProbabilisticClassifier):
    """The mean of the classes' shares in the leaves."""

    def __init__(
        self,
        n_estimators: int = 100,
        criterion: Literal["gini", "entropy"] = "gini",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: Any = "sqrt",
        bootstrap: bool = True,
        max_samples: float = 1.0,
        random_state: Any = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.max_samples = max_samples
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            SettingError: a setting means nothing.
        """
        known = self.criterion in {"gini", "entropy"}
        check_setting(known, self, "criterion", "'gini' or 'entropy'")
        rows, codes, _ = self._given_classes(X, y)
        classes = len(self.classes_)
        self._grow(rows, lambda times: ClassPurity(codes, times, classes, self.criterion))
        return self

    def predict_proba(self, X: Any) -> Array:
        """Probabilities (rows, classes)."""
        return self._mean(X)


class RandomForestRegressor(_Forest, Regressor):
    """The mean of the leaves' means."""

    def __init__(
        self,
        n_estimators: int = 100,
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: Any = 1.0,
        bootstrap: bool = True,
        max_samples: float = 1.0,
        random_state: Any = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.max_samples = max_samples
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows (N, features) and numbers (N,).

        Raises:
            SettingError: a setting means nothing.
        """
        rows, numbers, _ = self._given_numbers(X, y)
        self._grow(rows, lambda times: Variance(numbers, times))
        return self

    def predict(self, X: Any) -> Array:
        """A number for each row."""
        return self._mean(X)[:, 0]

"""A single tree for classes or numbers: CART (Breiman, Friedman, Olshen and Stone 1984)."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting, generator
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.estimators.kinds import ProbabilisticClassifier, Regressor
from penstock.scratch.trees.growing import Presorted, grow
from penstock.scratch.trees.impurity import ClassPurity, Variance
from penstock.scratch.trees.settings import limits_of
from penstock.scratch.trees.tree import Tree


class _DecisionTree(Estimator):
    """What both kinds tell of their tree.

    Attributes:
        tree_: the nodes.
    """

    tree_: Tree

    @property
    def feature_importances_(self) -> Array:
        """Each feature's share of the decrease of impurity (features,)."""
        self.check_fitted()
        decreases = self.tree_.decreases(self.n_features_in_)
        return np.asarray(decreases / (decreases.sum() or 1.0))

    def apply(self, X: Any) -> Array:
        """The leaf of each row."""
        return self.tree_.apply(self._rows(X))

    def get_depth(self) -> int:
        """Questions on the longest way."""
        self.check_fitted()
        return int(self.tree_.depths.max())

    def get_n_leaves(self) -> int:
        """How many answers it has."""
        self.check_fitted()
        return len(self.tree_.leaves)


class DecisionTreeClassifier(_DecisionTree, ProbabilisticClassifier):
    """Each node asks whether one feature is at most a threshold.

    It asks for the pair that leaves two sides least mixed, by Gini's index or by entropy; with
    that the gain is the information gain.
    """

    def __init__(
        self,
        criterion: Literal["gini", "entropy"] = "gini",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: Any = None,
        random_state: Any = None,
    ) -> None:
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and labels (N,).

        Raises:
            SettingError: a setting means nothing.
        """
        known = self.criterion in {"gini", "entropy"}
        check_setting(known, self, "criterion", "'gini' or 'entropy'")
        rows, codes, weights = self._given_classes(X, y, sample_weight)
        purity = ClassPurity(codes, weights, len(self.classes_), self.criterion)
        limits = limits_of(self, rows.shape[1])
        rng = generator(self.random_state)
        self.tree_, _ = grow(Presorted.of(rows), purity, limits, rng)
        return self

    def predict_proba(self, X: Any) -> Array:
        """Shares of the classes in the leaf of each row (rows, classes)."""
        return self.tree_.predict(self._rows(X))


class DecisionTreeRegressor(_DecisionTree, Regressor):
    """The mean of the leaf; a node's question is the one that leaves the least squares."""

    def __init__(
        self,
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: Any = None,
        random_state: Any = None,
    ) -> None:
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from rows (N, features) and numbers (N,).

        Raises:
            SettingError: a setting means nothing.
        """
        rows, numbers, weights = self._given_numbers(X, y, sample_weight)
        limits = limits_of(self, rows.shape[1])
        rng = generator(self.random_state)
        self.tree_, _ = grow(Presorted.of(rows), Variance(numbers, weights), limits, rng)
        return self

    def predict(self, X: Any) -> Array:
        """The mean of the leaf of each row."""
        return self.tree_.predict(self._rows(X))[:, 0]


def questions(tree: Tree, names: list[str], digits: int = 3) -> str:
    """The tree as nested text: one line a question, one an answer.

    Args:
        tree: of any kind.
        names: of the features.
        digits: of numbers behind the point.
    """
    lines: list[str] = []

    def tell(node: int, depth: int) -> None:
        room = "  " * depth
        if tree.left[node] < 0:
            answer = ", ".join(f"{number:.{digits}f}" for number in np.atleast_1d(tree.value[node]))
            lines.append(f"{room}→ {answer}")
            return
        name, threshold = names[tree.feature[node]], tree.threshold[node]
        lines.append(f"{room}{name} ≤ {threshold:.{digits}f}?")
        tell(int(tree.left[node]), depth + 1)
        lines.append(f"{room}else:")
        tell(int(tree.right[node]), depth + 1)

    tell(0, 0)
    return "\n".join(lines) + "\n"

"""Trees grown on bootstraps of few negatives: balanced bagging and the balanced random forest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.training.estimator import FILE, EstimatorClassifier
from penstock.scoring.onnx_trees import write_trees
from penstock.scoring.tree_arrays import of_estimators
from penstock.scoring.trees import check_tree

Share = Annotated[float, Field(gt=0, le=1)]


class BalancedForestSettings(settings.Settings):
    """What `params` of a candidate may say; `max_features: all` makes it balanced bagging."""

    trees: int = Field(100, ge=1, le=10_000)
    ratio: float = Field(1.0, gt=0, le=1, description="positives per negative in a bootstrap")
    max_depth: int | None = Field(None, ge=1, description="null: until leaves are pure")
    min_samples_leaf: int = Field(1, ge=1, description="rows that a leaf holds at least")
    max_features: Literal["all", "sqrt", "log2"] | Share = Field(
        "sqrt", description="inputs tried at a split; a number is a share of them"
    )


class BalancedForestClassifier(EstimatorClassifier):
    """Positives drawn with replacement, and per tree as many negatives as `ratio` allows.

    Chen, Liaw and Breiman 2004, Using Random Forest to Learn Imbalanced Data, section 2.2. The
    estimator is the plain list of trees: its file holds nothing but scikit-learn's own.
    """

    Settings = BalancedForestSettings
    missing = apart = True
    trusted = ("sklearn.tree._classes.DecisionTreeClassifier", "sklearn.tree._tree.Tree")

    def build(self, context: FitContext) -> Any:
        """The trees to grow, each with a seed of its own."""
        from sklearn.tree import DecisionTreeClassifier

        asked = self.settings
        seeds = np.random.default_rng(context.seed).integers(2**31, size=asked.trees)
        return [
            DecisionTreeClassifier(
                max_depth=asked.max_depth,
                min_samples_leaf=asked.min_samples_leaf,
                max_features=None if asked.max_features == "all" else asked.max_features,
                random_state=int(seed),
            )
            for seed in seeds
        ]

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        random = np.random.default_rng((context.seed, 1))
        positive, negative = np.flatnonzero(target == 1), np.flatnonzero(target == 0)
        count = min(len(negative), round(len(positive) / self.settings.ratio))
        self.estimator = self.build(context)
        for tree in self.estimator:
            drawn = [random.choice(positive, len(positive)), random.choice(negative, count)]
            places = np.concatenate(drawn)
            tree.fit(rows[places], target[places])

    def score(self, rows: Array) -> Array:
        votes = sum(tree.predict_proba(rows)[:, 1] for tree in self.estimator)
        mean: Array = votes / len(self.estimator)
        return mean

    def weights(self) -> Array:
        """Mean over trees of the decrease of impurity by splits on each input."""
        decrease: Array = np.mean([tree.feature_importances_ for tree in self.estimator], axis=0)
        return decrease

    def export(self, path: Path) -> None:
        write_trees(path, of_estimators(self.estimator), len(self.inputs))

    def read(self, folder: Path) -> None:
        super().read(folder)
        for tree in self.estimator:
            check_tree(tree.tree_, len(self.inputs), folder / FILE)


MODEL = BalancedForestClassifier

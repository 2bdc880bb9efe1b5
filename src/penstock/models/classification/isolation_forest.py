"""An isolation forest: how few random cuts set a row apart, without a look at labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.training.estimator import FILE, EstimatorClassifier
from penstock.scoring.trees import check_tree


class IsolationForestSettings(settings.Settings):
    """What `params` of a candidate may say."""

    trees: int = Field(100, ge=1, le=10_000)
    max_samples: int = Field(256, ge=2, description="rows drawn for a tree; fewer where fewer are")
    max_features: float = Field(1.0, gt=0, le=1, description="share of the inputs for a tree")


class IsolationForestClassifier(EstimatorClassifier):
    """The anomaly score 2^(-E[depth] / c) of Liu, Ting and Zhou 2008, equation 2.

    It lies in (0, 1) and grows with how odd a row is, but is no probability of fraud.
    """

    Settings = IsolationForestSettings
    trusted = (
        "sklearn.ensemble._iforest.IsolationForest",
        "sklearn.tree._classes.ExtraTreeRegressor",
        "sklearn.tree._tree.Tree",
    )

    def build(self, context: FitContext) -> Any:
        from sklearn.ensemble import IsolationForest

        asked = self.settings
        return IsolationForest(
            n_estimators=asked.trees,
            max_samples=asked.max_samples,
            max_features=asked.max_features,
            random_state=context.seed,
        )

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        forest = self.build(context)
        forest.set_params(max_samples=min(self.settings.max_samples, len(rows)))
        self.estimator = forest.fit(rows)

    def score(self, rows: Array) -> Array:
        scores: Array = -self.estimator.score_samples(rows)
        return scores

    def weights(self) -> None:
        return None

    def read(self, folder: Path) -> None:
        super().read(folder)
        width = len(self.inputs)
        for tree, inputs in zip(
            self.estimator.estimators_, self.estimator.estimators_features_, strict=True
        ):
            check_tree(tree.tree_, len(np.unique(inputs[inputs < width])), folder / FILE)


MODEL = IsolationForestClassifier

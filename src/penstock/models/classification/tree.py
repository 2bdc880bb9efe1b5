"""A single decision tree (CART)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from penstock.core.contracts import Array, FitContext
from penstock.models.classification.parts.imbalance import ImbalanceSettings, balance
from penstock.models.training.estimator import FILE, EstimatorClassifier
from penstock.scoring.onnx_trees import write_trees
from penstock.scoring.tree_arrays import of_estimators
from penstock.scoring.trees import check_tree


class TreeSettings(ImbalanceSettings):
    """What `params` of a candidate may say."""

    max_depth: int | None = Field(None, ge=1, description="null: until leaves are pure")
    min_samples_leaf: int = Field(1, ge=1, description="rows that a leaf holds at least")
    criterion: Literal["gini", "entropy"] = "gini"
    class_weight: Literal["none", "balanced"] = Field(
        "none", description="balanced: both classes weigh the same in total"
    )


class TreeClassifier(EstimatorClassifier):
    """Splits on the input and threshold that leave the purest halves."""

    Settings = TreeSettings
    missing = apart = True
    trusted = ("sklearn.tree._classes.DecisionTreeClassifier", "sklearn.tree._tree.Tree")

    def build(self, context: FitContext) -> Any:
        from sklearn.tree import DecisionTreeClassifier

        asked = self.settings
        return DecisionTreeClassifier(
            criterion=asked.criterion,
            max_depth=asked.max_depth,
            min_samples_leaf=asked.min_samples_leaf,
            class_weight=None if asked.class_weight == "none" else asked.class_weight,
            random_state=context.seed,
        )

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        given = balance(rows, target, self.inputs, self.settings, context.seed)
        self.estimator = self.build(context).fit(given.rows, given.target, given.weight)

    def weights(self) -> Array:
        """Total decrease of impurity by splits on each input."""
        decrease: Array = self.estimator.feature_importances_
        return decrease

    def export(self, path: Path) -> None:
        write_trees(path, of_estimators([self.estimator]), len(self.inputs))

    def read(self, folder: Path) -> None:
        super().read(folder)
        check_tree(self.estimator.tree_, len(self.inputs), folder / FILE)


MODEL = TreeClassifier

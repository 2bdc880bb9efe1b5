"""Second-order boosting of the from-scratch library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.classification.parts.scratch_trees import as_arrays, load_trees, save_trees
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.onnx_trees import write_trees

if TYPE_CHECKING:
    from penstock.scratch.trees.tree import Tree


class ScratchBoostingSettings(settings.Settings):
    """What `params` of a candidate may say; names and meaning are those of model `xgboost`."""

    trees: int = Field(50, ge=1, le=100_000)
    max_depth: int = Field(4, ge=1, le=10, description="memory doubles with each")
    learning_rate: float = Field(0.3, gt=0, le=1)
    max_bin: int = Field(256, ge=2, le=65_535, description="thresholds tried per input")
    min_child_weight: float = Field(1.0, ge=0)
    gamma: float = Field(0.0, ge=0, description="gain a split must bring")
    reg_lambda: float = Field(1.0, ge=0, description="L2 penalty on the scores of leaves")
    subsample: float = Field(1.0, gt=0, le=1, description="share of the rows drawn for a tree")
    colsample_bytree: float = Field(1.0, gt=0, le=1, description="share of the inputs for a tree")


class ScratchBoostingClassifier(BinaryClassifier):
    """Newton steps on the logistic loss (Chen and Guestrin 2016), in NumPy alone."""

    Settings = ScratchBoostingSettings
    missing = apart = True

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.trees: list[Tree] = []

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        from penstock.scratch.ensemble.newton_boosting import NewtonBoostingClassifier

        asked = self.settings.model_dump()
        boosted = NewtonBoostingClassifier(asked.pop("trees"), random_state=context.seed, **asked)
        self.trees = [tree for [tree] in boosted.fit(rows, target).trees_]

    def score(self, rows: Array) -> Array:
        margin = np.zeros(len(rows))  # trees begin at a probability of one half
        for tree in self.trees:
            margin += tree.predict(rows)[:, 0]
        return np.asarray(0.5 * (1 + np.tanh(0.5 * margin)))

    def weights(self) -> Array:
        """Total gain of the splits on each input."""
        gains = [tree.decreases(len(self.inputs)) * tree.weight[0] for tree in self.trees]
        return np.asarray(np.sum(gains, axis=0))

    def write(self, folder: Path) -> None:
        save_trees(self.trees, folder)

    def export(self, path: Path) -> None:
        trees = as_arrays(self.trees, column=0, margin=True)
        write_trees(path, trees, len(self.inputs))

    def read(self, folder: Path) -> None:
        self.trees = load_trees(folder, len(self.inputs))


MODEL = ScratchBoostingClassifier

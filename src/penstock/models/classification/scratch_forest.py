"""A random forest of the from-scratch library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.classification.parts.scratch_trees import as_arrays, load_trees, save_trees
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.onnx_trees import write_trees

if TYPE_CHECKING:
    from penstock.scratch.trees.tree import Tree

Share = Annotated[float, Field(gt=0, le=1)]


class ScratchForestSettings(settings.Settings):
    """What `params` of a candidate may say."""

    trees: int = Field(30, ge=1, le=10_000)
    max_depth: int | None = Field(None, ge=1, description="null: until leaves are pure")
    min_samples_leaf: int = Field(1, ge=1, description="rows that a leaf holds at least")
    max_features: Literal["sqrt", "log2"] | Share = Field(
        "sqrt", description="inputs tried at a split; a number is a share of them"
    )
    max_samples: float = Field(1.0, gt=0, le=1, description="share of the rows drawn for a tree")


class ScratchForestClassifier(BinaryClassifier):
    """The mean of trees, each grown on rows drawn with replacement (Breiman 2001), in NumPy alone.

    Its one thread needs no setting: a level of a tree is grown in one pass over arrays.
    """

    Settings = ScratchForestSettings
    apart = True

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.trees: list[Tree] = []

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        from penstock.scratch.ensemble.forest import RandomForestClassifier
        from penstock.scratch.training.memory import keep_memory

        keep_memory()  # every level makes and drops arrays of one size
        asked = self.settings
        forest = RandomForestClassifier(
            asked.trees,
            max_depth=asked.max_depth,
            min_samples_leaf=asked.min_samples_leaf,
            max_features=asked.max_features,
            max_samples=asked.max_samples,
            random_state=context.seed,
        )
        self.trees = forest.fit(rows, target).trees_

    def score(self, rows: Array) -> Array:
        total = np.zeros(len(rows))
        for tree in self.trees:
            total += tree.predict(rows)[:, 1]
        return total / len(self.trees)

    def weights(self) -> Array:
        """Mean over trees of the decrease of impurity by splits on each input."""
        decreases = [tree.decreases(len(self.inputs)) for tree in self.trees]
        return np.asarray(np.mean(decreases, axis=0))

    def write(self, folder: Path) -> None:
        save_trees(self.trees, folder)

    def export(self, path: Path) -> None:
        trees = as_arrays(self.trees, column=1, margin=False)
        write_trees(path, trees, len(self.inputs))

    def read(self, folder: Path) -> None:
        self.trees = load_trees(folder, len(self.inputs))


MODEL = ScratchForestClassifier

"""A random forest, or extremely randomised trees."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.training.estimator import FILE, EstimatorClassifier
from penstock.scoring.onnx_trees import write_trees
from penstock.scoring.tree_arrays import of_estimators
from penstock.scoring.trees import check_tree

Share = Annotated[float, Field(gt=0, le=1)]


class ForestSettings(settings.Settings):
    """What `params` of a candidate may say."""

    trees: int = Field(100, ge=1, le=10_000)
    cuts: Literal["best", "random"] = Field(
        "best", description="random: one threshold drawn per input, trees grown on all rows"
    )
    max_depth: int | None = Field(None, ge=1, description="null: until leaves are pure")
    min_samples_leaf: int = Field(1, ge=1, description="rows that a leaf holds at least")
    max_features: Literal["sqrt", "log2"] | Share = Field(
        "sqrt", description="inputs tried at a split; a number is a share of them"
    )
    max_samples: float = Field(1.0, gt=0, le=1, description="share of the rows drawn for a tree")
    class_weight: Literal["none", "balanced", "balanced_subsample"] = Field(
        "none", description="balanced: both classes weigh the same in total"
    )


class ForestClassifier(EstimatorClassifier):
    """The mean of trees, each grown on rows drawn with replacement (Breiman 2001).

    With random cuts those of Geurts, Ernst and Wehenkel 2006; rows are drawn for them only where
    `max_samples` asks for a share.
    """

    Settings = ForestSettings
    missing = apart = True
    trusted = (
        "sklearn.ensemble._forest.RandomForestClassifier",
        "sklearn.ensemble._forest.ExtraTreesClassifier",
        "sklearn.tree._classes.DecisionTreeClassifier",
        "sklearn.tree._classes.ExtraTreeClassifier",
        "sklearn.tree._tree.Tree",
    )

    def build(self, context: FitContext) -> Any:
        from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

        asked = self.settings
        best = asked.cuts == "best"
        return (RandomForestClassifier if best else ExtraTreesClassifier)(
            n_estimators=asked.trees,
            max_depth=asked.max_depth,
            min_samples_leaf=asked.min_samples_leaf,
            max_features=asked.max_features,
            bootstrap=best or asked.max_samples < 1.0,
            max_samples=None if asked.max_samples == 1.0 else asked.max_samples,
            class_weight=None if asked.class_weight == "none" else asked.class_weight,
            random_state=context.seed,
            n_jobs=context.threads,
        )

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        super().learn(rows, target, context)
        # Threads add the votes of trees in the order they come: other last bits every time.
        self.estimator.set_params(n_jobs=1)

    def weights(self) -> Array:
        """Mean over trees of the decrease of impurity by splits on each input."""
        decrease: Array = self.estimator.feature_importances_
        return decrease

    def export(self, path: Path) -> None:
        write_trees(path, of_estimators(self.estimator.estimators_), len(self.inputs))

    def read(self, folder: Path) -> None:
        super().read(folder)
        for tree in self.estimator.estimators_:
            check_tree(tree.tree_, len(self.inputs), folder / FILE)


MODEL = ForestClassifier

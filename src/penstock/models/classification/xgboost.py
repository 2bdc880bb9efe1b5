"""Gradient-boosted trees by XGBoost."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from penstock.core.contracts import Array, FitContext, View
from penstock.models.classification.parts.imbalance import ImbalanceSettings, balance
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.booster_file import load_booster, save_booster
from penstock.scoring.contributions import Contributions
from penstock.scoring.onnx_trees import write_trees
from penstock.scoring.tree_arrays import of_booster

FILE = "model.ubj"


class XGBoostSettings(ImbalanceSettings):
    """Where a default differs from XGBoost 3's own, rare positives are why.

    A histogram of 256 bins blurs the thresholds that single them out, and a base score
    estimated from the labels starts every tree far from one half.
    """

    trees: int = Field(100, ge=1, le=100_000)
    max_depth: int = Field(6, ge=1, le=64)
    learning_rate: float = Field(0.3, gt=0, le=1)
    tree_method: Literal["exact", "hist"] = "hist"
    max_bin: int = Field(4096, ge=2, le=65_536, description="thresholds tried per input by hist")
    base_score: float = Field(0.5, gt=0, lt=1, description="the score before the first tree")
    min_child_weight: float = Field(1.0, ge=0)
    gamma: float = Field(0.0, ge=0, description="gain a split must bring")
    reg_lambda: float = Field(1.0, ge=0, description="L2 penalty on the scores of leaves")
    subsample: float = Field(1.0, gt=0, le=1, description="share of the rows drawn for a tree")
    colsample_bytree: float = Field(1.0, gt=0, le=1, description="share of the inputs for a tree")
    scale_pos_weight: float = Field(1.0, gt=0, description="what a positive weighs")


class XGBoostClassifier(BinaryClassifier):
    """Second-order boosting of the logistic loss (Chen and Guestrin 2016)."""

    Settings = XGBoostSettings
    missing = apart = True

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.booster: Any = None

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        import xgboost

        given = balance(rows, target, self.inputs, self.settings, context.seed)
        asked = self.settings.model_dump(exclude={"trees", *ImbalanceSettings.model_fields})
        about: dict[str, Any] = {"weight": given.weight, "nthread": context.threads}
        if asked["tree_method"] == "exact":
            del asked["max_bin"]
            data = xgboost.DMatrix(given.rows, given.target, **about)
        else:
            data = xgboost.QuantileDMatrix(
                given.rows, given.target, max_bin=asked["max_bin"], **about
            )
        fixed = {"objective": "binary:logistic", "seed": context.seed, "nthread": context.threads}
        self.booster = xgboost.train(asked | fixed, data, num_boost_round=self.settings.trees)

    def score(self, rows: Array) -> Array:
        scores: Array = self.booster.inplace_predict(rows)
        return scores

    def contributions(self, view: View) -> Contributions:
        """Exact SHAP values of the margin, by TreeSHAP (Lundberg et al. 2020, algorithm 2).

        Raises:
            NotFinite, InputsMissing: as `predict_proba`.
        """
        import xgboost

        rows = self.rows_of(view)
        shares = np.zeros((0, len(self.inputs) + 1))
        if len(rows):
            shares = self.booster.predict(xgboost.DMatrix(rows), pred_contribs=True)
        base = float(shares[0, -1]) if len(rows) else 0.0
        return Contributions(self.inputs, shares[:, :-1].astype(np.float64), base)

    def thresholds(self) -> dict[str, Array]:
        """Input → where its splits lie, ascending float32: a value below goes left, others right.

        An input that no tree splits on has an empty array.
        """
        splits = self.booster.trees_to_dataframe()[["Feature", "Split"]].dropna()
        found = {
            name: np.unique(splits["Split"][splits["Feature"] == f"f{place}"])
            for place, name in enumerate(self.inputs)
        }
        return {name: values.astype(np.float32) for name, values in found.items()}

    def weights(self) -> Array:
        """Total gain of the splits on each input."""
        gain = self.booster.get_score(importance_type="total_gain")
        return np.array([gain.get(f"f{place}", 0.0) for place in range(len(self.inputs))])

    def write(self, folder: Path) -> None:
        save_booster(self.booster, folder / FILE)

    def export(self, path: Path) -> None:
        write_trees(path, of_booster(self.booster), len(self.inputs))

    def read(self, folder: Path) -> None:
        self.booster = load_booster(folder / FILE, len(self.inputs))


MODEL = XGBoostClassifier

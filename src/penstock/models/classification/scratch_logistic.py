"""Logistic regression of the from-scratch library, on standardised inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import DTypeLike
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.arrays_file import load_shaped, save_arrays
from penstock.scoring.contributions import Contributions
from penstock.scoring.onnx_dense import write_linear

ROWS = ("mean", "scale", "weight")


class ScratchLogisticSettings(settings.Settings):
    """What `params` of a candidate may say."""

    C: float = Field(1.0, gt=0, description="inverse strength of the L2 penalty")
    class_weight: Literal["none", "balanced"] = Field(
        "none", description="balanced: both classes weigh the same in total"
    )
    max_iter: int = Field(100, ge=1, description="Newton's steps at most")


class ScratchLogisticClassifier(BinaryClassifier):
    """L2-penalised maximum likelihood by Newton's method, in NumPy alone.

    The same minimum as model `logistic`, which goes there by L-BFGS; a test holds the two equal.
    """

    Settings = ScratchLogisticSettings
    seeded = False
    dtype: ClassVar[DTypeLike] = np.float64

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.learnt: dict[str, Array] = {}

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        from threadpoolctl import threadpool_limits

        from penstock.scratch.linear.logistic import LogisticRegression
        from penstock.scratch.preprocess.scalers import StandardScaler

        asked = self.settings
        weight = None if asked.class_weight == "none" else asked.class_weight
        scaler = StandardScaler().fit(rows)
        fitted = LogisticRegression(asked.C, class_weight=weight, max_iter=asked.max_iter)
        # Products of so few columns gain nothing by threads, and their last bits depend on them.
        with threadpool_limits(1):
            fitted.fit(scaler.transform(rows), target)
        self.learnt = {
            "mean": scaler.mean_,
            "scale": scaler.scale_,
            "weight": fitted.coef_[0],
            "bias": fitted.intercept_,
        }

    def score(self, rows: Array) -> Array:
        margin = self._shares(rows).sum(axis=1) + self.learnt["bias"][0]
        return np.asarray(0.5 * (1 + np.tanh(0.5 * margin)))

    def contributions(self, view: View) -> Contributions:
        """Exact SHAP values of a linear margin: weight × (x - mean), both standardised.

        Raises:
            NotFinite, InputsMissing: as `predict_proba`.
        """
        shares = self._shares(self.rows_of(view))
        return Contributions(self.inputs, shares, float(self.learnt["bias"][0]))

    def _shares(self, rows: Array) -> Array:
        learnt = self.learnt
        return np.asarray((rows - learnt["mean"]) / learnt["scale"] * learnt["weight"])

    def weights(self) -> Array:
        """Size of each coefficient: inputs are on one scale."""
        return np.abs(self.learnt["weight"])

    def write(self, folder: Path) -> None:
        save_arrays(self.learnt, folder)

    def export(self, path: Path) -> None:
        learnt = self.learnt
        intercept = float(learnt["bias"][0])
        write_linear(path, learnt["mean"], learnt["scale"], learnt["weight"], intercept)

    def read(self, folder: Path) -> None:
        shapes = dict.fromkeys(ROWS, (len(self.inputs),)) | {"bias": (1,)}
        self.learnt = load_shaped(folder, shapes)


MODEL = ScratchLogisticClassifier

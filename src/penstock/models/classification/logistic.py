"""Logistic regression on standardised inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import DTypeLike
from pydantic import Field

from penstock.core.contracts import Array, FitContext, View
from penstock.models.classification.parts.imbalance import ImbalanceSettings, balance
from penstock.models.training.estimator import EstimatorClassifier
from penstock.scoring.contributions import Contributions
from penstock.scoring.onnx_dense import write_linear


class LogisticSettings(ImbalanceSettings):
    """What `params` of a candidate may say."""

    C: float = Field(1.0, gt=0, description="inverse strength of the L2 penalty")
    class_weight: Literal["none", "balanced"] = Field(
        "none", description="balanced: both classes weigh the same in total"
    )
    max_iter: int = Field(1000, ge=1, description="steps of L-BFGS at most")


class LogisticClassifier(EstimatorClassifier):
    """L2-penalised maximum likelihood by L-BFGS; the means and scales are part of the model."""

    Settings = LogisticSettings
    dtype: ClassVar[DTypeLike] = np.float64
    trusted = (
        "sklearn.pipeline.Pipeline",
        "sklearn.preprocessing._data.StandardScaler",
        "sklearn.linear_model._logistic.LogisticRegression",
    )

    def build(self, context: FitContext) -> Any:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        asked = self.settings
        weight = None if asked.class_weight == "none" else asked.class_weight
        regression = LogisticRegression(C=asked.C, class_weight=weight, max_iter=asked.max_iter)
        return make_pipeline(StandardScaler(), regression)

    def contributions(self, view: View) -> Contributions:
        """Exact SHAP values of a linear margin: weight × (x - mean), both standardised.

        Raises:
            NotFinite, InputsMissing: as `predict_proba`.
        """
        scaler, regression = self.estimator
        standardised = (self.rows_of(view) - scaler.mean_) / scaler.scale_
        shares = standardised * regression.coef_[0]
        return Contributions(self.inputs, shares, float(regression.intercept_[0]))

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        given = balance(rows, target, self.inputs, self.settings, context.seed)
        self.estimator = self.build(context).fit(
            given.rows, given.target, logisticregression__sample_weight=given.weight
        )

    def weights(self) -> Array:
        """Size of each coefficient: inputs are on one scale."""
        coefficients: Array = self.estimator[-1].coef_
        sizes: Array = np.abs(coefficients[0])
        return sizes

    def export(self, path: Path) -> None:
        scaler, regression = self.estimator
        intercept = float(regression.intercept_[0])
        write_linear(path, scaler.mean_, scaler.scale_, regression.coef_[0], intercept)


MODEL = LogisticClassifier

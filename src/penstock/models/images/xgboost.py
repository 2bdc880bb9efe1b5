"""Gradient-boosted trees on the pixels, by XGBoost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.images.parts.classifier import ImageClassifier
from penstock.scoring.booster_file import load_booster, save_booster

FILE = "model.ubj"
THREADS = 1  # trees of few images are small work: two threads wait for one another, and spin


class XGBoostSettings(settings.Settings):
    """What `params` of a candidate may say."""

    trees: int = Field(100, ge=1, le=100_000, description="rounds; each grows a tree per class")
    max_depth: int = Field(6, ge=1, le=64)
    learning_rate: float = Field(0.3, gt=0, le=1)
    max_bin: int = Field(16, ge=2, le=256, description="thresholds tried per pixel")
    min_child_weight: float = Field(1.0, ge=0)
    reg_lambda: float = Field(1.0, ge=0, description="L2 penalty on the scores of leaves")
    subsample: float = Field(1.0, gt=0, le=1, description="share of the images drawn for a tree")
    colsample_bytree: float = Field(1.0, gt=0, le=1, description="share of the pixels for a tree")
    colsample_bynode: float = Field(1.0, gt=0, le=1, description="share of those for a split")


class XGBoostClassifier(ImageClassifier):
    """Second-order boosting of the multinomial loss (Chen and Guestrin 2016)."""

    Settings = XGBoostSettings

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.booster: Any = None

    def learn(self, images: Array, target: Array, context: FitContext) -> None:
        import xgboost

        asked = self.settings.model_dump(exclude={"trees"})
        data = xgboost.QuantileDMatrix(
            _rows(images), target, max_bin=asked["max_bin"], nthread=THREADS
        )
        fixed = {
            "objective": "multi:softprob",
            "num_class": len(self.classes),
            "seed": context.seed,
            "nthread": THREADS,
        }
        self.booster = xgboost.train(asked | fixed, data, num_boost_round=self.settings.trees)

    def score(self, images: Array) -> Array:
        import xgboost

        data = xgboost.DMatrix(_rows(images), nthread=THREADS)
        told = self.booster.predict(data).astype(np.float64)
        shares: Array = told / told.sum(axis=1, keepdims=True)
        return shares

    def write(self, folder: Path) -> None:
        save_booster(self.booster, folder / FILE)

    def read(self, folder: Path) -> None:
        self.booster = load_booster(folder / FILE, 784)


def _rows(images: Array) -> Array:
    return images.reshape(len(images), -1)


MODEL = XGBoostClassifier

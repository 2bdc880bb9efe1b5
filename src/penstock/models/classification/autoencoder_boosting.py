"""Boosted trees that are told, beside a row, what an autoencoder makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from penstock.core.contracts import Array, FitContext
from penstock.models.classification.parts.autoencoder import AutoencoderSettings
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.booster_file import load_booster, save_booster
from penstock.scoring.tensors_file import load_weights, save_weights

if TYPE_CHECKING:
    from penstock.models.classification.parts.autoencoder_net import AutoencoderNet

NET, TREES = "model.safetensors", "model.ubj"


class AutoencoderBoostingSettings(AutoencoderSettings):
    """What `params` of a candidate may say."""

    tell_code: bool = Field(False, description="whether the trees see the code beside the error")
    trees: int = Field(50, ge=1, le=100_000)
    max_depth: int = Field(3, ge=1, le=64)
    shrinkage: float = Field(0.3, gt=0, le=1, description="learning rate of the trees")
    max_bin: int = Field(4096, ge=2, le=65_536, description="thresholds tried per input")


class AutoencoderBoostingClassifier(BinaryClassifier):
    """Semi-supervised: the error is learnt from all rows without labels, the rest from labels.

    Le Borgne et al., Reproducible Machine Learning for Credit Card Fraud Detection, ch. 7.3, put
    a feed-forward net behind the autoencoder; trees need no scaling of what they are told.
    """

    Settings = AutoencoderBoostingSettings

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.net: AutoencoderNet | None = None
        self.booster: Any = None

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        import xgboost

        from penstock.models.classification.parts.autoencoder_net import fit_autoencoder

        asked = self.settings
        self.net = fit_autoencoder(rows, asked, context)
        data = xgboost.QuantileDMatrix(
            self._told(rows), target, max_bin=asked.max_bin, nthread=context.threads
        )
        settings = {
            "objective": "binary:logistic",
            "base_score": 0.5,  # as in model `xgboost`: an estimated one loses rare positives
            "max_depth": asked.max_depth,
            "learning_rate": asked.shrinkage,
            "max_bin": asked.max_bin,
            "seed": context.seed,
            "nthread": context.threads,
        }
        self.booster = xgboost.train(settings, data, num_boost_round=asked.trees)

    def score(self, rows: Array) -> Array:
        import xgboost

        scores: Array = self.booster.predict(xgboost.DMatrix(self._told(rows)))
        return scores

    def weights(self) -> None:
        return None

    def write(self, folder: Path) -> None:
        assert self.net is not None, "fit or load first"
        save_weights(self.net, folder / NET)
        save_booster(self.booster, folder / TREES)

    def read(self, folder: Path) -> None:
        from penstock.models.classification.parts.autoencoder_net import AutoencoderNet

        self.net = AutoencoderNet(len(self.inputs), self.settings)
        load_weights(self.net, folder / NET)
        self.net.eval()
        told = 1 + (self.settings.code if self.settings.tell_code else 0)
        self.booster = load_booster(folder / TREES, len(self.inputs) + told)

    def _told(self, rows: Array) -> Array:
        """The rows, their log error and, where asked for, their code."""
        assert self.net is not None, "fit or load first"
        error, code = self.net.seen(rows)
        parts = [rows, error.float().numpy()[:, None]]
        if self.settings.tell_code:
            parts.append(code.numpy())
        return np.concatenate(parts, axis=1)


MODEL = AutoencoderBoostingClassifier

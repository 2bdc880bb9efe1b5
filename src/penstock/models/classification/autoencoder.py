"""An autoencoder by itself: a row is as odd as its reconstruction is bad, without labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from penstock.core.contracts import Array, FitContext
from penstock.models.classification.parts.autoencoder import AutoencoderSettings
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.tensors_file import load_weights, save_weights

if TYPE_CHECKING:
    from penstock.models.classification.parts.autoencoder_net import AutoencoderNet

FILE = "model.safetensors"


class AutoencoderClassifier(BinaryClassifier):
    """The error of a row among the errors of the rows it was fitted on, as a number in (0, 1).

    Le Borgne et al., Reproducible Machine Learning for Credit Card Fraud Detection, ch. 7.3. The
    number is the logistic function of the standardised log error: it orders rows as the errors
    do, and is no probability of fraud.
    """

    Settings = AutoencoderSettings

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.net: AutoencoderNet | None = None

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        from penstock.models.classification.parts.autoencoder_net import fit_autoencoder

        self.net = fit_autoencoder(rows, self.settings, context)

    def score(self, rows: Array) -> Array:
        assert self.net is not None, "fit or load first"
        return self.net.odds(rows)

    def weights(self) -> None:
        return None

    def write(self, folder: Path) -> None:
        assert self.net is not None, "fit or load first"
        save_weights(self.net, folder / FILE)

    def read(self, folder: Path) -> None:
        from penstock.models.classification.parts.autoencoder_net import AutoencoderNet

        self.net = AutoencoderNet(len(self.inputs), self.settings)
        load_weights(self.net, folder / FILE)
        self.net.eval()


MODEL = AutoencoderClassifier

"""A feed-forward net in torch, trained by Lightning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.training.classifier import BinaryClassifier
from penstock.models.training.matrix import matrix
from penstock.scoring.onnx_dense import write_net
from penstock.scoring.tensors_file import load_weights, save_weights

if TYPE_CHECKING:
    import torch

    from penstock.models.training.batches import Batches
    from penstock.models.training.dense import DenseNet

FILE = "model.safetensors"
SCORED_AT_ONCE = 8192  # rows; bounds the memory that a hidden layer takes


class MLPSettings(settings.Settings):
    """What `params` of a candidate may say."""

    hidden: tuple[Annotated[int, Field(ge=1, le=65_536)], ...] = Field(
        (64, 32), description="width of each hidden layer"
    )
    dropout: float = Field(0.0, ge=0, lt=1, description="share of a hidden layer left out a step")
    epochs: int = Field(20, ge=1, le=10_000, description="passes over the rows at most")
    patience: int | None = Field(
        5,
        ge=1,
        description="epochs without a lower validation loss to stop; null: all epochs, and the "
        "latest rows, which are the best ones, are learnt from too",
    )
    batch_size: int = Field(512, ge=1)
    learning_rate: float = Field(3e-3, gt=0, description="of Adam")
    positive_weight: float = Field(1.0, gt=0, description="what a positive weighs in the loss")


class MLPClassifier(BinaryClassifier):
    """Layers of ReLU and dropout to one logit, fitted by Adam on weighted cross-entropy.

    It trains on the CPU whatever the device: a net of this size gains nothing elsewhere.
    """

    Settings = MLPSettings
    early_stopping = True

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.net: DenseNet | None = None

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        from penstock.models.training.learner import BinaryLearner
        from penstock.models.training.reproducible import reproducible
        from penstock.models.training.resumable import fingerprint, fit_resumable

        asked = self.settings
        tail = _tail(context)
        if asked.patience is None and tail:
            rows, target = (np.concatenate(both) for both in zip((rows, target), tail, strict=True))
            tail = None
        with reproducible(context.seed):
            self.net = net = self._net(rows.shape[1])
            net.standardise.learn(_tensor(rows))
            learner = BinaryLearner(
                net.body, asked.learning_rate, asked.positive_weight, context.seed
            )
            fit_resumable(
                learner,
                _batches(net, rows, target, asked.batch_size, lambda: learner.shuffle(len(rows))),
                _batches(net, *tail, SCORED_AT_ONCE) if tail else None,
                epochs=asked.epochs,
                patience=asked.patience or asked.epochs,
                folder=context.checkpoint_dir,
                fingerprint=fingerprint(asked, context, rows, target, *(tail or ())),
                record=context.record,
            )

    def score(self, rows: Array) -> Array:
        import torch

        assert self.net is not None, "fit or load first"
        with torch.inference_mode():
            parts = torch.split(_tensor(rows), SCORED_AT_ONCE)
            logits = [self.net(part) for part in parts]
            probabilities: Array = torch.cat(logits).double().sigmoid().numpy()
        return probabilities

    def weights(self) -> None:
        return None

    def write(self, folder: Path) -> None:
        assert self.net is not None, "fit or load first"
        save_weights(self.net, folder / FILE)

    def export(self, path: Path) -> None:
        assert self.net is not None, "fit or load first"
        mean, scale, *learnt = (one.numpy() for one in self.net.state_dict().values())
        write_net(path, mean, scale, list(zip(learnt[::2], learnt[1::2], strict=True)))

    def read(self, folder: Path) -> None:
        self.net = self._net(len(self.inputs))
        load_weights(self.net, folder / FILE)
        self.net.eval()

    def _net(self, inputs: int) -> DenseNet:
        from penstock.models.training.dense import DenseNet

        return DenseNet(inputs, self.settings.hidden, self.settings.dropout)


def _tail(context: FitContext) -> tuple[Array, Array] | None:
    view = context.validation_view
    if view is None:
        return None
    assert view.target is not None, "a view to stop early on has a target"
    return matrix(view), view.target


def _batches(
    net: DenseNet,
    rows: Array,
    target: Array,
    size: int,
    order: Callable[[], torch.Tensor] | None = None,
) -> Batches:
    """Batches of standardised rows and their labels as float32."""
    from penstock.models.training.batches import Batches

    return Batches(net.standardise(_tensor(rows)), _tensor(target.astype(np.float32)), size, order)


def _tensor(array: Array) -> torch.Tensor:
    import torch

    return torch.from_numpy(np.ascontiguousarray(array))


MODEL = MLPClassifier

"""What classifiers over the latest rows of an entity do alike."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.core.errors import PenstockError
from penstock.models.training.classifier import BinaryClassifier
from penstock.models.training.matrix import NotFinite
from penstock.scoring.tensors_file import load_weights, save_weights

if TYPE_CHECKING:
    from penstock.models.classification.parts.sequence_net import Reader, SequenceNet

FILE = "model.safetensors"
SCORED_AT_ONCE = 8192  # rows; bounds the memory that a layer takes


class NoPast(PenstockError):
    """A model that reads what came before was given rows of which that is not known."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"the model reads the latest rows of an entity, and {problem}\n"
            "  fix: choose a model that reads each row by itself (xgboost, forest, mlp …), or give "
            "the project a column of role entity"
        )


class SequenceSettings(settings.Settings):
    """What `params` of any such candidate may say."""

    length: int = Field(5, ge=1, le=1000, description="rows read: the latest, its own included")
    hidden: tuple[Annotated[int, Field(ge=1, le=65_536)], ...] = Field(
        (64, 32), description="width of each layer before the logit"
    )
    dropout: float = Field(0.0, ge=0, lt=1, description="share of such a layer left out a step")
    epochs: int = Field(10, ge=1, le=10_000, description="passes over the rows at most")
    patience: int | None = Field(
        None,
        ge=1,
        description="epochs without a lower validation loss to stop; null: all epochs, and the "
        "latest rows, which are the best ones, are learnt from too",
    )
    batch_size: int = Field(512, ge=1)
    learning_rate: float = Field(5e-3, gt=0, description="of Adam, at its highest")


class RecurrentSettings(SequenceSettings):
    """What `params` of a candidate with a recurrent net may say."""

    size: int = Field(32, ge=1, le=65_536, description="length of the state that is carried")


class SequenceClassifier(BinaryClassifier):
    """A net reads the window of a row, and layers of ReLU tell a logit of what it read and the row.

    What `learn` and `score` are given are windows, float32 (rows, length, inputs + 1): the latest
    rows of the entity, its own last; the last column is 1, and 0 where there is no such row.

    It trains on the CPU whatever the device: a net of this size gains nothing elsewhere.
    """

    Settings: ClassVar[type[settings.Settings]] = SequenceSettings
    early_stopping = True
    reads_past = True

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.net: SequenceNet | None = None

    @abstractmethod
    def reader(self, inputs: int) -> Reader:
        """What reads windows, with weights drawn by torch."""

    def rows_of(self, view: View) -> Array:
        """The windows of `view`.

        Raises:
            NoPast: its rows belong to no entity, or an input of theirs is no number.
            InputsMissing, NotFinite: as any model; for rows of the past too.
        """
        own = super().rows_of(view)
        if view.past is None:
            raise NoPast("the rows of this project belong to none")
        if any(one.shape for one in view.signature.inputs):
            raise NoPast("an input of this project is a tensor, whose past is not kept")
        values, there = view.past.windows(self.settings.length)
        bad = ~np.isfinite(values).all(axis=(0, 1))
        if bad.any():
            column = int(bad.argmax())
            count = int((~np.isfinite(values[..., column])).any(axis=1).sum())
            raise NotFinite(self.inputs[column], count, len(own), missing=False)
        return np.concatenate([values, there[..., None]], axis=2, dtype=np.float32)

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        from penstock.models.classification.parts.sequence_learner import fit_sequence
        from penstock.models.training.reproducible import reproducible

        tail = None
        if (view := context.validation_view) is not None:
            assert view.target is not None, "a view to stop early on has a target"
            tail = self.rows_of(view), view.target
        if tail and self.settings.patience is None:
            rows, target = np.concatenate([rows, tail[0]]), np.concatenate([target, tail[1]])
            tail = None
        with reproducible(context.seed):
            self.net = self._net()
            fit_sequence(self.net, (rows, target), tail, self.settings, context)

    def score(self, rows: Array) -> Array:
        import torch

        from penstock.models.training.one_thread import one_thread

        assert self.net is not None, "fit or load first"
        with one_thread(), torch.inference_mode():
            parts = torch.split(torch.from_numpy(rows), SCORED_AT_ONCE)
            logits = torch.cat([self.net(part) for part in parts])
            probabilities: Array = logits.double().sigmoid().numpy()
        return probabilities

    def weights(self) -> Array:
        """How much the loss on rows it was fitted on grows when an input is dealt anew."""
        assert self.net is not None, "fit or load first"
        relied: Array = self.net.relied.numpy()
        return relied

    def write(self, folder: Path) -> None:
        assert self.net is not None, "fit or load first"
        save_weights(self.net, folder / FILE)

    def read(self, folder: Path) -> None:
        self.net = self._net()
        load_weights(self.net, folder / FILE)
        self.net.eval()

    def _net(self) -> SequenceNet:
        from penstock.models.classification.parts.sequence_net import SequenceNet

        inputs, asked = len(self.inputs), self.settings
        return SequenceNet(inputs, self.reader(inputs), asked.hidden, asked.dropout)

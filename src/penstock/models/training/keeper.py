"""What must outlive a killed training: its history, its best weights, and where it stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch

from penstock.models.training.learner import LOSS, BinaryLearner

Weights = dict[str, torch.Tensor]


class Keeper(pl.Callback):
    """At the end of every epoch: note it, keep the weights if they are the best, write it down.

    Attributes:
        best: weights after the epoch of the lowest validation loss; the last where none is judged.
        finished: whether the last epoch noted is the last there is.
    """

    def __init__(
        self, path: Path, fingerprint: str, record: Callable[[Mapping[str, float]], None]
    ) -> None:
        self.path, self.fingerprint, self.record = path, fingerprint, record
        self.history: list[dict[str, float]] = []
        self.best: Weights = {}
        self.best_loss = float("inf")
        self.finished = False

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        assert isinstance(pl_module, BinaryLearner)
        row = pl_module.row()
        self.history.append(row)
        self.record(row)
        loss = row.get(LOSS)
        if loss is None or loss < self.best_loss or not self.best:
            self.best_loss = self.best_loss if loss is None else loss
            self.best = {k: v.clone() for k, v in pl_module.body.state_dict().items()}
        self.finished = trainer.should_stop or len(self.history) == trainer.max_epochs
        trainer.save_checkpoint(self.path, weights_only=False)

    def state_dict(self) -> dict[str, Any]:
        names = ("fingerprint", "history", "best", "best_loss", "finished")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.history = state_dict["history"]
        self.best, self.best_loss = state_dict["best"], state_dict["best_loss"]
        self.finished = state_dict["finished"]
        for row in self.history:
            self.record(row)

"""A binary net as Lightning trains it: weighted cross-entropy by Adam, judged after every epoch."""

from __future__ import annotations

from typing import Any

import lightning.pytorch as pl
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from penstock.models.training.average_precision import average_precision
from penstock.models.training.batches import mixed, shuffled

LOSS, AVERAGE_PRECISION = "validation_loss", "validation_average_precision"


class BinaryLearner(pl.LightningModule):
    """Trains `body`, which turns rows into one logit each."""

    def __init__(
        self, body: nn.Module, learning_rate: float, positive_weight: float, seed: int
    ) -> None:
        super().__init__()
        self.body = body
        self.learning_rate = learning_rate
        self.positive_weight = torch.tensor(positive_weight)
        self.seed = seed
        self._epoch = 0
        self._judged: dict[str, float] = {}
        self._loss, self._seen = torch.zeros(()), 0
        self._logits: list[torch.Tensor] = []
        self._targets: list[torch.Tensor] = []

    def training_step(self, batch: tuple[torch.Tensor, torch.Tensor], index: int) -> torch.Tensor:
        rows, target = batch
        loss = self.loss(self.body(rows), target)
        self._loss += loss.detach() * len(rows)
        self._seen += len(rows)
        return loss

    def on_train_epoch_start(self) -> None:
        self._epoch = self.current_epoch
        self._loss, self._seen = torch.zeros(()), 0
        # What dropout draws depends on the epoch alone, so a resumed epoch draws the same.
        torch.manual_seed(mixed(self.seed, self._epoch))

    def shuffle(self, count: int) -> torch.Tensor:
        """The order of `count` rows in the epoch under way."""
        return shuffled(count, self.seed, self._epoch)

    def row(self) -> dict[str, float]:
        """What the epoch that ends adds to the history."""
        return {"epoch": self._epoch, "train_loss": float(self._loss) / self._seen, **self._judged}

    def validation_step(self, batch: tuple[torch.Tensor, torch.Tensor], index: int) -> None:
        rows, target = batch
        self._logits.append(self.body(rows))
        self._targets.append(target)

    def on_validation_epoch_end(self) -> None:
        logits, target = torch.cat(self._logits), torch.cat(self._targets)
        self._logits, self._targets = [], []
        self._judged = {LOSS: float(self.loss(logits, target))}
        if target.any():
            self._judged[AVERAGE_PRECISION] = average_precision(logits, target)
        self.log_dict(self._judged)

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=self.learning_rate, fused=True)

    def loss(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """What a step makes smaller, of the rows of a batch; a scalar."""
        return binary_cross_entropy_with_logits(logits, target, pos_weight=self.positive_weight)

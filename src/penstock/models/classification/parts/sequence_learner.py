"""Training a net over windows: a rate that falls, the same bits each time, resumed after a kill."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import nn

from penstock.core.contracts import Array, FitContext
from penstock.models.classification.parts.sequence import SCORED_AT_ONCE, SequenceSettings
from penstock.models.classification.parts.sequence_net import SequenceNet
from penstock.models.training.batches import Batches
from penstock.models.training.learner import BinaryLearner
from penstock.models.training.resumable import fingerprint, fit_resumable

WARM, LEAST = 0.1, 0.02  # share of the steps until the full rate; share of it in the last one
Labelled = tuple[Array, Array]


class SequenceLearner(BinaryLearner):
    """Cross-entropy by Adam; its rate rises at first, then falls along a cosine."""

    def __init__(self, body: nn.Module, learning_rate: float, seed: int, steps: int) -> None:
        super().__init__(body, learning_rate, 1.0, seed)
        self.steps = steps

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> None:
        # Set from the count of steps, which a resumed training has, rather than by a scheduler.
        for group in self.trainer.optimizers[0].param_groups:
            group["lr"] = self.learning_rate * share_of_rate(self.global_step / self.steps)


def share_of_rate(done: float) -> float:
    """Of the full learning rate, when `done` of all steps lie behind."""
    falling = LEAST + (1 - LEAST) * (1 + math.cos(math.pi * done)) / 2
    return falling * min(1.0, max(done, LEAST * WARM) / WARM)


def fit_sequence(
    net: SequenceNet,
    fit: Labelled,
    tail: Labelled | None,
    asked: SequenceSettings,
    context: FitContext,
) -> None:
    """Train `net` on windows and their labels; stop early on `tail` where there is one."""
    windows, target = fit
    net.standardise.learn(torch.from_numpy(windows[:, -1, :-1]))
    given, labels = net.prepare(torch.from_numpy(windows)), _labels(target)
    steps = asked.epochs * math.ceil(len(given) / asked.batch_size)
    learner = SequenceLearner(net.body, asked.learning_rate, context.seed, steps)
    fit_resumable(
        learner,
        Batches(given, labels, asked.batch_size, lambda: learner.shuffle(len(given))),
        _judged(net, *tail) if tail else None,
        epochs=asked.epochs,
        patience=asked.patience or asked.epochs,
        folder=context.checkpoint_dir,
        fingerprint=fingerprint(asked, context, windows, target, *(tail or ())),
        record=context.record,
    )
    net.eval()
    net.rely(given, labels)


def _judged(net: SequenceNet, windows: Array, target: Array) -> Batches:
    return Batches(net.prepare(torch.from_numpy(windows)), _labels(target), SCORED_AT_ONCE)


def _labels(target: Array) -> torch.Tensor:
    return torch.from_numpy(target.astype(np.float32))

"""The training loop: forward, backward, update, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.mode import no_grad
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.module import Module
from penstock.scratch.optim.clipping import clip_norm
from penstock.scratch.optim.optimizer import Optimizer
from penstock.scratch.optim.schedules import Schedule
from penstock.scratch.training.loader import DataLoader
from penstock.scratch.training.memory import keep_memory
from penstock.scratch.training.progress import Progress

Loss = Callable[[Any, Array], Tensor]


@dataclass(frozen=True)
class Epoch:
    """What one pass over the data gave.

    Attributes:
        number: from 1.
        loss: mean over the pass's examples, each as the weights then were.
        gradient_norm: mean over its steps, before clipping; None without clipping.
        validation_loss: after the pass; None without validation data.
    """

    number: int
    loss: float
    gradient_norm: float | None = None
    validation_loss: float | None = None

    def __str__(self) -> str:
        held = "" if self.validation_loss is None else f", validation {self.validation_loss:.4f}"
        return f"epoch {self.number}, loss {self.loss:.4f}{held}"


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    data: DataLoader,
    epochs: int,
    *,
    schedule: Schedule | None = None,
    clip: float | None = None,
    penalty: Callable[[], Tensor] | None = None,
    validation: DataLoader | None = None,
    after_epoch: Callable[[Epoch], bool | None] | None = None,
    stream: TextIO | None = None,
) -> list[Epoch]:
    """Train `model` in place; the same seeds give the same weights.

    Args:
        model: takes a batch's first part, as a `Tensor` where it holds floats.
        loss: takes the model's result and the batch's second part, gives a scalar.
        optimizer: of the model's parameters.
        data: batches of two parts.
        epochs: passes over the data.
        schedule: the learning rate by step, else the optimizer's own.
        clip: largest joint norm of the gradients.
        penalty: a term to add to the loss.
        validation: batches to measure the loss on after each pass.
        after_epoch: called with each pass's result; True ends the training.
        stream: where progress is shown; None shows none.

    Returns:
        What each pass gave.

    Raises:
        SettingError: there is no batch, or a loss is not finite; no step was made by it.
    """
    if not len(data):
        raise SettingError("fit", "one batch at least", f"{len(data.dataset)} examples")
    keep_memory()
    history: list[Epoch] = []
    steps = epochs * len(data)
    with Progress(steps, stream) as progress:
        for number in range(1, epochs + 1):
            model.train()
            total, seen, norms = 0.0, 0, 0.0
            for place, batch in enumerate(data, 1):
                if schedule is not None:
                    optimizer.learning_rate = schedule(optimizer.steps)
                value, norm = _step(model, loss, optimizer, batch, clip, penalty)
                total, seen = total + value * len(batch[0]), seen + len(batch[0])
                norms += norm
                progress.step((number - 1) * len(data) + place, f"loss {value:.4f}")
            mean_norm = None if clip is None else norms / len(data)
            held = None if validation is None else evaluate(model, loss, validation)
            history.append(Epoch(number, total / seen, mean_norm, held))
            progress.epoch(number * len(data), str(history[-1]))
            if after_epoch is not None and after_epoch(history[-1]):
                break
    model.eval()
    return history


def _step(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    batch: tuple[Array, ...],
    clip: float | None,
    penalty: Callable[[], Tensor] | None,
) -> tuple[float, float]:
    """One update; the loss without penalty, and the gradients' norm where they are clipped."""
    value = loss(model(_given(batch[0])), batch[1])
    if not np.isfinite(value.item()):
        came = f"{value.item()} in step {optimizer.steps + 1}"
        raise SettingError("fit", "a finite loss: lower the learning rate or clip", came)
    optimizer.zero_grad()
    (value if penalty is None else value + penalty()).backward()
    norm = 0.0 if clip is None else clip_norm(optimizer.parameters, clip)
    optimizer.step()
    return value.item(), norm


@no_grad()
def evaluate(model: Module, loss: Loss, data: DataLoader) -> float:
    """Mean loss over the examples, the model as in use."""
    model.eval()
    total = seen = 0.0
    for batch in data:
        total += loss(model(_given(batch[0])), batch[1]).item() * len(batch[0])
        seen += len(batch[0])
    return total / seen


def _given(part: Array) -> Tensor | Array:
    return Tensor(part) if part.dtype.kind == "f" else part

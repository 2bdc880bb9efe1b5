"""Training a net of the ranking task: the same bits every time, resumed after a kill.

Not by Lightning: its loop judges one loss on rows of two tensors (`BinaryLearner`), and these nets
walk through graphs, pairs and windows that are drawn anew each pass. Its checkpoints are shared.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from penstock.core.contracts import Array, FitContext
from penstock.core.files import to_json
from penstock.core.settings import Settings
from penstock.core.stage import log
from penstock.models.training.batches import mixed
from penstock.models.training.checkpoint import DamagedCheckpoint, SafetensorsCheckpointIO

WARM, LEAST = 0.05, 0.02  # share of the steps until the full rate; share of it in the last one
MEMORY = 0.995  # of the mean of the weights, per step; shorter while steps are few
LONGEST = 1.0  # norm of a gradient


class Lesson(Protocol):
    """A net, and what it is taught."""

    @property
    def net(self) -> nn.Module: ...

    def batches(self, random: np.random.Generator) -> Sequence[Any]:
        """Those of one pass, in their order."""

    def loss(self, batch: Any) -> torch.Tensor:
        """The mean loss of one of them."""


@dataclass(frozen=True)
class Pace:
    """How fast and how long."""

    epochs: int
    learning_rate: float
    weight_decay: float = 0.0


@dataclass
class Course:
    """Where a training stands."""

    net: nn.Module
    mean: dict[str, torch.Tensor]
    optimiser: torch.optim.Optimizer
    steps: int
    history: list[dict[str, float]]


def device_of(context: FitContext) -> torch.device:
    """The accelerator if there is one and it may be used."""
    if context.device == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    # Without it cuBLAS adds up in an order of its own, and torch refuses to go on.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    return torch.device("cuda")


def fingerprint(settings: Settings, context: FitContext, *arrays: Array) -> str:
    """Everything the weights depend on: a checkpoint of another is not gone on with."""
    said = {
        "settings": settings.model_dump(mode="json"),
        "seed": context.seed,
        "torch": torch.__version__,
        "device": str(device_of(context)),
        "shapes": [list(array.shape) for array in arrays],
    }
    digest = hashlib.sha256(to_json(said).encode())
    for array in arrays:
        digest.update(array.tobytes())
    return digest.hexdigest()


def teach(lesson: Lesson, pace: Pace, context: FitContext, fingerprint: str) -> dict[str, Array]:
    """The mean of the weights over the last steps, by name.

    AdamW; its rate rises at first, then falls along a cosine. There is no early stopping: the
    falling rate and the mean make the end the best place, and no interaction is kept from a net
    that needs the latest most. After each epoch a checkpoint named after `fingerprint` is written;
    a later call with the same one goes on from it and ends with the same weights to the bit.
    """
    course = _begin(lesson.net, pace)
    path = context.checkpoint_dir / f"{fingerprint[:16]}.safetensors"
    _resume(course, path, fingerprint)
    for row in course.history:
        context.record(row)
    for epoch in range(len(course.history), pace.epochs):
        loss = _epoch(course, lesson, pace, mixed(context.seed, epoch), epoch)
        course.history.append({"epoch": epoch, "train_loss": loss})
        context.record(course.history[-1])
        SafetensorsCheckpointIO().save_checkpoint(_state(course, fingerprint), path)
    path.unlink(missing_ok=True)
    if path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()
    return {name: value.cpu().numpy() for name, value in course.mean.items()}


def _begin(net: nn.Module, pace: Pace) -> Course:
    optimiser = torch.optim.AdamW(
        net.parameters(),
        lr=pace.learning_rate,
        weight_decay=pace.weight_decay,
        betas=(0.9, 0.98),
        fused=True,
    )
    mean = {name: value.detach().clone() for name, value in net.named_parameters()}
    return Course(net, mean, optimiser, 0, [])


def _epoch(course: Course, lesson: Lesson, pace: Pace, seed: int, epoch: int) -> float:
    """The mean loss of its batches."""
    torch.manual_seed(seed)
    batches = lesson.batches(np.random.default_rng(seed))
    total = 0.0
    course.net.train()
    for place, batch in enumerate(batches):
        done = (epoch + place / len(batches)) / pace.epochs
        for group in course.optimiser.param_groups:
            group["lr"] = pace.learning_rate * _share(done)
        loss = lesson.loss(batch)
        course.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(course.net.parameters(), LONGEST)
        course.optimiser.step()
        _add(course)
        total += float(loss.detach())
    course.net.eval()
    return total / max(len(batches), 1)


def _share(done: float) -> float:
    """Of the full learning rate, when `done` of all steps lie behind."""
    falling = LEAST + (1 - LEAST) * (1 + math.cos(math.pi * done)) / 2
    return falling * min(1.0, max(done, LEAST * WARM) / WARM)


@torch.no_grad()
def _add(course: Course) -> None:
    """Take the weights after a step into their mean."""
    course.steps += 1
    share = 1 - min(MEMORY, course.steps / (course.steps + 10))
    torch._foreach_lerp_(list(course.mean.values()), list(course.net.parameters()), share)


def _state(course: Course, fingerprint: str) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "weights": dict(course.net.state_dict()),
        "mean": course.mean,
        "optimiser": course.optimiser.state_dict(),
        "steps": course.steps,
        "history": course.history,
    }


def _resume(course: Course, path: Path, fingerprint: str) -> None:
    """Go on from `path` if it is of this training; else it is removed."""
    if not path.is_file():
        return
    try:
        saved = SafetensorsCheckpointIO().load_checkpoint(path)
        if saved["fingerprint"] != fingerprint:
            raise DamagedCheckpoint("it is of another training")
    except (DamagedCheckpoint, KeyError) as error:
        log.info("checkpoint %s can't be resumed (%s): training from scratch", path, error)
        path.unlink()
        return
    log.info("resuming after epoch %d, from %s", len(saved["history"]), path)
    course.net.load_state_dict(saved["weights"])
    course.optimiser.load_state_dict(saved["optimiser"])
    for name, value in saved["mean"].items():
        course.mean[name].copy_(value)
    course.steps, course.history = saved["steps"], saved["history"]

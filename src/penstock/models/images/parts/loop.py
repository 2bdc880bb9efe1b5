"""Training a net of images: the same bits every time, resumed after a kill.

Not by Lightning: one loop teaches the nets of the from-scratch library and their twins in torch,
in the same order, on the same pictures, so that their curves can be laid over one another.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from penstock.core.contracts import Array, FitContext
from penstock.core.errors import PenstockError
from penstock.core.files import to_json
from penstock.core.stage import log
from penstock.models.images.parts.lesson import Lesson
from penstock.models.images.parts.pixels import scaled
from penstock.models.images.parts.settings import TrainingSettings
from penstock.models.training.batches import mixed
from penstock.models.training.checkpoint import DamagedCheckpoint, SafetensorsCheckpointIO
from penstock.scratch.optim.schedules import Schedule, constant, cosine, warm_up
from penstock.scratch.training.augment import Augmentation

WARM = 0.1  # share of the steps until the full rate
LOSS = "validation_loss"
Labelled = tuple[Array, Array]  # uint8 (n, 1, 28, 28) and int64 (n,)


class Diverged(PenstockError):
    """The loss is no number any more."""

    def __init__(self, epoch: int, rate: float) -> None:
        super().__init__(
            f"the loss of epoch {epoch} is not finite: steps of learning rate {rate:g} are too long"
            "\n  fix: lower learning_rate of this candidate in params.yaml"
        )


@dataclass
class Course:
    """Where a training stands.

    Attributes:
        best: the weights to keep: after the epoch of the lowest validation loss, or the last.
        waited: epochs since that one.
    """

    history: list[dict[str, float]] = field(default_factory=list)
    best: dict[str, Array] = field(default_factory=dict)
    lowest: float = math.inf
    waited: int = 0


def teach(
    lesson: Lesson,
    fit: Labelled,
    tail: Labelled | None,
    asked: TrainingSettings,
    context: FitContext,
    *,
    change: Augmentation | None = None,
    patience: int | None = None,
) -> None:
    """Train the lesson's net in place and leave it with the weights to keep.

    After each epoch a checkpoint named after everything that the weights depend on is written to
    the context's folder; a later call goes on from it and ends with the same weights to the bit.

    Args:
        lesson: a fresh net with its optimiser.
        fit: the images to learn from.
        tail: images to judge every epoch by; the best of them is kept. None keeps the last.
        asked: how steps are made.
        context: seed, folder, and who takes the history.
        change: what is done to every training image at random.
        patience: epochs without a lower validation loss before training stops.

    Raises:
        Diverged: a loss is not finite.
    """
    mark = _fingerprint(lesson, fit, tail, asked, context)
    path = context.checkpoint_dir / f"{mark[:16]}.safetensors"
    course = _resumed(path, mark, lesson)
    for row in course.history:
        context.record(row)
    patience = patience or asked.epochs
    while len(course.history) < asked.epochs and (tail is None or course.waited < patience):
        row = _epoch(lesson, fit, asked, change, context.seed, len(course.history))
        if tail is not None:
            row |= _judged(lesson, tail)
        _note(course, lesson, row)
        context.record(row)
        _save(path, mark, lesson, course)
    lesson.load_weights(course.best)
    path.unlink(missing_ok=True)
    if path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()


def _epoch(
    lesson: Lesson,
    fit: Labelled,
    asked: TrainingSettings,
    change: Augmentation | None,
    seed: int,
    epoch: int,
) -> dict[str, float]:
    """Its row of the history: means over its images, each as the weights then were."""
    (images, target), drawn = fit, mixed(seed, epoch)
    random = np.random.default_rng(drawn)
    order, steps = random.permutation(len(images)), math.ceil(len(images) / asked.batch_size)
    rate = schedule_of(asked, steps * asked.epochs)
    lesson.begin(drawn)
    row: dict[str, float] = {"epoch": epoch}
    for step in range(steps):
        places = order[step * asked.batch_size : (step + 1) * asked.batch_size]
        shown = scaled(images[places])
        if change is not None:
            shown = change(shown, random)
        noted = lesson.step(shown, target[places], rate(epoch * steps + step))
        if not math.isfinite(noted["loss"]):
            raise Diverged(epoch, asked.learning_rate)
        for name, mean in noted.items():
            key = f"train_{name}"
            row[key] = row.get(key, 0.0) + mean * len(places) / len(images)
    return row


def schedule_of(asked: TrainingSettings, steps: int) -> Schedule:
    if asked.schedule == "constant":
        return constant(asked.learning_rate)
    rising = max(round(WARM * steps), 1)
    return warm_up(rising, cosine(asked.learning_rate, max(steps - rising, 1)))


def _judged(lesson: Lesson, tail: Labelled) -> dict[str, float]:
    images, target = tail
    logits = lesson.logits(scaled(images)).astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    chance = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(target)), target]
    accuracy = float((logits.argmax(axis=1) == target).mean())
    return {LOSS: float(chance.mean()), "validation_accuracy": accuracy}


def _note(course: Course, lesson: Lesson, row: dict[str, float]) -> None:
    course.history.append(row)
    loss = row.get(LOSS, -math.inf)
    if loss < course.lowest or LOSS not in row:
        course.best, course.lowest, course.waited = lesson.weights(), loss, 0
    else:
        course.waited += 1


def _fingerprint(
    lesson: Lesson,
    fit: Labelled,
    tail: Labelled | None,
    asked: TrainingSettings,
    context: FitContext,
) -> str:
    """Everything the weights depend on: a checkpoint of another is not gone on with."""
    said = {
        "settings": asked.model_dump(mode="json"),
        "seed": context.seed,
        "libraries": [type(lesson).__name__, torch.__version__, np.__version__],
    }
    digest = hashlib.sha256(to_json(said).encode())
    for name, one in lesson.weights().items():
        digest.update(name.encode() + one.tobytes())
    for array in (*fit, *(tail or ())):
        digest.update(str(array.shape).encode() + array.tobytes())
    return digest.hexdigest()


def _save(path: Path, mark: str, lesson: Lesson, course: Course) -> None:
    state = {
        "fingerprint": mark,
        "weights": _tensors(lesson.weights()),
        "memory": _tensors(lesson.memory()),
        "best": _tensors(course.best),
        "lowest": course.lowest,
        "waited": course.waited,
        "history": course.history,
    }
    SafetensorsCheckpointIO().save_checkpoint(state, path)


def _resumed(path: Path, mark: str, lesson: Lesson) -> Course:
    """Where `path` stood, the lesson with it, if it is of this training; else the beginning."""
    if not path.is_file():
        return Course()
    try:
        saved = SafetensorsCheckpointIO().load_checkpoint(path)
        if saved["fingerprint"] != mark:
            raise DamagedCheckpoint("it is of another training")
    except (DamagedCheckpoint, KeyError) as error:
        log.info("checkpoint %s can't be resumed (%s): training from scratch", path, error)
        path.unlink()
        return Course()
    log.info("resuming after epoch %d, from %s", len(saved["history"]), path)
    lesson.load_weights(_arrays(saved["weights"]))
    lesson.load_memory(_arrays(saved["memory"]))
    return Course(saved["history"], _arrays(saved["best"]), saved["lowest"], saved["waited"])


def _tensors(arrays: dict[str, Array]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(one) for name, one in arrays.items()}


def _arrays(tensors: dict[str, Any]) -> dict[str, Array]:
    return {name: one.numpy() for name, one in tensors.items()}

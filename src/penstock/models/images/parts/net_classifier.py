"""A classifier whose learning is a net's."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from penstock.core.contracts import Array, FitContext
from penstock.models.images.parts.augmenting import augmentation, augmented
from penstock.models.images.parts.classifier import ImageClassifier, softmax
from penstock.models.images.parts.pixels import labels, pixels, scaled
from penstock.models.images.parts.settings import NetSettings
from penstock.scoring.arrays_file import load_shaped, save_arrays

if TYPE_CHECKING:
    from penstock.models.images.parts.lesson import Lesson

SHIFTS = ((1, 2), (1, 0), (2, 1), (0, 1))  # where a window begins in an image with a margin of 1
MARGIN = ((0, 0), (0, 0), (1, 1), (1, 1))
AT_ONCE = 1000  # images; bounds the memory that scoring takes


class NetClassifier(ImageClassifier):
    """A model says what it teaches: a fresh net with its optimiser.

    Attributes:
        lesson: the net that was fitted; None before.
        early_stopping: whether part of the training window is kept to stop on.
    """

    Settings: ClassVar[type[NetSettings]]

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.lesson: Lesson | None = None
        self.early_stopping = settings.patience is not None

    @abstractmethod
    def begin(self, classes: int, seed: int) -> Lesson:
        """A net with weights drawn from `seed`; called with torch seeded too."""

    def learn(self, images: Array, target: Array, context: FitContext) -> None:
        from penstock.models.images.parts.calm import calm
        from penstock.models.images.parts.loop import teach

        view = context.validation_view
        tail = None if view is None else (pixels(view), labels(view, len(self.classes)))
        with calm(context.seed):
            self.lesson = self.begin(len(self.classes), context.seed)
            teach(
                self.lesson,
                (images, target),
                tail,
                self.settings,
                context,
                change=augmentation(self.settings),
                patience=self.settings.patience,
            )

    def score(self, images: Array) -> Array:
        from penstock.models.images.parts.calm import calm

        with calm():
            parts = np.split(images, range(AT_ONCE, len(images), AT_ONCE))
            return np.concatenate([self._mean(scaled(part)) for part in parts])

    def _mean(self, images: Array) -> Array:
        lesson = self._fitted()
        views = [images]
        if self.settings.views > 1:
            around, (height, width) = np.pad(images, MARGIN), images.shape[2:]
            views += [around[:, :, y : y + height, x : x + width] for y, x in SHIFTS]
        logits = [lesson.logits(np.ascontiguousarray(one)) for one in views]
        shares: Array = np.mean([softmax(one) for one in logits], axis=0)
        return shares

    def filters(self) -> dict[str, Array]:
        """Layer → the weights of the first one as pictures, float32 (filters, h, w)."""
        name, first = next(iter(self._fitted().weights().items()))
        side = first.shape[2:] if first.ndim == 4 else (28, 28)
        return {name.removesuffix(".weight"): first.reshape(len(first), *side)}

    def feature_maps(self, images: Array) -> dict[str, Array]:
        """Layer → what it makes of uint8 (n, 1, 28, 28): float32 (n, channels, h, w), in order."""
        from penstock.models.images.parts.calm import calm

        with calm():
            return self._fitted().maps(scaled(images))

    def augmented(self, images: Array, seed: int) -> Array | None:
        """What training would show for uint8 (n, 1, 28, 28); None where it changes nothing."""
        if augmentation(self.settings) is None:
            return None
        return augmented(images, seed, self.settings)

    def write(self, folder: Path) -> None:
        save_arrays(self._fitted().weights(), folder)

    def read(self, folder: Path) -> None:
        from penstock.models.images.parts.calm import calm

        with calm():
            self.lesson = self.begin(len(self.classes), 0)
            expected = {name: one.shape for name, one in self.lesson.weights().items()}
            self.lesson.load_weights(load_shaped(folder, expected))

    def _fitted(self) -> Lesson:
        assert self.lesson is not None, "fit or load first"
        return self.lesson

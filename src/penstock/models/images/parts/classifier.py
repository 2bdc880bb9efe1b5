"""What every image classifier does alike, so that a model file says only how it learns."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from penstock.core.contracts import Array, FitContext, View
from penstock.core.errors import ModelFileError
from penstock.core.files import read_json, write_json
from penstock.core.settings import Settings
from penstock.models.images.parts.pixels import classes_of, labels, pixels
from penstock.scoring.description import read_description, write_description

CLASSES = "classes.json"


def softmax(logits: Array) -> Array:
    """Rows (n, classes) that sum to 1, float64."""
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True, initial=-np.inf))
    shares: Array = raised / raised.sum(axis=1, keepdims=True)
    return shares


class ImageClassifier(ABC):
    """A candidate that tells the probability of each class of an image.

    A model says how it learns (`learn`), scores images (`score`) and is kept (`write`, `read`).

    Attributes:
        classes: names of the classes it was fitted on, by number; empty before.
    """

    Settings: ClassVar[type[Settings]]
    early_stopping = False

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.classes: tuple[str, ...] = ()

    def get_params(self) -> dict[str, Any]:
        """The settings it was built with, as plain values."""
        return dict(self.settings.model_dump(mode="json"))

    def fit(self, view: View, context: FitContext) -> Self:
        """Learn from `view`, which has a target.

        Raises:
            NotImages, NotClasses: the view is not fit to learn from.
        """
        images, self.classes = pixels(view), classes_of(view)
        self.learn(images, labels(view, len(self.classes)), context)
        return self

    def predict_proba(self, view: View) -> Array:
        """The probability of each class, float64 (n, classes); rows sum to 1.

        Raises:
            NotImages: the view holds other things.
        """
        images = pixels(view)
        return self.score(images) if len(images) else np.empty((0, len(self.classes)))

    def importances(self) -> Mapping[str, float] | None:
        """None: no pixel matters by itself."""
        return None

    def save(self, folder: Path) -> None:
        """Write the model's files into `folder`; equal models give equal bytes."""
        write_description(folder, self.settings, ("image",))
        write_json(folder / CLASSES, list(self.classes))
        self.write(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that `save` wrote.

        Raises:
            ModelFileError: a file is missing, or not what this model writes.
        """
        settings, _ = read_description(folder, cls.Settings)
        model = cls(settings)
        model.classes = _names(folder)
        model.read(folder)
        return model

    @abstractmethod
    def learn(self, images: Array, target: Array, context: FitContext) -> None:
        """Fit on uint8 (n, 1, 28, 28) and its int64 labels."""

    @abstractmethod
    def score(self, images: Array) -> Array:
        """Probabilities float64 (n, classes) of uint8 (n, 1, 28, 28), n at least 1."""

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Put what was learnt into `folder`."""

    @abstractmethod
    def read(self, folder: Path) -> None:
        """Get what was learnt from `folder`; settings and classes are set already."""


def _names(folder: Path) -> tuple[str, ...]:
    fix = "dvc repro   (or: dvc pull)"
    try:
        names = read_json(folder / CLASSES)
    except FileNotFoundError:
        raise ModelFileError(str(folder), f"no {CLASSES} in it", fix) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ModelFileError(str(folder), f"{CLASSES} is no JSON: {error}", fix) from None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ModelFileError(str(folder), f"{CLASSES} is no list of names", fix)
    return tuple(names)

"""Multinomial logistic regression on the pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.models.images.parts.classifier import ImageClassifier, softmax
from penstock.models.images.parts.pixels import scaled
from penstock.models.images.parts.softmax_regression import fit_softmax
from penstock.scoring.arrays_file import load_shaped, save_arrays


class LogisticSettings(settings.Settings):
    """What `params` of a candidate may say."""

    C: float = Field(0.05, gt=0, description="inverse strength of the L2 penalty")
    max_iter: int = Field(100, ge=1, description="steps of L-BFGS at most")


class LogisticClassifier(ImageClassifier):
    """L2-penalised maximum likelihood by L-BFGS on shares of ink; each class has one template."""

    Settings = LogisticSettings
    seeded = False

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.kept: dict[str, Array] = {}

    def learn(self, images: Array, target: Array, context: FitContext) -> None:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):  # threads that wait for one another spin
            weight, bias = fit_softmax(_rows(images), target, **self.settings.model_dump())
        self.kept = {"weight": weight, "bias": bias}

    def score(self, images: Array) -> Array:
        return softmax(_rows(images) @ self.kept["weight"].T + self.kept["bias"])

    def filters(self) -> dict[str, Array]:
        """The template of each class, float32 (classes, 28, 28)."""
        return {"weight": self.kept["weight"].reshape(-1, 28, 28)}

    def write(self, folder: Path) -> None:
        save_arrays(self.kept, folder)

    def read(self, folder: Path) -> None:
        classes = len(self.classes)
        self.kept = load_shaped(folder, {"weight": (classes, 784), "bias": (classes,)})


def _rows(images: Array) -> Array:
    return scaled(images).reshape(len(images), -1)


MODEL = LogisticClassifier

"""A binary classifier whose learning is a scikit-learn estimator's."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from penstock.core.contracts import Array, FitContext
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.skops_file import load_skops, save_skops

FILE = "model.skops"


class EstimatorClassifier(BinaryClassifier):
    """A model says which estimator it builds and which types its file may hold.

    Attributes:
        trusted: dotted names of those types; nothing else is loaded.
    """

    trusted: ClassVar[tuple[str, ...]]

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.estimator: Any = None

    @abstractmethod
    def build(self, context: FitContext) -> Any:
        """An estimator to fit."""

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        self.estimator = self.build(context).fit(rows, target)

    def score(self, rows: Array) -> Array:
        probabilities: Array = self.estimator.predict_proba(rows)
        return probabilities[:, 1]

    def write(self, folder: Path) -> None:
        save_skops(self.estimator, folder / FILE)

    def read(self, folder: Path) -> None:
        self.estimator = load_skops(folder / FILE, self.trusted)

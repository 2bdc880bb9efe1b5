"""What every binary classifier does alike, so that a model file says only how it learns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike

from penstock.core.contracts import Array, FitContext, View
from penstock.core.settings import Settings
from penstock.models.training.matrix import InputsMissing, labels, matrix, names_of
from penstock.scoring.description import read_description, write_description
from penstock.scoring.onnx_graph import ONNX_FILE


class BinaryClassifier(ABC):
    """A candidate that tells the probability of class 1.

    A model says how it learns (`learn`), scores a matrix (`score`) and is kept (`write`, `read`).

    Attributes:
        dtype: what `matrix` makes for it.
        missing: whether it takes NaN for a value that is not known.
        apart: whether the score of a row has the same bits whatever rows come with it.
        reads_past: whether it scores windows of earlier rows, not rows.
        inputs: names of the columns it was fitted on, empty before.
    """

    Settings: ClassVar[type[Settings]]
    early_stopping: ClassVar[bool] = False
    dtype: ClassVar[DTypeLike] = np.float32
    missing: ClassVar[bool] = False
    apart: ClassVar[bool] = False
    reads_past: ClassVar[bool] = False

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.inputs: tuple[str, ...] = ()

    def get_params(self) -> dict[str, Any]:
        """The settings it was built with, as plain values."""
        return dict(self.settings.model_dump(mode="json"))

    def fit(self, view: View, context: FitContext) -> Self:
        """Learn from `view`, which has a target.

        Raises:
            NotBinary, NotFinite, InputsMissing: the rows are not fit to learn from.
        """
        self.inputs = names_of(view.signature)
        self.learn(self.rows_of(view), labels(view), context)
        return self

    def predict_proba(self, view: View) -> Array:
        """P(class 1) for every row of `view`, float64 of shape (rows,).

        Raises:
            NotFinite: the rows hold a value it does not take.
            InputsMissing: the view's inputs are not those it was fitted on.
        """
        rows = self.rows_of(view)
        return self.score(rows).astype(np.float64) if len(rows) else np.empty(0)

    def rows_of(self, view: View) -> Array:
        """The matrix (rows, inputs) of `view`; raises as `predict_proba` does."""
        names = names_of(view.signature)
        if names != self.inputs:
            strange = [name for name in self.inputs if name not in names] or list(self.inputs)
            raise InputsMissing(f"the model was fitted on {strange}; this view has {list(names)}")
        return matrix(view, self.dtype, missing=self.missing)

    def importances(self) -> Mapping[str, float] | None:
        """Input → its share of what the model relies on; they sum to 1. None: it can't tell."""
        weights = self.weights()
        if weights is None:
            return None
        total = float(weights.sum()) or 1.0
        return {
            name: float(weight) / total for name, weight in zip(self.inputs, weights, strict=True)
        }

    def save(self, folder: Path) -> None:
        """Write the model's files into `folder`; equal models give equal bytes."""
        write_description(folder, self.settings, self.inputs)
        self.write(folder)
        self.export(folder / ONNX_FILE)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that `save` wrote.

        Raises:
            ModelFileError: a file is missing, or not what this model writes.
        """
        settings, inputs = read_description(folder, cls.Settings)
        model = cls(settings)
        model.inputs = inputs
        model.read(folder)
        return model

    def export(self, path: Path) -> None:  # noqa: B027  # most have no such form
        """Write the model as ONNX to `path`; nothing where it has no such form."""

    @abstractmethod
    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        """Fit on a matrix (rows, inputs) and its int64 labels."""

    @abstractmethod
    def score(self, rows: Array) -> Array:
        """P(class 1) of a matrix (rows, inputs) of at least one row."""

    @abstractmethod
    def weights(self) -> Array | None:
        """What each input counts for, not negative, in any unit; None where it can't tell."""

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Put what was learnt into `folder`."""

    @abstractmethod
    def read(self, folder: Path) -> None:
        """Get what was learnt from `folder`; settings and inputs are set already."""

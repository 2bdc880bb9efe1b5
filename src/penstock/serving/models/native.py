"""A model scored by its own library, which is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.contracts import Input, Signature, View
from penstock.core.stage import fix_threads
from penstock.core.workspace import load_model as import_model
from penstock.scoring.contract import Contract, load_model
from penstock.serving.contracts import Array
from penstock.serving.models.errors import NotServable


class Native:
    """A candidate of the classification task in `folder`, given matrices instead of views.

    Args:
        inputs: names of the columns of a matrix.
    """

    def __init__(self, folder: Path, contract: Contract, inputs: tuple[str, ...]) -> None:
        self._folder, self._contract, self._inputs = folder, contract, inputs

    @cached_property
    def model(self) -> Any:
        """The candidate, in one thread: more of them would wait for those of other requests."""
        fix_threads(1)
        return load_model(self._folder)

    @property
    def takes_gaps(self) -> bool:
        """Whether NaN stands for a value that is not known."""
        return bool(self.model.missing)

    def check(self, project: str, candidate: str) -> None:
        """Raises NotServable where it does not score a row by what the row holds alone."""
        kind = import_model(*self._contract.model.split("/")).MODEL
        if not hasattr(kind, "score"):
            problem = f"{self._contract.model} scores no rows of inputs"
            raise NotServable(project, candidate, problem)
        if kind.reads_past:
            problem = f"{self._contract.model} reads the earlier rows of an entity"
            raise NotServable(project, candidate, problem)

    def score(self, rows: Array) -> Array:
        """Float64 [rows] of a float32 matrix [rows, inputs]: of each the same bits always."""
        filled = rows.astype(self.model.dtype, copy=False)
        if self.model.apart or len(rows) == 1:
            return np.asarray(self.model.score(filled), np.float64)
        parts = [self.model.score(filled[i : i + 1]) for i in range(len(rows))]
        return np.concatenate(parts).astype(np.float64)

    def shares(self) -> Callable[[Array], tuple[Array, float]] | None:
        """What tells of rows what each input adds to their margin; None where nothing does."""
        if not hasattr(self.model, "contributions"):
            return None

        def shares(rows: Array) -> tuple[Array, float]:
            told = self.model.contributions(self._view(rows))
            return told.values, told.base

        return shares

    def _view(self, rows: Array) -> View:
        import pandas as pd

        from penstock.core.dataset import Dataset

        frame = pd.DataFrame(rows, columns=list(self._inputs))
        signature = Signature(tuple(Input(name) for name in self._inputs))
        return View(Dataset({"features": frame}), signature)

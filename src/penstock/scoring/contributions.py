"""What each input adds to a score: the common ground of reasons, plots and tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, View

PREFIX = "contribution:"


@dataclass(frozen=True)
class Contributions:
    """Shares of the margin, which is the log-odds of the score: log(p / (1 - p)).

    A row's shares and `base` sum to its margin, but for rounding (XGBoost adds in float32).

    Attributes:
        inputs: names of the columns of `values`, in order.
        values: float64 [rows, inputs].
        base: the margin of a row of which nothing is known.
    """

    inputs: tuple[str, ...]
    values: Array
    base: float

    @property
    def margin(self) -> Array:
        """Float64 [rows]."""
        total: Array = self.values.sum(axis=1) + self.base
        return total

    def to_frame(self) -> pd.DataFrame:
        """A float32 column per input, named `contribution:INPUT`, and `base`."""
        names = [f"{PREFIX}{name}" for name in self.inputs]
        shares = pd.DataFrame(self.values.astype(np.float32), columns=names)
        return shares.assign(base=np.float32(self.base))

    @classmethod
    def of_frame(cls, frame: pd.DataFrame) -> Contributions:
        """What `to_frame` wrote; other columns of `frame` are passed over."""
        names = [name for name in frame.columns if str(name).startswith(PREFIX)]
        base = float(frame["base"].iloc[0]) if len(frame) else 0.0
        inputs = tuple(name.removeprefix(PREFIX) for name in names)
        return cls(inputs, frame[names].to_numpy(np.float64), base)


class Explainable(Protocol):
    """A candidate of the classification task that can tell what its scores are made of."""

    def contributions(self, view: View) -> Contributions:
        """Of every row of `view`."""

    def predict_proba(self, view: View) -> Array: ...

"""How a trial ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a trial ended; what a person reads in the UI."""

    COMPLETE = "Complete"
    PRUNED = "Pruned"
    FAILED = "Failed"


@dataclass(frozen=True)
class Ended:
    """A trial that won't run again.

    Attributes:
        values: the hyper-parameters that it tried, by name.
        folds: the metric on each fold that was fitted, in order.
        seconds: how long it took; of interest to people only.
        why: the last words of one that failed.
    """

    number: int
    state: State
    values: dict[str, Any]
    folds: tuple[float, ...]
    seconds: float
    why: str = ""

    @property
    def value(self) -> float:
        """The mean over the folds so far."""
        return sum(self.folds) / len(self.folds)

    def means(self) -> list[float]:
        """The mean after each fold."""
        return [sum(self.folds[:n]) / n for n in range(1, len(self.folds) + 1)]

"""What came before: the latest rows of each entity, for models that read a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]


class Lines:
    """All rows of a table gathered by entity, in the order of time within each.

    Args:
        frame: one row an event.
        entity, time: one value a row; rows of one moment keep their order.
    """

    def __init__(self, frame: pd.DataFrame, entity: Array, time: Array) -> None:
        self.frame, self._entity, self._time = frame, entity, time

    @cached_property
    def gathered(self) -> tuple[Array, Array, Array]:
        """The row at each place, the place of each row, and where each place's entity begins."""
        code = pd.factorize(self._entity)[0]
        order = np.lexsort((self._time, code))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        first = np.flatnonzero(np.diff(code[order], prepend=-1))
        return order, place, np.repeat(first, np.diff(first, append=len(order)))


@dataclass(frozen=True)
class Past:
    """The rows of a view with those of the same entity before each; inputs, never a label.

    Attributes:
        rows: positions of the view's rows in the table behind `lines`.
        inputs: the columns that a model may see.
    """

    lines: Lines
    rows: Array
    inputs: tuple[str, ...]

    def windows(self, length: int) -> tuple[Array, Array]:
        """The last `length` rows of its entity up to each row of the view, its own at the end.

        Rows of before the training window are there as well: an input is known when it happens.

        Returns:
            Values, float32 [rows, length, inputs], 0 where there is no such row; and whether
            there is, bool [rows, length].
        """
        order, place, begin = self.lines.gathered
        own = place[self.rows]
        wanted = own[:, None] + np.arange(1 - length, 1)
        there = wanted >= begin[own][:, None]
        found = order[np.where(there, wanted, 0)]
        values = np.zeros((*there.shape, len(self.inputs)), dtype=np.float32)
        for column, name in enumerate(self.inputs):
            known = self.lines.frame[name].to_numpy(dtype=np.float32, na_value=np.nan)
            values[..., column] = np.where(there, known[found], 0)
        return values, there

    def of(self, part: slice | Array) -> Self:
        """That of some of the view's rows, by their positions in the view."""
        return replace(self, rows=self.rows[part])

    def on(self, inputs: Sequence[str]) -> Self:
        """The same rows, seen through other inputs."""
        return replace(self, inputs=tuple(inputs))

"""Features that look at their own row alone, told of one event; nothing is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class RowSet:
    """Features in the order of the vector.

    Attributes:
        names: theirs.
        id: the column that tells events apart.
        of_event: float64 [names] of an event, bit for bit what the project's `featurize` gives
            its row; raises MissingColumn, ColumnUnfit.
    """

    names: tuple[str, ...]
    id: str
    of_event: Callable[[Mapping[str, Any]], Array]

"""What came of one expectation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Expectation

Status = Literal["passed", "quarantined", "stopped", "not checked"]


def _no_rows() -> Array:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Finding:
    """One expectation, held against one table.

    Attributes:
        total: rows of the table.
        rows: int64, ascending: numbers (from 0) of the rows that break it; empty where the
            expectation is about the table as a whole.
        observed: what a table as a whole was seen to have.
        examples: the first few of those rows with the values that matter, in JSON's types.
        reason: why it was not checked.
    """

    expectation: Expectation
    status: Status
    total: int = 0
    rows: Array = field(default_factory=_no_rows)
    observed: Any = None
    examples: tuple[dict[str, Any], ...] = ()
    reason: str = ""

    @property
    def share(self) -> float:
        """Broken rows per row of the table, 0 to 1."""
        return len(self.rows) / self.total if self.total else 0.0


def plain(value: Any) -> Any:
    """A cell in JSON's types: NaN, infinities and times as words, a null as None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return value if isinstance(value, (bool, int, float, str)) else str(value)

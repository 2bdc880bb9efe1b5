"""What windows add up: integers, so that no order of addition can change a sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from penstock.features.errors import ColumnUnfit

Array = np.ndarray[Any, Any]


class Value(Protocol):
    """A column read as integers; hashable."""

    @property
    def column(self) -> str: ...
    @property
    def per_unit(self) -> int:
        """Integers that make one unit of the column: 100 for cents."""

    def of_column(self, column: pd.Series[Any]) -> Array:
        """int64 [rows]."""


@dataclass(frozen=True)
class Money:
    """Amounts in minor units, each rounded on its own."""

    column: str
    per_unit: int = 100

    def of_column(self, column: pd.Series[Any]) -> Array:
        """int64 [rows].

        Raises:
            ColumnUnfit: an amount is no number, NaN or infinite, or the sum would leave int64.
        """
        expected = "finite amounts of money"
        try:
            amounts = column.to_numpy(np.float64, na_value=np.nan)
        except (TypeError, ValueError) as problem:
            raise ColumnUnfit(self.column, expected, str(problem)) from None
        units = minor_units(amounts, self.per_unit)
        if not np.abs(units).sum() < 2**62:  # put so that NaN fails it, too
            odd = int((~np.isfinite(units)).sum())
            found = f"{odd} that are not" if odd else "a sum beyond 64 bits"
            raise ColumnUnfit(self.column, expected, found)
        integers: Array = units.astype(np.int64)
        return integers


@dataclass(frozen=True)
class Label:
    """Labels as 1 for a known positive, 0 for a known negative or a label not known yet."""

    column: str
    per_unit: int = 1

    def of_column(self, column: pd.Series[Any]) -> Array:
        """int64 [rows]."""
        return column.fillna(0).to_numpy(np.int64)


def minor_units(amount: Any, per_unit: int) -> Any:
    """An amount of money, or an array of them, in whole minor units (still as float64)."""
    return np.rint(amount * per_unit)

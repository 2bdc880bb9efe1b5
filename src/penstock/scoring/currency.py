"""Amounts of money as people write them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Currency:
    """In what amounts are counted.

    Attributes:
        code: as in ISO 4217; empty where the data does not tell.
        minor_units: of one unit: 100 for most, 1 for JPY, 1000 for KWD.
    """

    code: str = ""
    minor_units: int = 100

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any]) -> Self:
        """What the notes of a features dataset say under `currency`."""
        return cls(notes["code"], notes["minor_units"])

    def say(self, amount: float) -> str:
        """`84.10`, `CHF 1,284.10`, `JPY 8,410`; `an unknown amount` where it is NaN."""
        if not math.isfinite(amount):
            return "an unknown amount"
        decimals = len(str(self.minor_units - 1)) if self.minor_units > 1 else 0
        text = f"{amount:,.{decimals}f}"
        return f"{self.code} {text}" if self.code else text

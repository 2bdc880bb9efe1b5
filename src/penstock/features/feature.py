"""What a feature says about itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """A named column of the vector that a model sees.

    Attributes:
        name: the column's name; unique in its set.
        dtype: NumPy dtype of the column, by name (`float64`, `int32` …).
        description: one sentence for a person, with the unit.
        entity: column whose rows are gathered, None for a feature of the row alone.
        window_days: length of the window that ends at (or before) the row, None without one.
        label_delay_days: youngest label that is looked at, in days before the row; None where
            no label is read.
    """

    name: str
    dtype: str
    description: str
    entity: str | None = None
    window_days: int | None = None
    label_delay_days: int | None = None

"""What is known of users and items, as numbers: names become marks, quantities are scaled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array

Spec = dict[str, Any]  # column → its names, or its mean and standard deviation


def spec_of(table: pd.DataFrame, named: tuple[str, ...], counted: tuple[str, ...]) -> Spec:
    """How columns of `table` become numbers; those that it lacks are left out.

    Args:
        named: text, several names with | between them; `counted`: numbers, NaN where unknown.
    """
    made: Spec = {}
    for column in named:
        if column in table:
            names = table[column].str.split("|").explode().unique()
            made[column] = sorted(str(name) for name in names if name)
    for column in counted:
        if column in table and table[column].notna().any():
            known = table[column].dropna().to_numpy(dtype=np.float64)
            made[column] = [float(known.mean()), float(known.std()) or 1.0]
    return made


def numbers(table: pd.DataFrame, spec: Mapping[str, Any]) -> Array:
    """float32 [rows, width]; a name not met before is no mark, an unknown quantity 0."""
    parts = [np.ones((len(table), 1))]
    for column, told in spec.items():
        if column not in table:
            width = len(told) if told and isinstance(told[0], str) else 2
            parts.append(np.zeros((len(table), width)))
        elif told and not isinstance(told[0], str):
            scaled = (table[column].to_numpy(dtype=np.float64) - told[0]) / told[1]
            known = np.isfinite(scaled)
            parts.append(np.stack([np.where(known, scaled, 0), known], axis=1))
        else:
            marks = table[column].str.get_dummies("|").reindex(columns=told, fill_value=0)
            parts.append(marks.to_numpy(dtype=np.float64))
    joined: Array = np.concatenate(parts, axis=1).astype(np.float32)
    return joined


def as_tensor(specs: list[Spec]) -> Array:
    """JSON as bytes, to be kept beside weights."""
    return np.frombuffer(json.dumps(specs).encode(), dtype=np.uint8)


def from_tensor(kept: Array) -> list[Spec]:
    """What `as_tensor` wrote."""
    specs: list[Spec] = json.loads(kept.tobytes())
    return specs

"""A dataset as tables to look at, whatever it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset


def tables_of(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """What a project's `inspect` returns when it has nothing to add.

    Its tables as they are; for a tensor a row per item, named like the tensor; for an
    environment a row per entry of each list in it (the arms of a bandit, say).
    """
    tables = dict(dataset.tables)
    tables |= {name: _items(tensor) for name, tensor in dataset.tensors.items()}
    for name, value in (dataset.environment or {}).items():
        if isinstance(value, (list, tuple)):
            tables[name] = _entries(value)
    return tables


def _items(tensor: Array) -> pd.DataFrame:
    """Columns `smallest`, `largest` and `not_finite` (how many values are NaN or infinite)."""
    flat = tensor.reshape(len(tensor), -1)
    if flat.dtype == bool:
        flat = flat.astype(np.int8)
    if flat.shape[1] == 0 or not np.issubdtype(flat.dtype, np.number):
        return pd.DataFrame(index=range(len(flat)))
    if np.issubdtype(flat.dtype, np.integer):
        return pd.DataFrame(
            {"smallest": flat.min(axis=1), "largest": flat.max(axis=1), "not_finite": 0}
        )
    finite = np.isfinite(flat)
    return pd.DataFrame(
        {
            "smallest": flat.min(axis=1, initial=np.inf, where=finite),
            "largest": flat.max(axis=1, initial=-np.inf, where=finite),
            "not_finite": (~finite).sum(axis=1),
        }
    )


def _entries(entries: list[Any] | tuple[Any, ...]) -> pd.DataFrame:
    """Entries that are mappings give their keys as columns, others a column `value`."""
    if entries and all(isinstance(entry, Mapping) for entry in entries):
        return pd.DataFrame([dict(entry) for entry in entries])
    return pd.DataFrame({"value": list(entries)})

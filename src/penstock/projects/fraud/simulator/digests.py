"""Hashes of the columns, to compare one data set with another whatever wrote them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def digests(frame: pd.DataFrame) -> dict[str, str]:
    """sha256 of each column's little-endian bytes, rows as they lie.

    Args:
        frame: what `simulate` returns.

    Returns:
        time (int64 seconds since 1970), customer, terminal, amount (int64, in cents), fraud and
        scenario (int8).
    """
    import numpy as np

    columns = {
        "time": frame["time"].to_numpy().astype("datetime64[s]").astype("<i8"),
        "customer": frame["customer"].to_numpy("<i8"),
        "terminal": frame["terminal"].to_numpy("<i8"),
        "amount": np.rint(frame["amount"].to_numpy() * 100.0).astype("<i8"),
        "fraud": frame["label"].to_numpy("<i1"),
        "scenario": frame["scenario"].to_numpy("<i1"),
    }
    return {name: hashlib.sha256(column.tobytes()).hexdigest() for name, column in columns.items()}

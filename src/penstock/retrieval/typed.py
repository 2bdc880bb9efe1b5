"""Ids as people type them."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd


def typed(text: str, ids: pd.Index) -> Hashable:
    """`text` as one of `ids` would be: a number where they are numbers, unless it is none."""
    if ids.dtype.kind not in "iu":
        return text
    try:
        return int(text)
    except ValueError:
        return text

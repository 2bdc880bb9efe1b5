"""What the rows of each class count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


def class_weights(asked: Any, classes: Array, codes: Array, weights: Array) -> Array:
    """A factor for each row, by its class.

    Args:
        asked: None; `balanced`, by which all classes weigh the same in total, N / (classes · Nₖ)
            (King and Zeng 2001); or {class: factor}, 1 where a class is not named.
        classes: the labels.
        codes: each row's place among them.
        weights: of the rows.

    Raises:
        SettingError: anything else.
    """
    if asked is None:
        return np.ones(len(codes))
    if isinstance(asked, str) and asked == "balanced":
        sums = np.bincount(codes, weights, len(classes))
        factors = np.divide(sums.sum(), np.count_nonzero(sums) * sums, where=sums > 0, out=sums * 0)
    elif isinstance(asked, Mapping):
        factors = np.array([float(asked.get(label, 1.0)) for label in classes.tolist()])
    else:
        raise SettingError("class_weight", "None, 'balanced' or {class: weight}", asked)
    found: Array = factors[codes]
    return found

"""A learnt vector for each of many things."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import DtypeError, SettingError
from penstock.scratch.nn.initialisers import Initialiser, normal
from penstock.scratch.nn.module import Module, Parameter


def embedding(weight: Tensor, ids: Array) -> Tensor:
    """Rows of `weight`; a row's gradient is the sum over the places it was used at.

    Args:
        weight: (number of things, width).
        ids: integers, any shape (…).

    Returns:
        (…, width).

    Raises:
        DtypeError: ids are no integers.
        SettingError: one lies outside the rows.
    """
    if ids.dtype.kind not in "iu":
        raise DtypeError("embedding", "integer ids", ids.dtype, "ids.astype(int)")
    number, width = weight.shape
    if ids.size and (ids.min() < 0 or ids.max() >= number):
        came = f"{ids.min()} … {ids.max()}"
        raise SettingError("embedding", f"ids from 0 to {number - 1}", came)

    def share(grad: Array) -> Array:
        # Equal ids side by side, then one sum a run: far faster than adding row by row.
        back, flat = np.zeros_like(weight.data), ids.reshape(-1)
        if flat.size:
            order = np.argsort(flat, kind="stable")
            used, starts = np.unique(flat[order], return_index=True)
            back[used] = np.add.reduceat(grad.reshape(-1, width)[order], starts, axis=0)
        return back

    return record(weight.data[ids], "embedding", (weight, share))


class Embedding(Module):
    """`embedding` with a table of its own, N(0, 1) to begin with."""

    def __init__(
        self, number: int, width: int, rng: np.random.Generator, init: Initialiser | None = None
    ) -> None:
        self.weight = Parameter((init or normal(1.0))((number, width), rng), np.float32)

    def forward(self, ids: Array) -> Tensor:
        return embedding(self.weight, ids)

"""From a view to what libraries fit on: a matrix of its inputs and a vector of its labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from penstock.core.contracts import Array, Signature, View
from penstock.core.errors import PenstockError

TABLE = "features"


class InputsMissing(PenstockError):
    """A view lacks inputs that its signature names, or that the model was fitted on."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}\n  fix: dvc repro   (featurizes again and trains on what comes out)"
        )


class NotFinite(PenstockError):
    """An input holds an infinity, or NaN and the model takes none."""

    def __init__(self, name: str, count: int, rows: int, missing: bool) -> None:
        other = "" if missing else ", or choose a model that takes gaps: tree, forest, xgboost"
        super().__init__(
            f"input {name!r}: {count} of {rows} values are infinite{'' if missing else ' or NaN'}, "
            "which this model does not take\n"
            f"  fix: mend the input in the project's features.py{other}"
        )


class NotBinary(PenstockError):
    """The rows to fit do not hold both classes 0 and 1."""

    def __init__(self, found: list[Any], rows: int) -> None:
        super().__init__(
            f"the {rows} rows to fit hold the labels {found}; expected both 0 and 1\n"
            "  fix: widen the training window under projects in params.yaml"
        )


def names_of(signature: Signature) -> tuple[str, ...]:
    """A name for each column of the matrix: inputs of one value by their own, others by place."""
    names: list[str] = []
    for one in signature.inputs:
        width = int(np.prod(one.shape))
        names += [f"{one.name}[{i}]" for i in range(width)] if one.shape else [one.name]
    return tuple(names)


def matrix(view: View, dtype: DTypeLike = np.float32, *, missing: bool = False) -> Array:
    """The inputs of `view` as an array of shape (rows, columns), in the signature's order.

    Inputs of one value are columns of the features table; others are tensors, flattened by row.

    Raises:
        InputsMissing: the data has no such column or tensor.
        NotFinite: an input is infinite as `dtype`, or NaN where `missing` values are not taken.
    """
    blocks = [_block(view, one.name, one.shape) for one in view.signature.inputs]
    filled = np.empty((len(blocks[0]), sum(block.shape[1] for block in blocks)), dtype)
    with np.errstate(over="ignore"):  # what overflows becomes infinite, and is refused below
        np.concatenate(blocks, axis=1, out=filled, casting="unsafe")
    bad = np.isinf(filled) if missing else ~np.isfinite(filled)
    if bad.any():
        counts = bad.sum(axis=0)
        worst = int(counts.argmax())
        name = names_of(view.signature)[worst]
        raise NotFinite(name, int(counts[worst]), len(filled), missing)
    return filled


def labels(view: View) -> Array:
    """The target of a view to fit on, as int64 zeros and ones of shape (rows,).

    Raises:
        NotBinary: one of the two is absent, or something else is there.
    """
    assert view.target is not None, "a view to fit on has a target"
    found = np.unique(view.target).tolist()
    if found != [0, 1]:
        raise NotBinary(found[:10], len(view.target))
    return view.target.astype(np.int64)


def _block(view: View, name: str, shape: tuple[int, ...]) -> Array:
    if shape:
        tensor = view.data.tensors.get(name)
        if tensor is None or tensor.shape[1:] != shape:
            found = "none" if tensor is None else f"rows of shape {list(tensor.shape[1:])}"
            raise InputsMissing(
                f"tensor {name!r}: expected rows of shape {list(shape)}, found {found}"
            )
        return tensor.reshape(len(tensor), -1)
    table = view.data.tables.get(TABLE)
    if table is None or name not in table:
        raise InputsMissing(f"table {TABLE!r} has no column {name!r}, which the signature names")
    return table[name].to_numpy().reshape(-1, 1)

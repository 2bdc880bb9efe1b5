"""Trees of the from-scratch library: kept in a file, and in the form that exports read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from penstock.scoring.arrays_file import load_arrays, save_arrays, unfit
from penstock.scoring.tree_arrays import LEAF, Trees

if TYPE_CHECKING:
    from penstock.scratch.trees.tree import Tree


def save_trees(trees: Sequence[Tree], folder: Path) -> None:
    """Write `trees` into `folder`; equal trees give equal bytes."""
    from penstock.scratch.trees.packed import pack

    save_arrays(pack(trees), folder)


def load_trees(folder: Path, inputs: int) -> list[Tree]:
    """The trees that were saved.

    Raises:
        ModelFileError: no file, no trees in it, or trees that ask for more than `inputs`.
    """
    from penstock.scratch.errors import ShapeError
    from penstock.scratch.trees.packed import unpack

    try:
        return unpack(load_arrays(folder), inputs)
    except ShapeError as problem:
        raise unfit(folder, problem) from None


def as_arrays(trees: Sequence[Tree], *, column: int, margin: bool) -> Trees:
    """All trees in one form, thresholds as the largest float32 not above them.

    Args:
        trees: whose leaves answer more than one number, or one.
        column: which of them counts.
        margin: whether their sum is log-odds; else their mean is a probability.
    """
    left = np.concatenate([one.left for one in trees])
    leaf = left == LEAF
    asked = np.concatenate([one.threshold for one in trees])
    near = asked.astype(np.float32)
    near = np.where(near > asked, np.nextafter(near, np.float32(-np.inf)), near)
    said = np.concatenate([one.value[:, column] for one in trees])
    return Trees(
        first=np.cumsum([0, *(len(one.left) for one in trees)]).astype(np.int64),
        left=left,
        right=np.concatenate([one.right for one in trees]),
        feature=np.where(leaf, 0, np.concatenate([one.feature for one in trees])),
        threshold=np.where(leaf, np.float32(0), near),
        missing_left=np.concatenate([one.missing_left for one in trees]),
        value=np.where(leaf, said, 0).astype(np.float32),
        cover=np.concatenate([one.weight for one in trees]).astype(np.float32),
        strict=False,
        margin=margin,
    )

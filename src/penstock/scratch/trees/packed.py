"""Many trees as a few arrays, to be kept in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError
from penstock.scratch.trees.tree import LEAF, Tree

KINDS = {
    "feature": np.int64,
    "threshold": np.float64,
    "left": np.int64,
    "right": np.int64,
    "missing_left": np.bool_,
    "value": np.float64,
    "impurity": np.float64,
    "weight": np.float64,
}


def pack(trees: Sequence[Tree]) -> dict[str, Array]:
    """The fields of all trees, one tree's nodes after another's, and `nodes`: how many each has."""
    packed: dict[str, Array] = {
        name: np.concatenate([getattr(one, name) for one in trees]).astype(kind)
        for name, kind in KINDS.items()
    }
    return packed | {"nodes": np.array([len(one.feature) for one in trees], np.int64)}


def unpack(arrays: Mapping[str, Array], features: int) -> list[Tree]:
    """The trees that were packed.

    Args:
        arrays: by name.
        features: of the rows they ask about.

    Raises:
        ShapeError: arrays that are not there, do not fit together, or lead nowhere.
    """
    if set(arrays) != {*KINDS, "nodes"}:
        raise ShapeError("trees", f"the arrays {sorted(KINDS)} and nodes", sorted(arrays))
    total = len(arrays["feature"])
    for name, kind in KINDS.items():
        one = arrays[name]
        if one.dtype != kind or len(one) != total or one.ndim != (2 if name == "value" else 1):
            raise ShapeError("trees", f"{total} nodes of {np.dtype(kind)}", f"{name}: {one.shape}")
    nodes = arrays["nodes"]
    if nodes.ndim != 1 or not len(nodes) or (nodes < 1).any() or nodes.sum() != total:
        raise ShapeError("trees", f"trees of {total} nodes together", nodes[:5])
    edges = np.cumsum(nodes)[:-1]
    parts = {name: np.split(arrays[name], edges) for name in KINDS}
    trees = [Tree(**{name: parts[name][place] for name in KINDS}) for place in range(len(nodes))]
    for tree in trees:
        _check(tree, features)
    return trees


def _check(tree: Tree, features: int) -> None:
    """Refuse a tree in which rows would ask for what they lack, or never end."""
    number, inner = np.arange(len(tree.feature)), tree.feature != LEAF
    onward = (tree.left > number) & (tree.right > number)
    onward &= (tree.left < len(number)) & (tree.right < len(number))
    onward &= (tree.feature >= 0) & (tree.feature < features)
    if not (onward | ~inner).all():
        wrong = int(np.flatnonzero(inner & ~onward)[0])
        raise ShapeError("trees", f"children further on and {features} features", f"node {wrong}")

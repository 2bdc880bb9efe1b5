"""A scikit-learn tree walks its node array unchecked: here it is checked when a file is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.errors import ModelFileError

LEAF = -1


def check_tree(tree: Any, inputs: int, path: Path) -> None:
    """Refuse a `sklearn.tree._tree.Tree` that would read outside its arrays or never end.

    Raises:
        ModelFileError: a child is no later node, or a split is on no input of the `inputs`.
    """
    count = int(tree.node_count)
    left, right = tree.children_left[:count], tree.children_right[:count]
    node, inner = np.arange(count), left != LEAF
    ends = (right == LEAF) == ~inner
    onward = (left > node) & (right > node) & (left < count) & (right < count)
    known = (tree.feature[:count] >= 0) & (tree.feature[:count] < inputs)
    if tree.n_features != inputs or not (ends & (~inner | (onward & known))).all() or not count:
        problem = (
            f"{path.name} holds a tree whose nodes lead nowhere or read beyond {inputs} inputs"
        )
        raise ModelFileError(str(path.parent), problem, "do not load it; dvc repro")

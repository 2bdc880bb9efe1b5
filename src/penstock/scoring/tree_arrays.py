"""Trees as arrays: what XGBoost and scikit-learn grow, in one form for export and for reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.contracts import Array

LEAF = -1
COLUMNS = (  # of a tree in XGBoost's JSON
    "left_children",
    "right_children",
    "split_indices",
    "split_conditions",
    "default_left",
    "sum_hessian",
)


@dataclass(frozen=True)
class Trees:
    """Binary trees whose leaves are added up, or averaged; a parent stands before its children.

    Attributes:
        first: int64 [trees + 1]: where the nodes of each begin, and the end of all.
        left, right: int64 [nodes]: children, counted from the tree's first node; `LEAF` in leaves.
        feature: int64 [nodes]: the input that is compared; 0 in leaves.
        threshold: float32 [nodes]: an input below it goes left (`strict`), or one not above it.
        missing_left: bool [nodes]: where NaN goes.
        value: float32 [nodes]: what a leaf says; 0 elsewhere.
        cover: float32 [nodes]: the weight of the rows that came by.
        base: what is added to the sum: log-odds.
        margin: whether the sum is log-odds; else the mean of the leaves is a probability.
    """

    first: Array
    left: Array
    right: Array
    feature: Array
    threshold: Array
    missing_left: Array
    value: Array
    cover: Array
    strict: bool
    base: float = 0.0
    margin: bool = True

    def __len__(self) -> int:
        return len(self.first) - 1


def of_booster(booster: Any) -> Trees:
    """The trees of an `xgboost.Booster` whose objective is `binary:logistic`."""
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    trees = [_alive(one) for one in learner["gradient_booster"]["model"]["trees"]]
    [score] = json.loads(learner["learner_model_param"]["base_score"])
    left = _joined(trees, "left_children", np.int64)
    said = _joined(trees, "split_conditions", np.float32)  # of a leaf: its value
    leaf = left == LEAF
    return Trees(
        first=_first([len(one["left_children"]) for one in trees]),
        left=left,
        right=_joined(trees, "right_children", np.int64),
        feature=np.where(leaf, 0, _joined(trees, "split_indices", np.int64)),
        threshold=np.where(leaf, np.float32(0), said),
        missing_left=_joined(trees, "default_left", np.bool_),
        value=np.where(leaf, said, np.float32(0)),
        cover=_joined(trees, "sum_hessian", np.float32),
        strict=True,
        base=float(np.log(score / (1 - score))),
    )


def of_estimators(estimators: Sequence[Any]) -> Trees:
    """scikit-learn's classification trees of classes 0 and 1; their mean is P(class 1)."""
    trees = [one.tree_ for one in estimators]
    left = _stacked([one.children_left for one in trees], np.int64)
    leaf = left == LEAF
    shares = np.concatenate([one.value[:, 0, :] for one in trees])
    asked = np.concatenate([one.threshold for one in trees])
    return Trees(
        first=_first([one.node_count for one in trees]),
        left=left,
        right=_stacked([one.children_right for one in trees], np.int64),
        feature=np.where(leaf, 0, _stacked([one.feature for one in trees], np.int64)),
        threshold=np.where(leaf, np.float32(0), _rounded_down(asked)),
        missing_left=_stacked([one.missing_go_to_left for one in trees], np.bool_),
        value=np.where(leaf, shares[:, 1] / shares.sum(axis=1), 0).astype(np.float32),
        cover=_stacked([one.weighted_n_node_samples for one in trees], np.float32),
        strict=False,
        margin=False,
    )


def _alive(tree: dict[str, Any]) -> dict[str, Array]:
    """The columns of an XGBoost tree without the nodes that pruning has cut off."""
    columns = {name: np.asarray(tree[name]) for name in COLUMNS}
    children = ["left_children", "right_children"]
    inner = columns["left_children"] != LEAF
    kept = np.zeros(len(inner), np.bool_)
    kept[np.concatenate([[0], *(columns[side][inner] for side in children)])] = True
    number = np.append(np.cumsum(kept) - 1, LEAF)
    moved = {side: number[columns[side]] for side in children}
    return {name: column[kept] for name, column in (columns | moved).items()}


def _rounded_down(threshold: Array) -> Array:
    """The largest float32 not above each: a float32 is not above the one as the other."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)


def _joined(trees: Sequence[dict[str, Array]], key: str, kind: Any) -> Array:
    return _stacked([one[key] for one in trees], kind)


def _stacked(parts: Sequence[Any], kind: Any) -> Array:
    return np.concatenate([np.asarray(one, kind) for one in parts])


def _first(counts: Sequence[int]) -> Array:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

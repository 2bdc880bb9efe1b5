"""Trees as ONNX, with what their nodes were grown on, so that reasons need no other file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.scoring.onnx_graph import (
    LOG_ODDS,
    PROBABILITY,
    ROWS,
    TREES,
    TREES_DOMAIN,
    node,
    write_onnx,
)
from penstock.scoring.tree_arrays import LEAF, Trees

if TYPE_CHECKING:
    from onnx import ModelProto

    from penstock.core.contracts import Array


def write_trees(path: Path, trees: Trees, inputs: int) -> None:
    """Write `trees`, which take `inputs` columns; NaN goes where they send it."""
    leaf = trees.left == LEAF
    number = np.repeat(np.arange(len(trees)), np.diff(trees.first))
    within = np.arange(len(leaf)) - trees.first[number]
    branch = "BRANCH_LT" if trees.strict else "BRANCH_LEQ"
    told: dict[str, Any] = {
        "nodes_treeids": number,
        "nodes_nodeids": within,
        "nodes_modes": ["LEAF" if one else branch for one in leaf],
        "nodes_featureids": trees.feature,
        "nodes_values": trees.threshold,
        "nodes_truenodeids": np.where(leaf, 0, trees.left),
        "nodes_falsenodeids": np.where(leaf, 0, trees.right),
        "nodes_missing_value_tracks_true": trees.missing_left.astype(np.int64),
        "nodes_hitrates": trees.cover,
        "target_treeids": number[leaf],
        "target_nodeids": within[leaf],
        "target_ids": np.zeros(int(leaf.sum()), np.int64),
        "target_weights": trees.value[leaf],
    }
    gives = LOG_ODDS if trees.margin else PROBABILITY
    one = node(
        TREES,
        [ROWS],
        gives,
        domain=TREES_DOMAIN,
        n_targets=1,
        base_values=[trees.base],
        aggregate_function="SUM" if trees.margin else "AVERAGE",
        **{name: _plain(value) for name, value in told.items()},
    )
    write_onnx(path, [one], {}, inputs, gives=gives)


def trees_of(model: ModelProto) -> Trees | None:
    """What `write_trees` wrote, where the leaves add up to log-odds; None for any other graph."""
    if [one.op_type for one in model.graph.node] != [TREES]:
        return None
    if model.graph.output[0].name != LOG_ODDS:
        return None
    said = {one.name: one for one in model.graph.node[0].attribute}
    leaf = np.array([mode == b"LEAF" for mode in said["nodes_modes"].strings])
    value = np.zeros(len(leaf), np.float32)
    value[leaf] = said["target_weights"].floats
    number = np.array(said["nodes_treeids"].ints)
    return Trees(
        first=np.searchsorted(number, np.arange(number[-1] + 2)),
        left=_children(said["nodes_truenodeids"].ints, leaf),
        right=_children(said["nodes_falsenodeids"].ints, leaf),
        feature=np.array(said["nodes_featureids"].ints),
        threshold=np.array(said["nodes_values"].floats, np.float32),
        missing_left=np.array(said["nodes_missing_value_tracks_true"].ints, np.bool_),
        value=value,
        cover=np.array(said["nodes_hitrates"].floats, np.float32),
        strict=b"BRANCH_LEQ" not in said["nodes_modes"].strings,
        base=float(said["base_values"].floats[0]),
    )


def _children(places: Any, leaf: Array) -> Array:
    return np.where(leaf, LEAF, np.array(places))


def _plain(value: Any) -> list[Any]:
    return value if isinstance(value, list) else list(value.tolist())

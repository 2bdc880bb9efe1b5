"""Writing models as ONNX: the same bytes for the same model.

A graph gives log-odds, or a probability where the model adds up none. The logistic function is
left to whoever runs it: that of the runtime rounds a row by the rows beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core.files import atomic

if TYPE_CHECKING:
    from onnx import NodeProto

    from penstock.core.contracts import Array

ONNX_FILE = "model.onnx"
ROWS, LOG_ODDS, PROBABILITY = "rows", "log_odds", "probability"
TREES, TREES_DOMAIN = "TreeEnsembleRegressor", "ai.onnx.ml"
# The oldest that say all that is written here: newer runtimes read them too.
IR_VERSION, OPSET, TREES_OPSET = 8, 17, 3


def write_onnx(
    path: Path,
    nodes: Sequence[NodeProto],
    constants: Mapping[str, Array],
    inputs: int,
    *,
    gives: str = LOG_ODDS,
    double: bool = False,
) -> None:
    """Write a graph that makes `gives` [rows, 1] of `rows`, float32 [rows, inputs].

    Args:
        nodes: in an order in which each finds what it reads.
        constants: arrays that they read, by name.
        gives: what it gives, `LOG_ODDS` or `PROBABILITY`: the output of the last node.
        double: whether that is float64, not float32.
    """
    from onnx import TensorProto, checker, helper, numpy_helper

    kind = TensorProto.DOUBLE if double else TensorProto.FLOAT
    graph = helper.make_graph(
        list(nodes),
        "penstock",
        [helper.make_tensor_value_info(ROWS, TensorProto.FLOAT, ["N", inputs])],
        [helper.make_tensor_value_info(gives, kind, ["N", 1])],
        [numpy_helper.from_array(np.asarray(one), name) for name, one in constants.items()],
    )
    model = helper.make_model(
        graph,
        ir_version=IR_VERSION,
        producer_name="penstock",
        opset_imports=[
            helper.make_opsetid("", OPSET),
            helper.make_opsetid(TREES_DOMAIN, TREES_OPSET),
        ],
    )
    checker.check_model(model)
    with atomic(path) as part:
        part.write_bytes(model.SerializeToString(deterministic=True))


def node(kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> NodeProto:
    """A node of one output."""
    from onnx import helper

    return helper.make_node(kind, list(inputs), [output], **attributes)

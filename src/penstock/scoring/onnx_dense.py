"""A linear model and a feed-forward net as ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from penstock.core.contracts import Array
from penstock.scoring.onnx_graph import LOG_ODDS, ROWS, node, write_onnx

FLOAT64 = 11  # as onnx.TensorProto numbers it


def write_linear(path: Path, mean: Array, scale: Array, weights: Array, intercept: float) -> None:
    """Write ((rows - mean) / scale) · weights + intercept, in double precision.

    Args:
        mean, scale, weights: float64 [inputs].
    """
    constants = {
        "mean": mean,
        "scale": scale,
        "weights": weights,
        "intercept": np.array(intercept),
        "inputs": np.array([1], np.int64),
    }
    nodes = [
        node("Cast", [ROWS], "exact", to=FLOAT64),
        node("Sub", ["exact", "mean"], "centred"),
        node("Div", ["centred", "scale"], "standardised"),
        node("Mul", ["standardised", "weights"], "shares"),
        node("ReduceSum", ["shares", "inputs"], "sum", keepdims=1),
        node("Add", ["sum", "intercept"], LOG_ODDS),
    ]
    write_onnx(path, nodes, constants, len(mean), double=True)


def write_net(path: Path, mean: Array, scale: Array, layers: Sequence[tuple[Array, Array]]) -> None:
    """Write layers of ReLU over (rows - mean) / scale, the last of which gives one logit.

    Args:
        mean, scale: float32 [inputs].
        layers: weights [outputs, inputs] and bias [outputs] of each, float32.
    """
    constants = {"mean": mean, "scale": scale}
    nodes = [
        node("Sub", [ROWS, "mean"], "centred"),
        node("Div", ["centred", "scale"], "out0"),
    ]
    for place, (weights, bias) in enumerate(layers, start=1):
        constants |= {f"weights{place}": weights, f"bias{place}": bias}
        read = [f"out{place - 1}", f"weights{place}", f"bias{place}"]
        last = place == len(layers)
        nodes.append(node("Gemm", read, LOG_ODDS if last else f"sum{place}", transB=1))
        if not last:
            nodes.append(node("Relu", [f"sum{place}"], f"out{place}"))
    write_onnx(path, nodes, constants, len(mean))

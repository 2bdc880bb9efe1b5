"""ONNX models opened with care: the bytes that were hashed are the ones that run."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core.contracts import Array
from penstock.core.errors import ModelFileError
from penstock.scoring.onnx_graph import LOG_ODDS, PROBABILITY, ROWS, TREES

if TYPE_CHECKING:
    from onnx import ModelProto

    from penstock.scoring.tree_arrays import Trees

LARGEST = 512 * 2**20  # bytes
LARGEST_EXPONENT = 700.0  # of e, as float64 holds it
FIX = "dvc repro   (or: dvc pull); where it is a champion: penstock rollback PROJECT"
# All that the exporters write; nothing in it branches, loops or reads a file.
KNOWN = frozenset({"Add", "Cast", "Div", "Gemm", "Mul", "ReduceSum", "Relu", "Sub", TREES})


class OnnxModel:
    """A graph that tells P(class 1), in one thread.

    Attributes:
        trees: whether it is made of trees: those take NaN, and tell of a row the same bits
            whatever rows come with it.
    """

    def __init__(self, session: Any, graph: ModelProto) -> None:
        self._session, self._graph = session, graph
        self._gives = graph.graph.output[0].name
        self.trees = [one.op_type for one in graph.graph.node] == [TREES]

    def score(self, rows: Array) -> Array:
        """Float64 [rows] of a float32 matrix [rows, inputs]."""
        if self.trees or len(rows) == 1:
            return self._run(rows)
        return np.concatenate([self._run(rows[i : i + 1]) for i in range(len(rows))])

    def tree_arrays(self) -> Trees | None:
        """Its trees, where their leaves add up to log-odds; None where it is made of others."""
        from penstock.scoring.onnx_trees import trees_of

        return trees_of(self._graph)

    def _run(self, rows: Array) -> Array:
        given: Array = self._session.run([self._gives], {ROWS: rows})[0]
        score = given[:, 0].astype(np.float64)
        if self._gives == PROBABILITY:
            return score
        return 1 / (1 + np.exp(np.minimum(-score, LARGEST_EXPONENT)))


def open_onnx(path: Path, sha256: str, inputs: int) -> OnnxModel:
    """The model in `path`.

    Args:
        sha256: what its contract says of the file.
        inputs: columns that it must take.

    Raises:
        ModelFileError: no file, one that is too large or of another sha256, no ONNX, one that
            reads other files or holds what no exporter of penstock writes, or of another width.
    """
    data = _read(path, sha256)
    graph = _checked(path, data, inputs)
    return OnnxModel(_session(path, data), graph)


def _read(path: Path, sha256: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            problem = f"expected at most {LARGEST:,} bytes, found {size:,}"
            raise _refused(path, problem)
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelFileError(str(path.parent), f"no {path.name} in it", FIX) from None
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise _refused(path, f"expected sha256 {sha256}, found {found}")
    return data


def _checked(path: Path, data: bytes, inputs: int) -> ModelProto:
    """The graph in `data`, nothing of it run yet."""
    from onnx import ModelProto, TensorProto

    model = ModelProto()
    try:
        model.ParseFromString(data)
    except Exception:  # protobuf's, which comes without types
        raise _refused(path, "it is no ONNX, or cut short") from None
    strange = sorted({one.op_type for one in model.graph.node} - KNOWN)
    if strange or model.functions or not model.graph.node:
        problem = f"it holds {', '.join(strange) or 'functions of its own, or no operator at all'}"
        raise _refused(path, f"{problem}; expected only {', '.join(sorted(KNOWN))}")
    tensors = [*model.graph.initializer, *(one.values for one in model.graph.sparse_initializer)]
    tensors += [attribute.t for one in model.graph.node for attribute in one.attribute]
    if any(one.external_data or one.data_location == TensorProto.EXTERNAL for one in tensors):
        raise _refused(path, "it reads numbers from other files")
    takes = [(one.name, _width(one)) for one in model.graph.input]
    gives = [one.name for one in model.graph.output]
    if takes != [(ROWS, inputs)] or gives not in ([LOG_ODDS], [PROBABILITY]):
        said = f"it takes {takes} and gives {gives}; expected {[(ROWS, inputs)]} and one score"
        raise _refused(path, said)
    return model


def _width(value: Any) -> int | None:
    """The columns of a float32 matrix; None where it is something else."""
    kind = value.type.tensor_type
    return kind.shape.dim[1].dim_value if kind.elem_type == 1 and len(kind.shape.dim) == 2 else None


def _session(path: Path, data: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # what it says stands in the exception too
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have nothing in common but this
        raise _refused(path, f"it can't be run: {' '.join(str(error).split())}") from None


def _refused(path: Path, problem: str) -> ModelFileError:
    return ModelFileError(str(path.parent), f"{path.name}: {problem}", FIX)

"""Sparse matrices as tensors, to be kept in a file of safetensors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from penstock.core.contracts import Array


def pack(name: str, matrix: sparse.csr_array) -> dict[str, Array]:
    """Four tensors, named after `name`."""
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices.astype(np.int32),
        f"{name}.indptr": matrix.indptr.astype(np.int64),
        f"{name}.shape": np.asarray(matrix.shape, dtype=np.int64),
    }


def unpack(name: str, tensors: Mapping[str, Array]) -> sparse.csr_array:
    """The matrix that `pack` took apart."""
    parts = [tensors[f"{name}.{part}"] for part in ("data", "indices", "indptr")]
    rows, columns = tensors[f"{name}.shape"].tolist()
    return sparse.csr_array(tuple(parts), shape=(rows, columns))

"""Whether a model scores as ONNX what it scores by its own library, on the rows it is judged on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.contracts import View
from penstock.core.promotion import GuardResult
from penstock.scoring.contract import MODEL, Contract
from penstock.scoring.onnx_file import open_onnx
from penstock.scoring.onnx_graph import ONNX_FILE

TOLERANCE = 1e-5
NAME = "ONNX against the model itself"


def onnx_guards(folder: Path, contract: Contract, model: Any, view: View) -> list[GuardResult]:
    """The guard of a model that scores rows; none of one that does something else.

    Args:
        folder: of the model; holds what `contract` says.
        model: loaded by its own library.
        view: the judged rows, with the model's own inputs.

    Raises:
        ModelFileError: its ONNX can't be opened.
    """
    if not hasattr(model, "rows_of"):
        return []
    name = f"{MODEL}/{ONNX_FILE}"
    if name not in contract.files:
        terms = "it has none: the server scores it by its own library, which takes longer"
        return [GuardResult(NAME, terms, "not judged", TOLERANCE)]
    rows = np.ascontiguousarray(model.rows_of(view), np.float32)
    scores = open_onnx(folder / name, contract.files[name], rows.shape[1]).score(rows)
    apart = float(np.abs(scores - model.predict_proba(view)).max(initial=0.0))
    return [
        GuardResult(
            name=NAME,
            terms=f"fails when the two scores of a row differ by more than {TOLERANCE:g}",
            verdict="held" if apart <= TOLERANCE else "failed",
            limit=TOLERANCE,
            challenger=apart if np.isfinite(apart) else None,
        )
    ]

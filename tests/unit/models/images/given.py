"""Real digits for small fits, and every model at a size that fits in a moment.

The digits are scikit-learn's 1,797 of 8 × 8 pixels, drawn on 28 × 28. `python -m
tests.unit.models.images.given FOLDER` fits and saves every model in a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from penstock.core.contracts import FitContext, Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.core.workspace import load_model

ROLES = {"id": "number", "image": "image", "target": "label", "part": "part"}
SIGNATURE = Signature((Input("image", "uint8", (1, 28, 28)),), ROLES)
CLASSES = tuple(str(one) for one in range(10))
QUICK = {"epochs": 2, "batch_size": 32}
MODELS: dict[str, dict[str, Any]] = {
    "numpy_mlp": {**QUICK, "hidden": [32], "learning_rate": 5e-3},
    "torch_mlp": {**QUICK, "hidden": [32], "learning_rate": 5e-3},
    "numpy_lenet": {**QUICK, "learning_rate": 5e-3},
    "torch_lenet": {**QUICK, "learning_rate": 5e-3},
    "lenet": {**QUICK, "learning_rate": 1e-2, "epochs": 3},
    "cnn": {**QUICK, "learning_rate": 5e-3, "widths": [4, 8], "hidden": 32, "shift": 1},
    "resnet": {
        **QUICK,
        "batch_size": 16,
        "learning_rate": 1e-2,
        "widths": [4, 4, 8, 8],
        "degrees": 5.0,
    },
    "residual": {
        "epochs": 4,
        "batch_size": 16,
        "learning_rate": 1e-2,
        "blocks": [1, 1],
        "width": 4,
    },
    "logistic": {"max_iter": 20},
    "xgboost": {"trees": 3, "max_depth": 3},
    "autoencoder": {**QUICK, "hidden": [32], "code": 8, "learning_rate": 5e-3},
}


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (1797, 1, 28, 28) and labels."""
    small, target = load_digits(return_X_y=True)
    shares = np.kron(small.reshape(-1, 8, 8) / 16, np.ones((3, 3)))
    large = np.pad(np.rint(shares * 255), ((0, 0), (2, 2), (2, 2)))
    return large[:, None].astype(np.uint8), target.astype(np.int64)


def view(first: int = 0, count: int = 400, *, target: bool = True) -> View:
    images, labels = (one[first : first + count] for one in digits())
    tensors = {"image": images, "number": np.arange(first, first + len(images))}
    data = Dataset(tensors=tensors, notes={"classes": list(CLASSES)})
    return View(data, SIGNATURE, labels if target else None)


def context(
    folder: Path,
    record: Callable[[Mapping[str, float]], None] = lambda row: None,
    *,
    seed: int = 3,
    tail: View | None = None,
) -> FitContext:
    return FitContext(seed, 2, "cpu", folder / "checkpoints", tail, record)


def model(name: str, **settings: Any) -> Any:
    kind: Any = load_model("images", name).MODEL
    return kind(parse(kind.Settings, MODELS[name] | settings, name))


def fitted(name: str, folder: Path, **settings: Any) -> Any:
    return model(name, **settings).fit(view(), context(folder))


def accuracy(of: Any, first: int = 1400, count: int = 397) -> float:
    shares = of.predict_proba(view(first, count, target=False))
    return float((shares.argmax(axis=1) == digits()[1][first : first + count]).mean())


if __name__ == "__main__":
    for one in MODELS:
        fitted(one, Path(sys.argv[1]) / one).save(Path(sys.argv[1]) / one / "model")

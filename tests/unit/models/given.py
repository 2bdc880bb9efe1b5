"""Small views to fit on, and every model at a size that fits in a moment.

`python -m tests.unit.models.given MODEL FOLDER` fits one in a process of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Candidate, FitContext, Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.core.workspace import load_model

MODELS: dict[str, dict[str, Any]] = {
    "logistic": {},
    "tree": {"max_depth": 6},
    "forest": {"trees": 8, "max_samples": 0.5},
    "balanced_forest": {"trees": 8, "ratio": 0.5},
    "xgboost": {"trees": 10, "max_depth": 3},
    "isolation_forest": {"trees": 20, "max_samples": 64},
    "autoencoder": {"hidden": [8], "code": 2, "epochs": 2, "batch_size": 128},
    "autoencoder_boosting": {"hidden": [8], "code": 2, "epochs": 2, "trees": 10},
    "mlp": {"hidden": [16], "epochs": 3, "batch_size": 128, "learning_rate": 0.01},
    "scratch_logistic": {},
    "scratch_forest": {"trees": 8, "max_samples": 0.5},
    "scratch_boosting": {"trees": 10, "max_depth": 3},
    "scratch": {"before": ["StandardScaler"]},
}
# Two that never look at a label, and those that can't tell what they rely on.
UNSUPERVISED = ("isolation_forest", "autoencoder")
SILENT = ("mlp", "autoencoder_boosting", *UNSUPERVISED)
NAMES = ("amount", "night", "count", "risk")


def view(rows: int = 2000, seed: int = 0, *, target: bool = True, **columns: Any) -> View:
    """Rows with about 8 % positives that `amount` and `risk` give away in part."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "row_id": np.arange(rows),
            "amount": rng.gamma(2.0, 40.0, rows),
            "night": (rng.random(rows) < 0.2).astype("int8"),
            "count": rng.poisson(4, rows).astype("int32"),
            "risk": rng.random(rows).astype("float32"),
        }
    )
    pull = table["amount"] / 60 + 4 * table["risk"] + rng.normal(0, 1, rows)
    labels = (pull > 5.5).to_numpy(dtype="int8")
    dtypes = {"night": "int8", "count": "int32", "risk": "float32"}
    inputs = tuple(Input(name, dtypes.get(name, "float64")) for name in NAMES)
    data = Dataset(tables={"features": table.assign(**columns)})
    return View(data, Signature(inputs, {"id": "row_id"}), labels if target else None)


def context(
    folder: Path,
    record: Callable[[Mapping[str, float]], None] = lambda row: None,
    *,
    seed: int = 11,
    tail: bool = True,
) -> FitContext:
    tail_view = view(600, seed=99) if tail else None
    return FitContext(seed, 2, "cpu", folder / "checkpoints", tail_view, record)


def model(name: str, **settings: Any) -> Candidate:
    kind = load_model("classification", name).MODEL
    made: Candidate = kind(parse(kind.Settings, MODELS[name] | settings, name))
    return made


def fitted(name: str, folder: Path, **settings: Any) -> Candidate:
    return model(name, **settings).fit(view(), context(folder))


def main() -> None:
    """Fit and save what the command line names: MODEL FOLDER SETTINGS-AS-JSON, or `every FOLDER`.

    `every` puts each model into a folder of its name.
    """
    name, folder = sys.argv[1], Path(sys.argv[2])
    if name == "every":
        for one in MODELS:
            fitted(one, folder / one).save(folder / one / "model")
    else:
        fitted(name, folder, **json.loads(sys.argv[3])).save(folder / "model")


if __name__ == "__main__":
    main()

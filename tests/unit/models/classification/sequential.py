"""Views of cards with a past, and the models that read it at a size that fits in a moment.

`python -m tests.unit.models.classification.sequential FOLDER` fits each in a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, FitContext, Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.past import Lines, Past
from penstock.core.settings import parse
from penstock.core.workspace import load_model

TAUGHT: dict[str, Any] = {
    "length": 3,
    "hidden": [8],
    "epochs": 6,
    "batch_size": 64,
    "learning_rate": 0.03,
}
MODELS: dict[str, dict[str, Any]] = {
    "cnn": TAUGHT | {"filters": 8},
    "lstm": TAUGHT | {"size": 8},
    "attention_lstm": TAUGHT | {"size": 8},
    "transformer": TAUGHT | {"size": 8, "heads": 2, "layers": 2},
}
NAMES = ("amount", "night")
SIGNATURE = Signature(tuple(Input(name) for name in NAMES), {"id": "row_id", "entity": "card"})
CARDS = 40


def events(rows: int = 1200, seed: int = 0) -> pd.DataFrame:
    """Rows of cards in order of time; fraud is what follows a high amount of the same card."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "row_id": np.arange(rows),
            "card": random.integers(0, CARDS, rows),
            "amount": random.normal(50, 20, rows),
            "night": random.integers(0, 2, rows).astype("int8"),
        }
    )
    before = frame.groupby("card")["amount"].shift(1, fill_value=50.0)
    return frame.assign(label=(before > 75).astype("int8"))


def view_of(frame: pd.DataFrame, rows: slice | Array = slice(None), *, target: bool = True) -> View:
    """`rows` of `frame`, with all that the same cards did before them."""
    lines = Lines(frame, frame["card"].to_numpy(), frame["row_id"].to_numpy())
    places = np.arange(len(frame))[rows]
    chosen = frame.iloc[places]
    return View(
        Dataset(tables={"features": chosen.drop(columns="label")}),
        SIGNATURE,
        chosen["label"].to_numpy() if target else None,
        past=Past(lines, places, NAMES),
    )


def context(
    folder: Path,
    record: Callable[[Mapping[str, float]], None] = lambda row: None,
    tail: View | None = None,
) -> FitContext:
    return FitContext(11, 2, "cpu", folder / "checkpoints", tail, record)


def model(name: str, **settings: Any) -> Any:
    kind = load_model("classification", name).MODEL
    return kind(parse(kind.Settings, MODELS[name] | settings, name))


def fitted(name: str, folder: Path, **settings: Any) -> Any:
    return model(name, **settings).fit(view_of(events()), context(folder))


def without_past(view: View) -> View:
    return replace(view, past=None)


if __name__ == "__main__":
    for each in MODELS:
        fitted(each, Path(sys.argv[1]) / each).save(Path(sys.argv[1]) / each)

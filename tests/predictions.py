"""Predictions that nobody made, and models that say so: what a log and a rollout need of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.errors import ModelFileError
from penstock.effects.champions import Store
from penstock.serving.contracts import Array, Origin, Prediction, ScorerName
from penstock.serving.log.days import Days
from penstock.serving.log.ids import new_id
from penstock.serving.log.listed import Basis, Listed, Place, write_listed
from penstock.serving.log.rows import to_table
from tests.champions import PROJECT

NOON = 1_795_176_000_000_000  # 2026-11-20, 12:00 UTC
DAY = 86_400_000_000
BASIS = Basis("e" * 64, "popularity", "f" * 64, "9" * 40)
ORIGIN = Origin(PROJECT, "tree", "a" * 64, "b" * 64, "c" * 40, "d" * 64, "files payments.csv")


def make_prediction(number: int = 0, **others: Any) -> Prediction:
    """The prediction of event `number`, a millisecond after the one before."""
    at = others.pop("at", NOON + number * 1000)
    told = {
        "id": new_id(at),
        "at": at,
        "project": PROJECT,
        "arm": "champion",
        "origin": ORIGIN,
        "scorer": "onnx",
        "event_id": str(number),
        "entity": f"card {number % 7}",
        "event": b'{"amount":%d}' % number,
        "vector": np.array([number, number / 3, np.nan], "<f4").tobytes(),
        "score": 1 / (number + 3),
    }
    return Prediction(**(told | others))


def make_list(number: int = 0, **others: Any) -> Prediction:
    """A list of two items for user `number`."""
    items = (Place(number + 50, 0.1 + 0.2, "model"), Place("b", 0.25, "content"))
    listed = write_listed(Listed(items, BASIS))
    told = {"event_id": "", "entity": str(number), "event": b'{"user":%d}' % number}
    told |= {"vector": b"", "score": items[0].score, "listed": listed, "scorer": "native"}
    return make_prediction(number, **(told | others))


def make_predictions(count: int, **others: Any) -> list[Prediction]:
    return [make_prediction(number, **others) for number in range(count)]


class Sums:
    """A model whose score is the sum of its inputs and of what its file says."""

    inputs = ("amount", "ratio", "risk")

    def __init__(self, origin: Origin, offset: float) -> None:
        self.origin, self._offset = origin, offset

    def score(self, rows: Array) -> tuple[Array, ScorerName]:
        return self.rescore(rows, "native"), "native"

    def rescore(self, rows: Array, scorer: ScorerName) -> Array:
        found: Array = rows.astype(np.float64).sum(axis=1) + self._offset
        return found

    def reasons(self, rows: Array) -> list[dict[str, Any]]:
        return [{} for _ in rows]


def open_sums(store: Store, project: str, key: str) -> Sums:
    """A model that `tests.champions.keep` kept, its files checked as the store checks them."""
    folder, version = store.fetch(project, key), store.version(project, key)
    words = (folder / "model" / "model.json").read_text().split()
    if words[0] != "model":
        raise ModelFileError(str(folder), "no model of sums", "keep another")
    origin = Origin(
        project=project,
        candidate=version.candidate,
        key=key,
        model_sha256=version.files["model/model.json"],
        lock_revision=version.lock_revision,
        raw_sha256="d" * 64,
        source="generator",
    )
    return Sums(origin, float(int(words[1], 16)))


def write_log(root: Path, predictions: Sequence[Prediction]) -> None:
    """Lay predictions where a server's come to lie."""
    Days(log_folder(root)).put(new_id(NOON), iter([to_table(predictions)]))


def log_folder(root: Path) -> Path:
    return root / ".penstock" / "serving" / "log"

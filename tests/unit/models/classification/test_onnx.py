"""A model as ONNX tells the scores that the model tells."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.scoring.onnx_file import OnnxModel, open_onnx
from tests.unit.models.given import NAMES, fitted, model, view

TREES = ("xgboost", "tree", "forest", "balanced_forest")
EXPORTED = (*TREES, "logistic", "mlp")


def exported(learnt: Any, folder: Path) -> OnnxModel:
    learnt.save(folder)
    path = folder / "model.onnx"
    return open_onnx(path, hashlib.sha256(path.read_bytes()).hexdigest(), len(NAMES))


@pytest.mark.parametrize("name", EXPORTED)
@pytest.mark.curriculum("O19", of="src/penstock/scoring/onnx_trees.py")
def test_it_tells_the_same_scores_for_rows_alone_and_together(name: str, tmp_path: Path) -> None:
    learnt, unseen = fitted(name, tmp_path), view(rows=400, seed=5, target=False)
    rows = np.ascontiguousarray(learnt.rows_of(unseen), np.float32)
    if name in TREES:
        rows[::7, 1] = np.nan

    served = exported(learnt, tmp_path / "kept")

    scores = served.score(rows)
    assert np.abs(scores - learnt.score(rows.astype(learnt.dtype))).max() < 1e-6
    for size in (1, 3, 8, 33):
        parts = [served.score(rows[i : i + size]) for i in range(0, len(rows), size)]
        assert np.array_equal(np.concatenate(parts), scores)
    assert served.trees is (name in TREES)


@pytest.mark.parametrize("name", ["autoencoder", "isolation_forest", "autoencoder_boosting"])
def test_a_model_without_that_form_writes_none(name: str, tmp_path: Path) -> None:
    fitted(name, tmp_path).save(tmp_path / "kept")

    assert not (tmp_path / "kept" / "model.onnx").exists()


def test_a_net_of_one_layer_is_exported_too(tmp_path: Path) -> None:
    learnt: Any = fitted("mlp", tmp_path, hidden=[])
    rows = np.ascontiguousarray(learnt.rows_of(view(seed=5, target=False)), np.float32)

    assert np.abs(exported(learnt, tmp_path / "kept").score(rows) - learnt.score(rows)).max() < 1e-6


@pytest.mark.parametrize("name", TREES)
def test_trees_say_that_their_rows_stand_apart(name: str) -> None:
    assert model(name).apart  # type: ignore[attr-defined]

"""ONNX is held against the model itself before a challenger can win."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from penstock.core.errors import ModelFileError
from penstock.effects.onnx_guard import NAME, onnx_guards
from penstock.scoring.contract import load_model, read_contract
from tests.kept_models import write_model
from tests.unit.models.given import fitted, view

ROWS = view(rows=300, seed=5, target=False)


def judged(folder: Path) -> tuple[str, float | None]:
    [guard] = onnx_guards(folder, read_contract(folder), load_model(folder), ROWS)
    assert guard.name == NAME
    return guard.verdict, guard.challenger


@pytest.mark.parametrize("name", ["xgboost", "logistic"])
def test_a_model_that_scores_the_same_either_way_passes(name: str, tmp_path: Path) -> None:
    folder = write_model(tmp_path / "kept", fitted(name, tmp_path), ROWS.signature, {})

    verdict, apart = judged(folder)

    assert verdict == "held"
    assert apart is not None and apart < 1e-6


def test_an_onnx_of_another_model_fails(tmp_path: Path) -> None:
    other = write_model(tmp_path / "other", fitted("tree", tmp_path), ROWS.signature, {})
    model: Any = fitted("xgboost", tmp_path)
    model.export = lambda path: shutil.copy(other / "model" / "model.onnx", path)
    folder = write_model(tmp_path / "kept", model, ROWS.signature, {})

    verdict, apart = judged(folder)

    assert verdict == "failed"
    assert apart is not None and apart > 0.01


def test_a_model_without_onnx_is_not_judged_and_the_page_says_why(tmp_path: Path) -> None:
    model = fitted("isolation_forest", tmp_path)
    folder = write_model(tmp_path / "kept", model, ROWS.signature, {})

    [guard] = onnx_guards(folder, read_contract(folder), load_model(folder), ROWS)

    assert guard.verdict == "not judged"
    assert "scores it by its own library" in guard.terms


def test_a_file_that_is_another_by_now_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "kept", fitted("tree", tmp_path), ROWS.signature, {})
    contract, model = read_contract(folder), load_model(folder)
    (folder / "model" / "model.onnx").write_bytes(b"other")

    with pytest.raises(ModelFileError, match="expected sha256"):
        onnx_guards(folder, contract, model, ROWS)


def test_what_scores_no_rows_has_nothing_to_compare(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "kept", fitted("tree", tmp_path), ROWS.signature, {})

    assert onnx_guards(folder, read_contract(folder), object(), ROWS) == []

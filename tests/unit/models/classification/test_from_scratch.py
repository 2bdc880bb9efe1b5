from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from penstock.core.contracts import View
from penstock.core.errors import ModelFileError, ParamsError
from penstock.core.workspace import load_model
from penstock.models.training.matrix import NotFinite
from penstock.scoring.description import write_description
from penstock.scoring.onnx_file import open_onnx
from tests.unit.models.given import NAMES, context, fitted, model, view

FROM_SCRATCH = ("scratch_logistic", "scratch_forest", "scratch_boosting")
every = pytest.mark.parametrize("name", FROM_SCRATCH)


def amounts_with_gaps() -> np.ndarray:
    amounts = view().data.tables["features"]["amount"].to_numpy(copy=True)
    amounts[::7] = np.nan
    return amounts


@pytest.mark.curriculum("C04")
def test_logistic_regression_from_scratch_scores_as_the_librarys(tmp_path: Path) -> None:
    unseen = view(seed=5, target=False)
    settings = {"C": 0.3, "class_weight": "balanced"}
    ours, theirs = (
        fitted(name, tmp_path / name, **settings) for name in ("scratch_logistic", "logistic")
    )
    gap = np.abs(ours.predict_proba(unseen) - theirs.predict_proba(unseen))
    assert gap.max() < 1e-3
    one, other = (each.contributions(unseen) for each in (ours, theirs))
    np.testing.assert_allclose(one.values, other.values, rtol=1e-3, atol=1e-3)


@pytest.mark.curriculum("C11")
def test_boosting_from_scratch_scores_as_xgboost(tmp_path: Path) -> None:
    unseen = view(seed=5, target=False)
    settings = {"trees": 15, "max_depth": 3}
    ours = fitted("scratch_boosting", tmp_path / "ours", max_bin=2000, **settings)
    theirs = fitted("xgboost", tmp_path / "theirs", tree_method="exact", **settings)
    gap = np.abs(ours.predict_proba(unseen) - theirs.predict_proba(unseen))
    assert gap.mean() < 1e-3


def test_boosting_takes_gaps_and_the_others_refuse_them(tmp_path: Path) -> None:
    amount = amounts_with_gaps()
    boosted = model("scratch_boosting").fit(view(amount=amount), context(tmp_path))
    assert np.isfinite(boosted.predict_proba(view(amount=amount, target=False))).all()
    for name in ("scratch_logistic", "scratch_forest"):
        with pytest.raises(NotFinite, match="'amount'"):
            model(name).fit(view(amount=amount), context(tmp_path))


@every
def test_a_row_has_the_same_score_whatever_rows_come_with_it(name: str, tmp_path: Path) -> None:
    learnt, unseen = fitted(name, tmp_path), view(seed=5, target=False)
    lone = type(unseen.data)(tables={"features": unseen.data.tables["features"].iloc[:1]})
    together = learnt.predict_proba(unseen)[:1]
    assert learnt.predict_proba(View(lone, unseen.signature)) == pytest.approx(together, abs=1e-15)


@every
def test_it_tells_the_same_scores_as_onnx_does(name: str, tmp_path: Path) -> None:
    learnt = fitted(name, tmp_path / "fit")
    rows = np.ascontiguousarray(learnt.rows_of(view(seed=5, target=False)), np.float32)
    if name == "scratch_boosting":
        rows[::7, 1] = np.nan
    learnt.save(tmp_path / "kept")
    path = tmp_path / "kept" / "model.onnx"
    served = open_onnx(path, hashlib.sha256(path.read_bytes()).hexdigest(), len(NAMES))
    assert np.abs(served.score(rows) - learnt.score(rows.astype(learnt.dtype))).max() < 1e-6


@every
def test_a_file_that_is_not_what_was_saved_is_refused_with_what_to_type(
    name: str, tmp_path: Path
) -> None:
    learnt, kind = fitted(name, tmp_path / "fit"), load_model("classification", name).MODEL
    folder, file = tmp_path / "kept", tmp_path / "kept" / "model.safetensors"
    learnt.save(folder)
    whole = file.read_bytes()

    file.write_bytes(whole[:50])
    with pytest.raises(ModelFileError, match="is no safetensors file"):
        kind.load(folder)
    file.unlink()
    with pytest.raises(ModelFileError, match=r"no model\.safetensors in it\n?.*\n  fix: dvc repro"):
        kind.load(folder)
    save_file({"other": np.zeros(3)}, file)
    with pytest.raises(ModelFileError, match=r"does not fit model\.json"):
        kind.load(folder)
    file.write_bytes(whole)
    write_description(folder, learnt.settings, NAMES[:1])
    with pytest.raises(ModelFileError, match=r"does not fit model\.json"):
        kind.load(folder)


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("scratch_logistic", {"C": 0}, "greater than 0"),
        ("scratch_forest", {"max_features": "sqr"}, "did you mean 'sqrt'?"),
        ("scratch_boosting", {"tress": 3}, "did you mean 'trees'?"),
    ],
)
def test_a_wrong_setting_is_one_line(name: str, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ParamsError) as error:
        model(name, **settings)
    assert said in str(error.value)

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.dataset import Dataset
from penstock.core.errors import ModelFileError, ParamsError
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from penstock.models.images.parts.pixels import NotClasses, NotImages
from tests.unit.models.images.given import MODELS, accuracy, context, digits, fitted, model, view
from tests.workspace import ROOT


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every model, fitted once in this process."""
    return {name: fitted(name, tmp_path_factory.mktemp(name)) for name in MODELS}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every model, fitted and saved by another process."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run(
        [sys.executable, "-m", "tests.unit.models.images.given", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "77"},
        check=True,
    )
    return folder


@pytest.mark.parametrize("name", MODELS)
def test_it_tells_digits_better_than_chance_in_shares_that_sum_to_one(
    name: str, here: dict[str, Any]
) -> None:
    shares = here[name].predict_proba(view(1400, 300, target=False))
    assert shares.shape == (300, 10) and shares.dtype == np.float64
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert accuracy(here[name]) > 0.3
    assert here[name].predict_proba(view(0, 0, target=False)).shape == (0, 10)
    assert here[name].importances() is None


@pytest.mark.parametrize("name", MODELS)
def test_another_process_fits_and_saves_the_same_bytes_and_they_load_to_the_same_scores(
    name: str, here: dict[str, Any], elsewhere: Path, tmp_path: Path
) -> None:
    here[name].save(tmp_path / "model")
    files = {file.name: file.read_bytes() for file in (tmp_path / "model").iterdir()}
    there = elsewhere / name / "model"
    assert files == {file.name: file.read_bytes() for file in there.iterdir()} and len(files) == 3

    again = load_model("images", name).MODEL.load(there)
    asked = view(1400, 50, target=False)
    assert (again.predict_proba(asked) == here[name].predict_proba(asked)).all()
    assert again.get_params() == here[name].get_params() and again.classes == here[name].classes


@pytest.mark.parametrize("name", MODELS)
def test_a_file_that_is_missing_spoilt_or_of_other_settings_is_named(
    name: str, here: dict[str, Any], tmp_path: Path
) -> None:
    kind = load_model("images", name).MODEL
    here[name].save(tmp_path)
    (weights,) = [file for file in tmp_path.iterdir() if file.suffix != ".json"]
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelFileError, match=rf"{weights.name}.*\n  fix: dvc repro"):
        kind.load(tmp_path)
    weights.unlink()
    with pytest.raises(ModelFileError, match=f"no {weights.name}"):
        kind.load(tmp_path)
    (tmp_path / "classes.json").write_text('{"0": 1}')
    with pytest.raises(ModelFileError, match="no list of names"):
        kind.load(tmp_path)
    (tmp_path / "classes.json").write_text("[")
    with pytest.raises(ModelFileError, match="no JSON"):
        kind.load(tmp_path)
    (tmp_path / "classes.json").unlink()
    with pytest.raises(ModelFileError, match=r"no classes.json"):
        kind.load(tmp_path)


def test_weights_of_another_width_are_refused(here: dict[str, Any], tmp_path: Path) -> None:
    here["numpy_mlp"].save(tmp_path)
    text = (tmp_path / "model.json").read_text()
    (tmp_path / "model.json").write_text(text.replace("32\n", "33\n", 1))
    with pytest.raises(ModelFileError, match=r"does not fit model\.json: .*layers\.0\.bias"):
        load_model("images", "numpy_mlp").MODEL.load(tmp_path)


def test_what_holds_no_images_is_refused(tmp_path: Path) -> None:
    one, given = model("logistic"), view(0, 50)
    large = Dataset(tensors={"image": np.zeros((5, 1, 32, 32), np.uint8)}, notes=given.data.notes)
    with pytest.raises(NotImages, match=r"uint8 \(n, 1, 28, 28\), found uint8 \(5, 1, 32, 32\)"):
        one.fit(replace(given, data=large), context(tmp_path))
    floats = Dataset(tensors={"image": np.zeros((5, 1, 28, 28))}, notes=given.data.notes)
    with pytest.raises(NotImages, match=r"found float64 .*\n  fix: cut, scale or cast"):
        one.fit(replace(given, data=floats), context(tmp_path))
    with pytest.raises(NotImages, match="found only nothing"):
        one.fit(replace(given, data=Dataset(notes=given.data.notes)), context(tmp_path))


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 12], r"from 0 to 9, found \[12\]"),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 8], r"no image of the classes \[9\] among the 10"),
    ],
)
def test_labels_that_are_not_the_classes_are_refused(
    labels: list[int], says: str, tmp_path: Path
) -> None:
    given = replace(view(0, 10), target=np.array(labels))
    with pytest.raises(NotClasses, match=says):
        model("logistic").fit(given, context(tmp_path))


def test_data_that_names_no_classes_is_refused(tmp_path: Path) -> None:
    given = view(0, 20)
    bare = replace(given, data=Dataset(tensors=given.data.tensors))
    with pytest.raises(NotClasses, match="names of two classes at least"):
        model("logistic").fit(bare, context(tmp_path))


def test_two_classes_are_told_too(tmp_path: Path) -> None:
    images, target = digits()
    of_two = target < 2
    data = Dataset(tensors={"image": images[of_two]}, notes={"classes": ["nought", "one"]})
    given = replace(view(), data=data, target=target[of_two])
    one = model("logistic").fit(given, context(tmp_path))
    shares = one.predict_proba(given)
    assert shares.shape == (of_two.sum(), 2)
    assert (shares.argmax(axis=1) == given.target).mean() > 0.99


def test_a_setting_that_is_misspelt_is_named_with_the_nearest() -> None:
    kind = load_model("images", "cnn").MODEL
    with pytest.raises(ParamsError, match=r"batch_nrm.*batch_norm"):
        parse(kind.Settings, {"batch_nrm": False}, "candidates.digits-cnn.params")

"""A study: what makes it another, and what it remembers of its trials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from penstock.core.errors import DatasetError, UnknownName
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.study import Study
from tests.sweeps import CANDIDATE, SPACE, SWEEP, end, make_study, study_in
from tests.workspace import ROOT


def test_asking_the_same_again_is_the_same_study(tmp_path: Path) -> None:
    assert make_study(tmp_path / "a", trials=8).key == make_study(tmp_path / "b", trials=30).key


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()


@pytest.mark.parametrize(
    "changed",
    [
        {"space": SPACE | {"max_depth": {"int": [1, 11]}}},
        {"split": "first"},
        {"metric": "roc_auc"},
        {"startup": 4},
        {"parallel": 2},
        {"prune_below": None},
        {"features": "other data"},
    ],
)
def test_another_question_is_another_study(tmp_path: Path, changed: dict[str, Any]) -> None:
    assert make_study(tmp_path / "a").key != make_study(tmp_path / "b", **changed).key


@pytest.mark.parametrize(
    ("path", "value", "same"),
    [
        (("seed",), 1, False),
        (("threads",), 1, False),
        (("candidates", CANDIDATE, "params", "max_depth"), 4, False),
        (("projects", "fraud", "protocol", "daily_top"), 50, False),
        (("candidates", "fraud-forest", "params", "trees"), 7, True),
        (("projects", "fraud", "judging", "bootstrap"), 300, True),
    ],
)
def test_only_what_its_trials_depend_on_makes_it_another(
    tmp_path: Path, path: tuple[str, ...], value: Any, same: bool
) -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["sweeps"] = {CANDIDATE: SWEEP}
    before = study_in(tmp_path / "a", params)
    block = params
    for key in path[:-1]:
        block = block[key]
    block[path[-1]] = value
    assert (study_in(tmp_path / "b", params).key == before.key) is same


def test_a_study_read_back_is_the_one_that_was_written(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    study.write()
    assert Study.read(study.folder, tmp_path) == study
    assert study.metric == "average_precision"
    assert study.present == {"max_depth": 3, "min_samples_leaf": 1, "criterion": "gini"}


def test_a_trial_read_back_is_the_one_that_ended(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    one = Ended(2, State.PRUNED, {"max_depth": None}, (0.1, 0.30000000000000004), 1.5, "")
    study.end(one)
    assert study.ended(2) == one
    assert study.ended(1) is None
    assert list(study.all_ended(before=2)) == []
    assert one.means() == [0.1, pytest.approx(0.2)]


def test_a_trial_half_written_has_not_ended(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    end(study, 0, 0.5)
    (study.folder / "trials" / ".0001.json.x.part").write_text('{"number": 1')
    assert [one.number for one in study.all_ended(before=5)] == [0]


def test_a_candidate_without_a_sweep_is_told(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    with pytest.raises(UnknownName, match=r"no sweep 'fraud-forest' in sweeps of params\.yaml"):
        Study.of(tmp_path, study.params, "fraud-forest")


def test_features_that_were_never_made_are_told(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    (tmp_path / "data" / "fraud" / "features" / "manifest.json").unlink()
    with pytest.raises(DatasetError, match="dvc repro"):
        Study.of(tmp_path, study.params, CANDIDATE)

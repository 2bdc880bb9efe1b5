"""Every estimator of the from-scratch library can be a candidate, by its name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.errors import ModelFileError, ParamsError
from penstock.models.classification.parts.scratch_names import changing, named, telling
from penstock.models.classification.scratch import MODEL, Refused
from tests.unit.models.given import context, model, view

SMALL: dict[str, dict[str, Any]] = {
    "BaggingClassifier": {"estimator": {"DecisionTreeClassifier": {"max_depth": 3}}},
    "GradientBoostingClassifier": {"n_estimators": 5},
    "GradientBoostingRegressor": {"n_estimators": 5},
    "GridSearchCV": {"estimator": "LogisticRegression", "param_grid": {"C": [0.1, 1.0]}, "cv": 2},
    "Lasso": {"alpha": 0.01},
    "NewtonBoostingClassifier": {"n_estimators": 5},
    "NewtonBoostingRegressor": {"n_estimators": 5},
    "RandomForestClassifier": {"n_estimators": 5},
    "RandomForestRegressor": {"n_estimators": 5},
    "StackingClassifier": {
        "estimators": [["bayes", "GaussianNB"], ["tree", {"DecisionTreeClassifier": {}}]],
        "cv": 2,
    },
    "RFE": {"estimator": "LogisticRegression", "n_features_to_select": 2},
    "SelectKBest": {"k": 2},
}
UNSEEN = view(300, seed=5, target=False)
LEARN_FROM = view(400, seed=3)


def described(name: str) -> dict[str, Any]:
    return {name: SMALL.get(name, {})}


def learnt(folder: Path, **settings: Any) -> Any:
    return model("scratch", **settings).fit(LEARN_FROM, context(folder))


def same_after_a_file(candidate: Any, folder: Path) -> bool:
    candidate.save(folder)
    again = MODEL.load(folder)
    return bool((again.predict_proba(UNSEEN) == candidate.predict_proba(UNSEEN)).all())


@pytest.mark.parametrize("name", sorted(telling()))
def test_what_tells_classes_apart_is_a_candidate_and_its_file_scores_the_same(
    name: str, tmp_path: Path
) -> None:
    candidate = learnt(tmp_path, estimator=described(name), before=[])
    scores = candidate.predict_proba(UNSEEN)
    assert scores.shape == (300,) and ((scores >= 0) & (scores <= 1)).all() and np.ptp(scores) > 0
    label = view(300, seed=5).target
    assert scores[label == 1].mean() > scores[label == 0].mean()
    assert same_after_a_file(candidate, tmp_path / "kept")
    again = learnt(tmp_path, estimator=described(name), before=[])
    again.save(tmp_path / "again")
    for file in (tmp_path / "kept").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


@pytest.mark.parametrize("name", sorted(changing()))
def test_what_changes_columns_may_stand_before_it(name: str, tmp_path: Path) -> None:
    candidate = learnt(tmp_path, estimator="GaussianNB", before=[described(name)])
    assert np.ptp(candidate.predict_proba(UNSEEN)) > 0
    assert same_after_a_file(candidate, tmp_path / "kept")


def test_it_scores_what_the_estimator_does_by_itself(tmp_path: Path) -> None:
    candidate = learnt(tmp_path, estimator={"SVC": {"C": 2.0}}, before=["StandardScaler"])
    rows, label = candidate.rows_of(LEARN_FROM), LEARN_FROM.target
    scaler, alone = named("StandardScaler", changing()), named({"SVC": {"C": 2.0}}, telling())
    alone.fit(scaler.fit_transform(rows), label)
    margin = alone.decision_function(scaler.transform(candidate.rows_of(UNSEEN)))
    assert candidate.predict_proba(UNSEEN) == pytest.approx(1 / (1 + np.exp(-margin)), abs=1e-12)


def test_what_draws_draws_by_the_candidates_seed(tmp_path: Path) -> None:
    asked = model("scratch", estimator=described("RandomForestClassifier"), before=[])
    one, other = (
        type(asked)(asked.settings).fit(LEARN_FROM, context(tmp_path, seed=seed)) for seed in (1, 2)
    )
    assert (one.predict_proba(UNSEEN) != other.predict_proba(UNSEEN)).any()


@pytest.mark.parametrize(
    ("estimator", "before", "sums"),
    [
        ("RandomForestClassifier", [], True),
        ("LogisticRegression", ["StandardScaler"], True),
        ("LogisticRegression", ["PCA"], False),
        ("KNeighborsClassifier", [], False),
    ],
)
def test_importances_are_told_where_inputs_are_still_there(
    estimator: str, before: list[str], sums: bool, tmp_path: Path
) -> None:
    told = learnt(tmp_path, estimator=described(estimator), before=before).importances()
    assert (told is not None) == sums
    assert told is None or sum(told.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"estimator": "GausianNB"}, "did you mean 'GaussianNB'?"),
        ({"estimator": "StandardScaler"}, "expected an estimator, came 'StandardScaler'"),
        (
            {"estimator": {"SVC": {"gama": 1.0}}},
            "SVC has no parameter 'gama'; did you mean 'gamma'?",
        ),
        ({"before": ["GaussianNB"]}, "expected an estimator, came 'GaussianNB'"),
        ({"estimator": {"BaggingClassifier": {"estimator": {"SVC": {"q": 1}}}}}, "SVC has no"),
        ({"estimator": {"SVC": {}, "GaussianNB": {}}}, "expected NAME or {NAME"),
    ],
)
def test_a_name_that_is_none_is_one_line(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ParamsError) as error:
        model("scratch", **settings)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"estimator": "GaussianNB"}, "GaussianNB: Input X contains NaN"),
        ({"estimator": {"SVC": {"C": -1.0}}, "before": ["SimpleImputer"]}, "SVC: "),
    ],
)
def test_rows_and_settings_that_it_does_not_take_are_told_with_what_to_do(
    settings: dict[str, Any], said: str, tmp_path: Path
) -> None:
    amount = LEARN_FROM.data.tables["features"]["amount"].to_numpy(copy=True)
    amount[::7] = np.nan
    gaps = view(400, seed=3, amount=amount)
    with pytest.raises(Refused) as error:
        model("scratch", **({"before": []} | settings)).fit(gaps, context(tmp_path))
    assert said in str(error.value) and "fix: change `estimator`" in str(error.value)


@pytest.mark.parametrize(
    "told",
    [
        {"of": "os:system"},
        {"of": "system"},
        {"of": "GaussianNB"},
        {"run": 1},
        {"array": "9"},
        [[], {"of": "GaussianNB", "state": {"n_features_in_": 3}}],
        [],
        3,
        json.loads("[" * 500 + "]" * 500),
    ],
    ids=lambda told: str(told)[:60],
)
def test_a_file_that_names_other_things_is_refused(told: Any, tmp_path: Path) -> None:
    learnt(tmp_path, estimator="GaussianNB", before=[]).save(tmp_path / "kept")
    (tmp_path / "kept" / "learnt.json").write_text(json.dumps(told))
    with pytest.raises(ModelFileError, match=r"does not fit model\.json(.|\n)*fix: dvc repro"):
        MODEL.load(tmp_path / "kept")


def test_a_file_that_is_not_there_or_cut_short_is_refused(tmp_path: Path) -> None:
    learnt(tmp_path, estimator="GaussianNB", before=[]).save(tmp_path / "kept")
    file = tmp_path / "kept" / "learnt.json"
    file.write_text(file.read_text()[:40])
    with pytest.raises(ModelFileError):
        MODEL.load(tmp_path / "kept")
    file.unlink()
    with pytest.raises(ModelFileError):
        MODEL.load(tmp_path / "kept")

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.model_selection as theirs
from hypothesis import given
from hypothesis import strategies as st
from sklearn import svm as their_svm

from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.linear.ridge import Ridge
from penstock.scratch.metrics.numbers import mean_absolute_error
from penstock.scratch.neighbors.knn import KNeighborsClassifier
from penstock.scratch.svm.svc import SVC
from penstock.scratch.tuning.folds import KFold, StratifiedKFold, train_test_split
from penstock.scratch.tuning.search import GridSearchCV, combinations
from penstock.scratch.tuning.validation import cross_val_predict, cross_val_score
from tests.unit.scratch.against_sklearn import near, real, standard
from tests.unit.scratch.against_torch import drawn, seeds


@pytest.mark.curriculum("C23")
@drawn
@given(rows=st.integers(20, 70), folds=st.integers(2, 6), shuffle=st.booleans(), seed=seeds)
def test_folds_are_scikit_learns_row_by_row(
    rows: int, folds: int, shuffle: bool, seed: int
) -> None:
    y = np.r_[np.repeat([2, 0, 1], 6), np.random.default_rng(seed).integers(0, 3, rows)]
    drawn_by = seed if shuffle else None
    for ours, other in ((KFold, theirs.KFold), (StratifiedKFold, theirs.StratifiedKFold)):
        mine = list(ours(folds, shuffle, drawn_by).split(y, y))
        its = list(other(folds, shuffle=shuffle, random_state=drawn_by).split(y, y))
        assert len(mine) == len(its) == folds
        for (a, b), (c, d) in zip(mine, its, strict=True):
            near(a, c, "fold", 0)
            near(b, d, "fold", 0)


@pytest.mark.curriculum("C23")
@drawn
@given(rows=st.integers(5, 70), share=st.floats(0.2, 0.7), shuffle=st.booleans(), seed=seeds)
def test_the_split_in_two_is_scikit_learns(
    rows: int, share: float, shuffle: bool, seed: int
) -> None:
    x, y = np.arange(2 * rows).reshape(rows, 2), np.arange(rows)
    drawn_by = seed if shuffle else None
    ours = train_test_split(x, y, test_size=share, random_state=drawn_by, shuffle=shuffle)
    other = theirs.train_test_split(x, y, test_size=share, random_state=drawn_by, shuffle=shuffle)
    for one, two in zip(ours, other, strict=True):
        near(one, two, "split", 0)
    assert set(ours[2]) | set(ours[3]) == set(range(rows)) and not set(ours[2]) & set(ours[3])


@pytest.mark.curriculum("C23")
def test_scores_and_answers_by_fold_are_scikit_learns() -> None:
    x, y = standard("wine")
    nearest = KNeighborsClassifier(3)
    expected = theirs.cross_val_score(nearest, x, y, cv=4)
    near(cross_val_score(nearest, x, y, 4), expected, "scores", 1e-12)
    ours = cross_val_predict(nearest, x, y, 4, "predict_proba")
    other = theirs.cross_val_predict(nearest, x, y, cv=4, method="predict_proba")
    near(ours, other, "predict_proba", 1e-12)
    x, y = real("diabetes")
    off = cross_val_score(
        Ridge(), x, y, KFold(3), lambda fitted, a, b: -mean_absolute_error(b, fitted.predict(a))
    )
    expected = theirs.cross_val_score(
        Ridge(), x, y, cv=theirs.KFold(3), scoring="neg_mean_absolute_error"
    )
    near(off, expected, "scores", 1e-12)
    assert not hasattr(nearest, "classes_")  # it was cloned


@pytest.mark.curriculum("C17")
def test_the_grid_search_finds_scikit_learns_best_and_all_its_means() -> None:
    x, y = standard("wine")
    grid: dict[str, list[Any]] = {"C": [0.01, 0.1, 1.0], "kernel": ["rbf", "linear"]}
    ours = GridSearchCV(SVC(tol=1e-6), grid, cv=3).fit(x, y)
    other = theirs.GridSearchCV(their_svm.SVC(tol=1e-6), grid, cv=3).fit(x, y)
    assert ours.best_params_ == other.best_params_ and ours.best_index_ == other.best_index_
    assert ours.cv_results_["params"] == other.cv_results_["params"]
    for name in ("mean_test_score", "std_test_score", "rank_test_score"):
        near(ours.cv_results_[name], other.cv_results_[name], name, 1e-12)
    assert ours.best_score_ == pytest.approx(other.best_score_)
    assert (ours.predict(x) == other.predict(x)).all() and ours.score(x, y) == other.score(x, y)


@pytest.mark.curriculum("C17")
def test_a_search_by_another_score_takes_the_best_of_it() -> None:
    x, y = real("diabetes")
    search = GridSearchCV(
        Ridge(),
        {"alpha": [0.01, 0.1, 1.0, 10.0]},
        lambda fitted, a, b: -mean_absolute_error(b, fitted.predict(a)),
        KFold(4, shuffle=True, random_state=0),
    ).fit(x, y)
    other = theirs.GridSearchCV(
        Ridge(),
        {"alpha": [0.01, 0.1, 1.0, 10.0]},
        scoring="neg_mean_absolute_error",
        cv=theirs.KFold(4, shuffle=True, random_state=0),
    ).fit(x, y)
    assert search.best_params_ == other.best_params_
    assert search.score(x, y) == pytest.approx(other.score(x, y))
    assert list(combinations({"b": [1, 2], "a": [3]})) == [{"a": 3, "b": 1}, {"a": 3, "b": 2}]


def test_folds_and_grids_that_mean_nothing_are_refused() -> None:
    y = np.array([0, 0, 1, 1])
    with pytest.raises(SettingError, match="n_splits=2 or more"):
        KFold(1)
    with pytest.raises(SettingError, match="shuffle=True where random_state"):
        KFold(2, random_state=1)
    with pytest.raises(ValueError, match="n_splits=5 greater than the number of samples"):
        list(KFold(5).split(y))
    with pytest.raises(ValueError, match="number of members in each class"):
        list(StratifiedKFold(3).split(y, y))
    with pytest.raises(SettingError, match="rows on both sides"):
        train_test_split(y, test_size=1.0)
    with pytest.raises(ShapeError, match="arrays of 4 rows"):
        train_test_split(y, y[:3])
    with pytest.raises(SettingError, match="a value or more for each name"):
        GridSearchCV(Ridge(), {"alpha": []}).fit(np.ones((4, 1)), y)

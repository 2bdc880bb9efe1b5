"""Ensembles that average: bagging, forests, stacking."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.ensemble as theirs
import sklearn.neighbors as their_neighbors
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression as TheirLogistic
from sklearn.naive_bayes import GaussianNB as TheirBayes

from penstock.scratch.bayes.gaussian import GaussianNB
from penstock.scratch.ensemble.bagging import BaggingClassifier
from penstock.scratch.ensemble.forest import RandomForestClassifier, RandomForestRegressor
from penstock.scratch.ensemble.stacking import StackingClassifier
from penstock.scratch.errors import SettingError
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.neighbors.knn import KNeighborsClassifier
from penstock.scratch.trees.decision_tree import DecisionTreeClassifier
from penstock.scratch.tuning.folds import KFold
from tests.curriculum import held
from tests.unit.scratch.against_sklearn import alike, blobs, real, standard
from tests.unit.scratch.against_torch import drawn, seeds

POINT = 0.01


def means(make: object, other: object, name: str, seeds: int) -> tuple[float, float]:
    """Mean accuracy over seeds and two halves, of ours and theirs."""
    x, y = real(name)
    order = np.random.default_rng(0).permutation(len(x))
    halves = (order[::2], order[1::2]), (order[1::2], order[::2])
    scores = [
        [one(seed).fit(x[a], y[a]).score(x[b], y[b]) for one in (make, other)]
        for seed in range(seeds)
        for a, b in halves
    ]
    held("scikit-learn's mean accuracy", POINT)
    ours, reference = np.mean(scores, axis=0)
    return float(ours), float(reference)


@pytest.mark.curriculum("C08")
def test_bagged_trees_are_within_a_point_of_scikit_learns_and_better_than_one() -> None:
    ours, reference = means(
        lambda seed: BaggingClassifier(n_estimators=15, random_state=seed),
        lambda seed: theirs.BaggingClassifier(n_estimators=15, random_state=seed),
        "breast_cancer",
        8,
    )
    assert abs(ours - reference) < POINT
    lone, _ = means(
        lambda seed: DecisionTreeClassifier(random_state=seed),
        lambda seed: DecisionTreeClassifier(random_state=seed),
        "breast_cancer",
        1,
    )
    assert ours > lone


@pytest.mark.curriculum("C08")
def test_bagging_takes_any_estimator_and_averages_what_each_was_shown() -> None:
    x, y = real("wine")
    labels = np.array(["a", "b", "c"])[y]
    fitted = BaggingClassifier(GaussianNB(), n_estimators=3, max_samples=0.5, random_state=1)
    fitted.fit(x, labels)
    assert [len(one) for one in fitted.estimators_samples_] == [89] * 3
    mean = np.mean([one.predict_proba(x) for one in fitted.estimators_], axis=0)
    np.testing.assert_allclose(fitted.predict_proba(x), mean)
    assert (fitted.predict(x) == labels).mean() > 0.9
    tiny = BaggingClassifier(GaussianNB(), max_samples=0.02, random_state=0).fit(x, y)
    np.testing.assert_allclose(tiny.predict_proba(x).sum(axis=1), 1)  # some saw two classes


@pytest.mark.curriculum("C09")
@pytest.mark.parametrize("name", ["breast_cancer", "wine"])
def test_forests_are_within_a_point_of_scikit_learns_over_ten_seeds(name: str) -> None:
    ours, reference = means(
        lambda seed: RandomForestClassifier(20, random_state=seed),
        lambda seed: theirs.RandomForestClassifier(20, random_state=seed),
        name,
        10,
    )
    assert abs(ours - reference) < POINT


@pytest.mark.curriculum("C09")
def test_a_forest_of_numbers_and_its_importances_are_near_scikit_learns() -> None:
    x, y = real("diabetes")
    half = {"n_estimators": 60, "max_features": 0.5, "random_state": 0, "min_samples_leaf": 3}
    one = RandomForestRegressor(**half).fit(x[::2], y[::2])
    other = theirs.RandomForestRegressor(**half).fit(x[::2], y[::2])
    assert one.score(x[1::2], y[1::2]) == pytest.approx(other.score(x[1::2], y[1::2]), abs=0.03)
    np.testing.assert_allclose(one.feature_importances_, other.feature_importances_, atol=0.04)


@pytest.mark.curriculum("C09")
def test_a_forest_without_drawing_is_one_tree_many_times() -> None:
    x, y = real("wine")
    whole = {"max_features": None, "random_state": 3}
    tree = DecisionTreeClassifier(**whole).fit(x, y)
    forest = RandomForestClassifier(3, bootstrap=False, **whole).fit(x, y)
    np.testing.assert_allclose(forest.predict_proba(x), tree.predict_proba(x))
    np.testing.assert_allclose(forest.feature_importances_, tree.feature_importances_)
    one, two = (RandomForestClassifier(3, random_state=7).fit(x, y) for _ in range(2))
    assert (one.predict_proba(x) == two.predict_proba(x)).all()


@pytest.mark.curriculum("C12")
@pytest.mark.parametrize("name", ["breast_cancer", "wine"])
def test_stacking_is_scikit_learns(name: str) -> None:
    x, y = standard(name)
    ours = StackingClassifier(
        [("bayes", GaussianNB()), ("logistic", LogisticRegression(tol=1e-10))],
        LogisticRegression(tol=1e-10),
        cv=4,
    )
    same = {"tol": 1e-10, "max_iter": 10_000}
    other = theirs.StackingClassifier(
        [("bayes", TheirBayes()), ("logistic", TheirLogistic(**same))], TheirLogistic(**same), cv=4
    )
    told = ("transform", "predict_proba", "predict")
    alike(ours, other, x[::2], y[::2], told=told, unseen=x[1::2], tolerance=1e-4)


@pytest.mark.curriculum("C12")
@drawn
@given(features=st.integers(1, 4), classes=st.integers(2, 3), folds=st.integers(2, 4), seed=seeds)
def test_stacking_of_drawn_rows_is_scikit_learns(
    features: int, classes: int, folds: int, seed: int
) -> None:
    x, y = blobs(seed, 60, features, classes)
    nearest = ("nearest", KNeighborsClassifier(5, "distance"))
    both = [("bayes", GaussianNB()), nearest]
    their_nearest = their_neighbors.KNeighborsClassifier(5, weights="distance", algorithm="kd_tree")
    other = theirs.StackingClassifier(
        [("bayes", TheirBayes()), ("nearest", their_nearest)],
        TheirLogistic(tol=1e-10, max_iter=10_000),
        cv=folds,
    )
    ours = StackingClassifier(both, LogisticRegression(tol=1e-10), folds)
    alike(ours, other, x, y, told=("predict_proba",), tolerance=1e-4)


@pytest.mark.curriculum("C12")
def test_the_last_estimator_learns_from_rows_that_the_first_ones_did_not_see() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 3)), rng.integers(0, 2, 200)  # nothing to learn
    nearest = [("nearest", KNeighborsClassifier(1))]
    stacked = StackingClassifier(nearest, cv=KFold(5)).fit(x, y)
    assert KNeighborsClassifier(1).fit(x, y).score(x, y) == 1
    assert abs(stacked.final_estimator_.coef_[0, 0]) < 1  # a leak would make it trust the copy
    with pytest.raises(SettingError, match="one estimator or more"):
        StackingClassifier([]).fit(x, y)

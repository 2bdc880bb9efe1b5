from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
import sklearn.feature_selection as theirs
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression as TheirLogistic

from penstock.scratch.errors import SettingError
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.neighbors.knn import KNeighborsClassifier
from penstock.scratch.selection.chi2 import SelectKBest, chi2, chi2_tail
from penstock.scratch.selection.rfe import RFE
from penstock.scratch.trees.decision_tree import DecisionTreeClassifier
from tests.unit.scratch.against_sklearn import alike, blobs, near, real, standard
from tests.unit.scratch.against_torch import drawn, seeds


@pytest.mark.curriculum("F34")
@drawn
@given(rows=st.integers(10, 60), features=st.integers(1, 5), classes=st.integers(2, 6), seed=seeds)
def test_chi_square_and_its_chance_are_scikit_learns(
    rows: int, features: int, classes: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    y = np.r_[np.arange(classes), rng.integers(0, classes, rows)]
    x = rng.poisson(1 + y[:, None] * rng.random(features))
    for one, other in zip(chi2(x, y), theirs.chi2(x, y), strict=True):
        near(one, other, "chi2", 1e-9)


@pytest.mark.curriculum("F34")
@drawn
@given(value=st.floats(0, 200), degrees=st.integers(1, 30))
def test_the_tail_of_chi_square_is_scipys(value: float, degrees: int) -> None:
    expected = scipy.stats.chi2.sf(value, degrees)
    assert chi2_tail(value, degrees) == pytest.approx(expected, rel=1e-10, abs=1e-300)


@pytest.mark.curriculum("F34")
@pytest.mark.parametrize("name", ["breast_cancer", "wine", "digits"])
def test_the_best_columns_of_real_rows_are_scikit_learns(name: str) -> None:
    x, y = real(name)
    alike(
        SelectKBest(k=5),
        theirs.SelectKBest(theirs.chi2, k=5),
        x,
        y,
        learnt=("scores_", "pvalues_"),
        told=("transform",),
        tolerance=1e-7,
    )


@pytest.mark.curriculum("F34")
@pytest.mark.parametrize(("name", "step"), [("breast_cancer", 1), ("wine", 3)])
def test_columns_are_left_out_in_scikit_learns_order(name: str, step: int) -> None:
    x, y = standard(name)
    alike(
        RFE(LogisticRegression(tol=1e-9), 4, step),
        theirs.RFE(TheirLogistic(tol=1e-8, max_iter=5000), n_features_to_select=4, step=step),
        x,
        y,
        learnt=("support_", "ranking_"),
        told=("transform", "predict"),
    )


@pytest.mark.curriculum("F34")
def test_the_column_that_tells_the_class_is_the_last_to_go() -> None:
    x, y = blobs(0, 200, 4, 2)
    x[:, 2] = y * 3 + 0.01 * x[:, 2]
    for estimator in (LogisticRegression(), DecisionTreeClassifier()):
        assert RFE(estimator, 1).fit(x, y).support_.tolist() == [False, False, True, False]
    with pytest.raises(SettingError, match="n_features_to_select from 1 to 4, got 5"):
        RFE(LogisticRegression(), 5).fit(x, y)
    with pytest.raises(SettingError, match="coef_ or feature_importances_"):
        RFE(KNeighborsClassifier(), 1).fit(x, y)
    with pytest.raises(SettingError, match="k up to 4 features"):
        SelectKBest(k=5).fit(np.abs(x), y)
    with pytest.raises(ValueError, match="must be non-negative"):
        chi2(x, y)

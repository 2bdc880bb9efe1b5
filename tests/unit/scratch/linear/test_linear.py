from __future__ import annotations

import numpy as np
import pytest
import sklearn.linear_model as theirs
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.estimators.errors import ConvergenceWarning
from penstock.scratch.linear.lasso import Lasso
from penstock.scratch.linear.least_squares import LinearRegression
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.linear.ridge import Ridge
from tests.unit.scratch.against_sklearn import alike, blobs, line, near, real, standard
from tests.unit.scratch.against_torch import drawn, seeds

SLOPES = ("coef_", "intercept_")
TIGHT = {"tol": 1e-12, "max_iter": 100_000}


@pytest.mark.curriculum("C01")
@drawn
@given(rows=st.integers(2, 40), features=st.integers(1, 6), cut=st.booleans(), seed=seeds)
def test_least_squares_are_scikit_learns_also_of_more_features_than_rows(
    rows: int, features: int, cut: bool, seed: int
) -> None:
    x, y = line(seed, rows, features)
    alike(
        LinearRegression(fit_intercept=cut),
        theirs.LinearRegression(fit_intercept=cut),
        x,
        y,
        learnt=(*SLOPES, "rank_"),
        told=("predict",),
    )


@pytest.mark.curriculum("C01")
def test_least_squares_of_real_rows_are_scikit_learns_and_solve_the_normal_equations() -> None:
    x, y = real("diabetes")
    alike(LinearRegression(), theirs.LinearRegression(), x, y, learnt=(*SLOPES, "singular_"))
    fitted = LinearRegression().fit(x, y)
    left = y - fitted.predict(x)
    assert abs(left.sum()) < 1e-8 and np.abs(x.T @ left).max() < 1e-8
    assert fitted.score(x, y) == pytest.approx(theirs.LinearRegression().fit(x, y).score(x, y))


@pytest.mark.curriculum("C02")
@drawn
@given(rows=st.integers(2, 40), features=st.integers(1, 8), alpha=st.floats(1e-3, 1e3), seed=seeds)
def test_ridge_is_scikit_learns(rows: int, features: int, alpha: float, seed: int) -> None:
    x, y = line(seed, rows, features)
    alike(Ridge(alpha), theirs.Ridge(alpha), x, y, learnt=SLOPES, told=("predict",))
    weight = np.random.default_rng(seed).uniform(0.1, 3, rows)
    one, other = Ridge(alpha).fit(x, y, weight), theirs.Ridge(alpha).fit(x, y, weight)
    near(one.coef_, other.coef_, "coef_", 1e-8)


@pytest.mark.curriculum("C02")
def test_ridge_shrinks_the_slopes_of_real_rows_as_scikit_learns_does() -> None:
    x, y = real("diabetes")
    alike(Ridge(0.1), theirs.Ridge(0.1), x, y, learnt=SLOPES)
    lengths = [np.linalg.norm(Ridge(alpha).fit(x, y).coef_) for alpha in (0, 0.1, 1, 10)]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.curriculum("C03")
@drawn
@given(rows=st.integers(8, 40), features=st.integers(1, 6), alpha=st.floats(0.01, 1.0), seed=seeds)
def test_the_lasso_is_scikit_learns(rows: int, features: int, alpha: float, seed: int) -> None:
    x, y = line(seed, rows, features)
    alike(Lasso(alpha, **TIGHT), theirs.Lasso(alpha, **TIGHT), x, y, learnt=SLOPES, tolerance=1e-6)


@pytest.mark.curriculum("C03")
def test_the_lasso_of_real_rows_is_scikit_learns_zeros_and_all() -> None:
    x, y = real("diabetes")
    for alpha in (0.05, 0.5):
        alike(
            Lasso(alpha, **TIGHT), theirs.Lasso(alpha, **TIGHT), x, y, learnt=SLOPES, tolerance=1e-7
        )
    fitted = Lasso(0.5, **TIGHT).fit(x, y)
    assert 0 < np.count_nonzero(fitted.coef_) < x.shape[1]
    assert (Lasso(100.0).fit(x, y).coef_ == 0).all()
    assert fitted.dual_gap_ <= 1e-12 * (y - y.mean()) @ (y - y.mean())


def test_a_lasso_that_is_stopped_early_says_how_far_it_is() -> None:
    x, y = real("diabetes")
    with pytest.warns(ConvergenceWarning, match="did not converge: duality gap"):
        Lasso(0.01, max_iter=2, tol=1e-12).fit(x, y)


@pytest.mark.curriculum("C04")
@drawn
@given(
    rows=st.integers(20, 60),
    features=st.integers(1, 5),
    classes=st.integers(2, 4),
    c=st.floats(0.01, 10),
    seed=seeds,
)
def test_logistic_regression_is_scikit_learns(
    rows: int, features: int, classes: int, c: float, seed: int
) -> None:
    x, y = blobs(seed, rows, features, classes)
    alike(
        LogisticRegression(C=c, tol=1e-10),
        theirs.LogisticRegression(C=c, tol=1e-10, max_iter=10_000),
        x,
        y,
        learnt=SLOPES,
        told=("predict_proba", "decision_function"),
        tolerance=1e-4,
    )


@pytest.mark.curriculum("C04")
@pytest.mark.parametrize("name", ["breast_cancer", "wine", "digits"])
def test_logistic_regression_of_real_rows_is_scikit_learns(name: str) -> None:
    x, y = standard(name)
    alike(
        LogisticRegression(tol=1e-9),
        theirs.LogisticRegression(tol=1e-9, max_iter=10_000),
        x,
        y,
        learnt=SLOPES,
        told=("predict_proba", "predict"),
        tolerance=1e-4,
    )


@pytest.mark.curriculum("C04")
@pytest.mark.parametrize("weights", ["balanced", {0: 0.2, 1: 3.0}])
def test_logistic_regression_weighs_classes_as_scikit_learn_does(weights: object) -> None:
    x, y = standard("breast_cancer")
    alike(
        LogisticRegression(class_weight=weights, tol=1e-9, fit_intercept=False),
        theirs.LogisticRegression(
            class_weight=weights, tol=1e-10, fit_intercept=False, max_iter=10_000
        ),
        x,
        y,
        learnt=("coef_",),
        tolerance=1e-4,
    )


@pytest.mark.curriculum("C04")
def test_logistic_regression_takes_the_step_that_no_gradient_is_left_of() -> None:
    x, y = standard("breast_cancer")
    fitted = LogisticRegression(C=0.5, tol=1e-12).fit(x, y)
    slope = 0.5 * x.T @ (fitted.predict_proba(x)[:, 1] - y) + fitted.coef_[0]
    assert np.abs(slope).max() < 1e-7


def test_newton_stopped_early_says_so() -> None:
    x, y = standard("breast_cancer")
    with pytest.warns(ConvergenceWarning, match="did not converge in 1 steps"):
        LogisticRegression(max_iter=1).fit(x, y)

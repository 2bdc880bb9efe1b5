from __future__ import annotations

import numpy as np
import pytest
import sklearn.naive_bayes as theirs
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.bayes.gaussian import GaussianNB
from penstock.scratch.bayes.multinomial import MultinomialNB
from tests.unit.scratch.against_sklearn import alike, blobs, near, real
from tests.unit.scratch.against_torch import drawn, seeds

TOLD = ("predict", "predict_proba", "predict_log_proba")


@pytest.mark.curriculum("C05")
@drawn
@given(rows=st.integers(10, 60), features=st.integers(1, 5), classes=st.integers(2, 4), seed=seeds)
def test_normal_naive_bayes_is_scikit_learns(
    rows: int, features: int, classes: int, seed: int
) -> None:
    x, y = blobs(seed, 3 * rows, features, classes)
    learnt = ("theta_", "var_", "class_prior_", "class_count_", "epsilon_")
    alike(GaussianNB(), theirs.GaussianNB(), x, y, learnt=learnt, told=TOLD, tolerance=1e-7)


@pytest.mark.curriculum("C05")
@drawn
@given(
    rows=st.integers(10, 60),
    features=st.integers(1, 9),
    alpha=st.floats(0.01, 5),
    fit_prior=st.booleans(),
    seed=seeds,
)
def test_naive_bayes_of_counts_is_scikit_learns(
    rows: int, features: int, alpha: float, fit_prior: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.poisson(2, (rows, features)), np.r_[0, 1, 2, rng.integers(0, 3, rows - 3)]
    alike(
        MultinomialNB(alpha, fit_prior),
        theirs.MultinomialNB(alpha=alpha, fit_prior=fit_prior),
        x,
        y,
        learnt=("feature_log_prob_", "class_log_prior_", "feature_count_"),
        told=TOLD,
        tolerance=1e-10,
    )


@pytest.mark.curriculum("C05")
@pytest.mark.parametrize("name", ["breast_cancer", "wine", "digits"])
def test_naive_bayes_of_real_rows_is_scikit_learns(name: str) -> None:
    x, y = real(name)
    told = ("predict", "predict_proba")
    alike(GaussianNB(), theirs.GaussianNB(), x[::2], y[::2], told=told, unseen=x[1::2])
    alike(MultinomialNB(), theirs.MultinomialNB(), x[::2], y[::2], told=told, unseen=x[1::2])


def test_weights_and_priors_count_as_in_scikit_learn() -> None:
    x, y = real("wine")
    weight = np.random.default_rng(0).uniform(0, 2, len(y))
    priors = [0.2, 0.3, 0.5]
    for one, other in (
        (GaussianNB(priors), theirs.GaussianNB(priors=priors)),
        (MultinomialNB(), theirs.MultinomialNB()),
    ):
        one.fit(x, y, weight)
        other.fit(x, y, weight)
        near(one.predict_proba(x), other.predict_proba(x), "predict_proba", 1e-9)


def test_what_is_no_count_or_no_prior_is_refused() -> None:
    x, y = blobs(0, 20, 2, 2)
    with pytest.raises(ValueError, match="Negative values in data passed to MultinomialNB"):
        MultinomialNB().fit(x, y)
    with pytest.raises(ValueError, match="Number of priors must match"):
        GaussianNB([0.5]).fit(x, y)
    with pytest.raises(ValueError, match="sum of the priors should be 1"):
        GaussianNB([0.5, 0.6]).fit(x, y)

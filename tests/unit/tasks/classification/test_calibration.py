"""Maps from scores to probabilities against scikit-learn's, and what any of them must keep."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from penstock.tasks.classification.calibration import NotBetweenZeroAndOne, learn, probability

rows = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=2, max_size=80)


def scored(rows: int, power: float = 1.4, seed: int = 0):
    """Scores of which the chance of a positive is a power."""
    random = np.random.default_rng(seed)
    score = random.beta(0.3, 4, rows)
    return score, (random.random(rows) < score**power).astype(np.int8)


@given(rows)
def test_isotonic_is_that_of_scikit_learn_with_ties(drawn):
    score, label = (np.array(column, dtype=float) for column in zip(*drawn, strict=True))
    expected = IsotonicRegression(out_of_bounds="clip").fit(score, label)
    asked = np.linspace(-1, 13, 57)
    found = probability(learn("isotonic", score, label), asked)
    assert found == pytest.approx(expected.predict(asked), abs=1e-9)


def test_beta_is_a_logistic_regression_on_the_logarithms_of_the_odds():
    score, label = scored(30_000)
    learnt = learn("beta", score, label)
    inputs = np.column_stack([np.log(score), -np.log1p(-score)])
    expected = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(inputs, label)
    assert [learnt["a"], learnt["b"]] == pytest.approx(expected.coef_[0], abs=1e-4)
    assert probability(learnt, score) == pytest.approx(
        expected.predict_proba(inputs)[:, 1], abs=1e-5
    )


@pytest.mark.parametrize("method", ["isotonic", "beta"])
def test_probabilities_come_near_the_truth_and_never_fall(method):
    score, label = scored(60_000)
    asked = np.linspace(0, 1, 200)
    found = probability(learn(method, score, label), asked)
    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0
    assert found.max() <= 1
    inside = (asked > 0.02) & (asked < 0.5)
    assert np.abs(found - asked**1.4)[inside].max() < 0.06


def test_a_slope_that_would_fall_is_left_out():
    score, label = scored(5000)
    learnt = learn("beta", 1 - score, label)
    assert (learnt["a"], learnt["b"]) == (0.0, 0.0)
    assert probability(learnt, score) == pytest.approx(label.mean(), abs=1e-6)


@pytest.mark.parametrize("method", ["isotonic", "beta"])
def test_scores_of_zero_and_one_that_part_the_classes_end_in_numbers(method):
    score = np.array([0.0, 0.0, 0.1, 0.9, 1.0, 1.0])
    label = np.array([0, 0, 0, 1, 1, 1])
    found = probability(learn(method, score, label), score)
    assert np.isfinite(found).all()
    assert found[:3].max() < 0.5 < found[3:].min()


@pytest.mark.parametrize("method", ["isotonic", "beta"])
@pytest.mark.parametrize("label", [0, 1])
def test_one_class_alone_gives_its_share(method, label):
    learnt = learn(method, np.array([0.1, 0.7]), np.array([label, label]))
    assert probability(learnt, np.array([-1.0, 0.3, 5.0])).tolist() == [label] * 3


@pytest.mark.parametrize("method", ["isotonic", "beta"])
def test_what_is_learnt_goes_through_json_without_a_bit_lost(method):
    score, label = scored(3000)
    learnt = learn(method, score, label)
    again = json.loads(json.dumps(learnt))
    assert probability(again, score).tolist() == probability(learnt, score).tolist()


def test_beta_refuses_scores_that_are_no_shares():
    with pytest.raises(NotBetweenZeroAndOne, match=r"from -2 to 0\.5\n  fix: set calibration: iso"):
        learn("beta", np.array([-2.0, 0.5]), np.array([0, 1]))

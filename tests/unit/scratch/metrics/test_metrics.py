from __future__ import annotations

import numpy as np
import pytest
import sklearn.metrics as theirs
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.metrics import classes, curves, numbers
from tests.unit.scratch.against_sklearn import near, standard
from tests.unit.scratch.against_torch import drawn, seeds


def labels_and_scores(seed: int, rows: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Both labels, and scores that lean on them, many of them the same."""
    rng = np.random.default_rng(seed)
    y = np.r_[0, 1, rng.integers(0, 2, rows)]
    return y, np.round((y + rng.normal(size=len(y))) * levels) / levels


@pytest.mark.curriculum("C24")
@drawn
@given(rows=st.integers(1, 80), levels=st.integers(1, 50), drop=st.booleans(), seed=seeds)
def test_curves_and_their_areas_are_scikit_learns(
    rows: int, levels: int, drop: bool, seed: int
) -> None:
    y, scores = labels_and_scores(seed, rows, levels)
    for one, other in zip(
        curves.roc_curve(y, scores, drop),
        theirs.roc_curve(y, scores, drop_intermediate=drop),
        strict=True,
    ):
        near(one, other, "roc_curve", 0)
    assert curves.roc_auc_score(y, scores) == pytest.approx(theirs.roc_auc_score(y, scores))
    for one, other in zip(
        curves.precision_recall_curve(y, scores),
        theirs.precision_recall_curve(y, scores),
        strict=True,
    ):
        near(one, other, "precision_recall_curve", 0)
    expected = theirs.average_precision_score(y, scores)
    assert curves.average_precision_score(y, scores) == pytest.approx(expected)


@pytest.mark.curriculum("C24")
def test_the_area_is_the_chance_that_a_positive_stands_above_a_negative() -> None:
    y, scores = labels_and_scores(5, 200, 4)
    above = scores[y == 1][:, None] - scores[y == 0]
    chance = np.mean((above > 0) + 0.5 * (above == 0))
    assert curves.roc_auc_score(y, scores) == pytest.approx(chance)
    x, y = standard("breast_cancer")
    given = LogisticRegression().fit(x[::2], y[::2]).decision_function(x[1::2])
    expected = theirs.roc_auc_score(y[1::2], given)
    assert curves.roc_auc_score(y[1::2], given) == pytest.approx(expected, rel=1e-12)


@pytest.mark.curriculum("C25")
@drawn
@given(
    rows=st.integers(1, 60),
    count=st.integers(2, 5),
    average=st.sampled_from(["micro", "macro", "weighted", None]),
    seed=seeds,
)
def test_what_is_counted_of_classes_is_scikit_learns(
    rows: int, count: int, average: classes.Average | None, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    true, told = rng.integers(0, count, (2, rows + 1))
    told[0] = (true[0] + 1) % count  # more than one label, but of one class
    near(classes.confusion_matrix(true, told), theirs.confusion_matrix(true, told), "confusion", 0)
    names = list(range(count - 1, -1, -1))  # another order, perhaps one that never occurs
    near(
        classes.confusion_matrix(true, told, names),
        theirs.confusion_matrix(true, told, labels=names),
        "confusion",
        0,
    )
    found = classes.precision_recall_f1(true, told, average)
    expected = theirs.precision_recall_fscore_support(true, told, average=average, zero_division=0)
    for one, other in zip(found[:3], expected[:3], strict=True):
        near(one, other, "precision, recall, F1", 1e-14)
    assert classes.accuracy_score(true, told) == theirs.accuracy_score(true, told)


@pytest.mark.curriculum("C25")
def test_the_second_of_two_classes_is_the_positive_one() -> None:
    true, told = (
        np.array(["no", "yes", "yes", "no", "yes"]),
        np.array(["no", "yes", "no"] + ["yes"] * 2),
    )
    found = classes.precision_recall_f1(true, told, "binary")
    assert found == (pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3), 3)
    with pytest.raises(SettingError, match="more than two classes"):
        classes.precision_recall_f1([0, 1, 2], [0, 1, 2], "binary")
    with pytest.raises(SettingError, match="'micro', 'macro'"):
        classes.precision_recall_f1([0, 1], [0, 1], "makro")  # type: ignore[arg-type]


@pytest.mark.curriculum("C25")
@drawn
@given(rows=st.integers(3, 60), count=st.integers(2, 4), seed=seeds)
def test_losses_of_probabilities_are_scikit_learns(rows: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = np.r_[np.arange(count), rng.integers(0, count, rows)]
    p = rng.dirichlet(np.ones(count), len(y))
    assert classes.log_loss(y, p) == pytest.approx(theirs.log_loss(y, p), rel=1e-12)
    two = (y > 0).astype(int)
    assert classes.log_loss(two, p[:, 0]) == pytest.approx(theirs.log_loss(two, p[:, 0]))
    expected = theirs.brier_score_loss(two, p[:, 0])
    assert classes.brier_score(two, p[:, 0]) == pytest.approx(expected)


@pytest.mark.curriculum("C25")
@drawn
@given(rows=st.integers(2, 60), seed=seeds)
def test_how_far_numbers_are_off_is_scikit_learns(rows: int, seed: int) -> None:
    true, told = np.random.default_rng(seed).normal(size=(2, rows))
    for name in (
        "mean_absolute_error",
        "mean_squared_error",
        "root_mean_squared_error",
        "r2_score",
    ):
        expected = getattr(theirs, name)(true, told)
        assert getattr(numbers, name)(true, told) == pytest.approx(expected, rel=1e-12)
    flat = np.ones(rows)
    assert numbers.r2_score(flat, flat) == theirs.r2_score(flat, flat) == 1
    assert numbers.r2_score(flat, told) == theirs.r2_score(flat, told) == 0


def test_what_no_curve_can_be_drawn_of_is_refused() -> None:
    with pytest.raises(SettingError, match="both classes"):
        curves.roc_curve([1, 1], [0.1, 0.2])
    with pytest.raises(SettingError, match="one positive at least"):
        curves.precision_recall_curve([0, 0], [0.1, 0.2])
    with pytest.raises(SettingError, match="labels 0 and 1"):
        curves.roc_auc_score([1, 2], [0.1, 0.2])
    for wrong in (
        lambda: curves.roc_curve([0, 1], [0.5]),
        lambda: classes.accuracy_score([], []),
        lambda: numbers.mean_absolute_error([1.0], [1.0, 2.0]),
        lambda: classes.log_loss([0, 1], np.ones((2, 3))),
    ):
        with pytest.raises(ShapeError):
            wrong()

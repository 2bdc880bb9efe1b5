from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.ensemble as theirs
import xgboost
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.ensemble.gradient_boosting import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
)
from penstock.scratch.ensemble.newton_boosting import (
    NewtonBoostingClassifier,
    NewtonBoostingRegressor,
)
from penstock.scratch.metrics.curves import roc_auc_score
from tests.curriculum import held
from tests.unit.scratch.against_sklearn import alike, blobs, line, real
from tests.unit.scratch.against_torch import drawn, seeds


@pytest.mark.curriculum("C10")
@drawn
@given(
    features=st.integers(1, 4),
    classes=st.integers(2, 4),
    depth=st.integers(1, 3),
    rate=st.floats(0.05, 0.5),
    seed=seeds,
)
def test_each_stage_of_boosted_classes_has_scikit_learns_loss(
    features: int, classes: int, depth: int, rate: float, seed: int
) -> None:
    x, y = blobs(seed, 200, features, classes)
    settings: dict[str, Any] = {
        "n_estimators": 6,
        "learning_rate": rate,
        "max_depth": depth,
        "min_samples_leaf": 15,
    }
    alike(
        GradientBoostingClassifier(**settings),
        theirs.GradientBoostingClassifier(**settings, random_state=0),
        x,
        y,
        learnt=("train_score_",),
        told=("predict_proba", "decision_function"),
        tolerance=1e-7,
    )


@pytest.mark.curriculum("C10")
@drawn
@given(features=st.integers(1, 4), depth=st.integers(1, 4), seed=seeds)
def test_each_stage_of_boosted_numbers_has_scikit_learns_loss(
    features: int, depth: int, seed: int
) -> None:
    x, y = line(seed, 200, features)
    settings: dict[str, Any] = {"n_estimators": 8, "max_depth": depth, "min_samples_leaf": 10}
    alike(
        GradientBoostingRegressor(**settings),
        theirs.GradientBoostingRegressor(**settings, random_state=0),
        x,
        y,
        learnt=("train_score_", "feature_importances_"),
        told=("predict",),
        tolerance=1e-7,
    )


@pytest.mark.curriculum("C10")
def test_boosting_of_real_rows_has_scikit_learns_loss_at_every_stage() -> None:
    x, y = real("diabetes")
    alike(
        GradientBoostingRegressor(30),
        theirs.GradientBoostingRegressor(n_estimators=30, random_state=0),
        x,
        y,
        learnt=("train_score_",),
        told=("predict",),
    )
    x, y = real("breast_cancer")
    ours = GradientBoostingClassifier(15).fit(x, y).train_score_
    # Their seeds break ties of splits; ours takes the first. One of them does too.
    others = [
        theirs.GradientBoostingClassifier(n_estimators=15, random_state=seed).fit(x, y).train_score_
        for seed in range(4)
    ]
    gaps = [np.abs(ours - one).max() for one in others]
    assert min(gaps) < 1e-8 and max(gaps) < 1e-3


@pytest.mark.curriculum("C10")
def test_boosting_on_drawn_rows_generalises_as_scikit_learns_does() -> None:
    x, y = real("breast_cancer")
    settings: dict[str, Any] = {"n_estimators": 40, "subsample": 0.5, "max_features": "sqrt"}
    ours, other = (
        np.mean([kind(**settings, random_state=s).fit(x[::2], y[::2]).score(x[1::2], y[1::2])
                 for s in range(4)])
        for kind in (GradientBoostingClassifier, theirs.GradientBoostingClassifier)
    )  # fmt: skip
    assert ours == pytest.approx(other, abs=0.015)


@pytest.mark.curriculum("C10")
def test_one_class_has_nothing_to_boost() -> None:
    for kind in (GradientBoostingClassifier, NewtonBoostingClassifier):
        with pytest.raises(ValueError, match="y contains 1 class"):
            kind().fit(np.ones((4, 1)), np.ones(4))


def exact(objective: str, x: np.ndarray, y: np.ndarray, rounds: int, **more: Any) -> Any:
    """XGBoost's exact trees."""
    settings = {"objective": objective, "tree_method": "exact", "base_score": 0.5, "nthread": 1}
    return xgboost.train(settings | more, xgboost.DMatrix(x, y), rounds)


def gaps(x: np.ndarray, share: float, seed: int) -> np.ndarray:
    drawn_out = np.random.default_rng(seed).random(x.shape) < share
    return np.where(drawn_out, np.nan, x)


def same_as_xgboost(
    x: np.ndarray, y: np.ndarray, rounds: int, tolerance: float, **settings: Any
) -> None:
    """Probabilities of rows seen and unseen; trees on every other row."""
    held("XGBoost's exact trees", tolerance)
    classes = len(np.unique(y))
    named = {"max_depth": 6, "eta": 0.3} | {
        {"learning_rate": "eta", "reg_lambda": "lambda"}.get(k, k): v for k, v in settings.items()
    }
    of_many = {"num_class": classes} if classes > 2 else {}
    objective = "multi:softprob" if classes > 2 else "binary:logistic"
    other = exact(objective, x[::2], y[::2], rounds, **named, **of_many)
    ours = NewtonBoostingClassifier(rounds, tree_method="exact", **settings).fit(x[::2], y[::2])
    told = ours.predict_proba(x)
    expected = other.predict(xgboost.DMatrix(x))
    np.testing.assert_allclose(told if classes > 2 else told[:, 1], expected, atol=tolerance)


@pytest.mark.curriculum("C11")
@drawn
@given(
    features=st.integers(1, 5),
    classes=st.integers(2, 3),
    depth=st.integers(1, 6),
    ridge=st.floats(0, 5),
    gamma=st.sampled_from([0.0, 0.5, 2.0]),
    least=st.floats(0.1, 5),
    missing=st.sampled_from([0.0, 0.2]),
    seed=seeds,
)
def test_second_order_boosting_is_xgboosts_exact_one(
    features: int,
    classes: int,
    depth: int,
    ridge: float,
    gamma: float,
    least: float,
    missing: float,
    seed: int,
) -> None:
    x, y = blobs(seed, 160, features, classes)
    same_as_xgboost(
        gaps(x, missing, seed),
        y,
        5,
        1e-5,
        max_depth=depth,
        reg_lambda=ridge,
        gamma=gamma,
        min_child_weight=least,
    )


@pytest.mark.curriculum("C11")
@pytest.mark.parametrize("name", ["breast_cancer", "wine", "digits"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_second_order_boosting_of_real_rows_is_xgboosts(name: str, missing: float) -> None:
    x, y = real(name)
    same_as_xgboost(gaps(x, missing, 0), y, 3 if name == "digits" else 10, 1e-6)


@pytest.mark.curriculum("C11")
def test_second_order_boosting_of_numbers_is_xgboosts() -> None:
    x, y = real("diabetes")
    y = (y - y.mean()) / y.std()
    ours = NewtonBoostingRegressor(20, tree_method="exact").fit(x[::2], y[::2])
    other = exact("reg:squarederror", x[::2], y[::2], 20)
    np.testing.assert_allclose(ours.predict(x), other.predict(xgboost.DMatrix(x)), atol=1e-5)


@pytest.mark.curriculum("C11")
def test_bins_lose_no_more_than_xgboosts_and_none_where_each_value_has_one() -> None:
    x, y = blobs(3, 4000, 6, 2)
    train, test = slice(0, 2000), slice(2000, None)
    settings: dict[str, Any] = {"n_estimators": 20, "max_depth": 4}
    data = xgboost.QuantileDMatrix(x[train], y[train], max_bin=32)
    shared = {"objective": "binary:logistic", "base_score": 0.5, "nthread": 1, "max_depth": 4}
    other = xgboost.train(shared | {"max_bin": 32, "tree_method": "hist"}, data, 20)
    told = NewtonBoostingClassifier(max_bin=32, **settings).fit(x[train], y[train])
    ours = roc_auc_score(y[test], told.predict_proba(x[test])[:, 1])
    expected = roc_auc_score(y[test], other.predict(xgboost.DMatrix(x[test])))
    assert ours == pytest.approx(expected, abs=0.005)
    whole = np.round(x[train] * 4)  # few values: a bin for each
    kinds = [
        NewtonBoostingClassifier(tree_method=kind, **settings).fit(whole, y[train])
        for kind in ("exact", "hist")
    ]
    gap = np.abs(kinds[0].predict_proba(whole) - kinds[1].predict_proba(whole))
    assert gap.max() < 1e-5


@pytest.mark.curriculum("C11")
def test_drawn_rows_and_features_depend_on_the_seed_alone() -> None:
    x, y = real("breast_cancer")
    some: dict[str, Any] = {"n_estimators": 20, "subsample": 0.6, "colsample_bytree": 0.4}
    one, two, three = (
        NewtonBoostingClassifier(**some, random_state=seed).fit(x[::2], y[::2])
        for seed in (1, 1, 2)
    )
    assert (one.predict_proba(x) == two.predict_proba(x)).all()
    assert not np.array_equal(one.predict_proba(x), three.predict_proba(x))
    assert min(kept.score(x[1::2], y[1::2]) for kept in (one, three)) > 0.9
    assert one.feature_importances_.sum() == pytest.approx(1)


@pytest.mark.curriculum("C11")
def test_rows_that_weigh_more_count_more_as_in_xgboost() -> None:
    x, y = real("breast_cancer")
    weight = np.random.default_rng(0).choice([0.5, 1.0, 2.0], len(y))
    ours = NewtonBoostingClassifier(5, tree_method="exact").fit(x, y, weight)
    settings = {"objective": "binary:logistic", "tree_method": "exact", "base_score": 0.5}
    other = xgboost.train(settings | {"nthread": 1}, xgboost.DMatrix(x, y, weight=weight), 5)
    np.testing.assert_allclose(
        ours.predict_proba(x)[:, 1], other.predict(xgboost.DMatrix(x)), atol=1e-6
    )

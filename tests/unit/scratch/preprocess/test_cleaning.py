"""Encoders, imputers and the pipeline that keeps what is judged on out of what is learnt."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.impute as their_impute
import sklearn.preprocessing as theirs
from hypothesis import given
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline as TheirPipeline

from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.linear.least_squares import LinearRegression
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.linear.ridge import Ridge
from penstock.scratch.preprocess.encoders import LabelEncoder, OneHotEncoder, OrdinalEncoder
from penstock.scratch.preprocess.imputers import KNNImputer, SimpleImputer
from penstock.scratch.preprocess.pipeline import Pipeline
from penstock.scratch.preprocess.scalers import StandardScaler
from penstock.scratch.selection.chi2 import SelectKBest
from penstock.scratch.tuning.validation import cross_val_score
from tests.unit.scratch.against_sklearn import alike, real
from tests.unit.scratch.against_torch import drawn, seeds


@pytest.mark.curriculum("F33")
@drawn
@given(rows=st.integers(1, 30), words=st.booleans(), seed=seeds)
def test_encoders_are_scikit_learns(rows: int, words: bool, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 4, (rows, 3))
    x = np.array(["red", "green", "blue", "grey"])[values] if words else values
    alike(
        OneHotEncoder(),
        theirs.OneHotEncoder(sparse_output=False),
        x,
        told=("transform",),
        tolerance=0,
    )
    alike(OrdinalEncoder(), theirs.OrdinalEncoder(), x, told=("transform",), tolerance=0)
    ours, other = LabelEncoder(), theirs.LabelEncoder()
    assert (ours.fit_transform(x[:, 0]) == other.fit_transform(x[:, 0])).all()
    assert (ours.inverse_transform(ours.transform(x[:, 0])) == x[:, 0]).all()


@pytest.mark.curriculum("F33")
def test_a_value_that_was_not_fitted_is_an_error_or_nothing() -> None:
    x, unseen = np.array([["a", 1], ["b", 2]], object), np.array([["a", 3]], object)
    with pytest.raises(ValueError, match=r"unknown categories \[3\] in column 1"):
        OneHotEncoder().fit(x).transform(unseen)
    ours = OneHotEncoder("ignore").fit(x).transform(unseen)
    other = theirs.OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(x)
    assert ours.tolist() == other.transform(unseen).tolist() == [[1, 0, 0, 0]]
    with pytest.raises(ValueError, match="unknown categories"):
        OrdinalEncoder().fit(x).transform(unseen)
    with pytest.raises(ValueError, match=r"previously unseen labels: \['c'\]"):
        LabelEncoder().fit(["a", "b"]).transform(["c"])
    with pytest.raises(ValueError, match="contains NaN"):
        OneHotEncoder().fit([[1.0], [np.nan]])
    with pytest.raises(ShapeError, match="1d array"):
        LabelEncoder().fit([["a"]])


def holed(seed: int, rows: int, columns: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(rows, columns)) * 4) / 2
    x[rng.random(x.shape) < 0.3] = np.nan
    x[0] = np.arange(columns)
    return x


@pytest.mark.curriculum("F31")
@drawn
@given(
    rows=st.integers(2, 40),
    columns=st.integers(1, 5),
    strategy=st.sampled_from(["mean", "median", "most_frequent", "constant"]),
    seed=seeds,
)
def test_gaps_are_filled_as_by_scikit_learn(
    rows: int, columns: int, strategy: str, seed: int
) -> None:
    x = holed(seed, rows, columns)
    alike(
        SimpleImputer(strategy, -1.0),
        their_impute.SimpleImputer(strategy=strategy, fill_value=-1.0),
        x,
        learnt=("statistics_",),
        told=("transform",),
        unseen=holed(seed + 1, 10, columns),
    )


@pytest.mark.curriculum("F31")
@drawn
@given(rows=st.integers(5, 40), columns=st.integers(2, 5), k=st.integers(1, 6), seed=seeds)
def test_gaps_are_filled_from_neighbours_as_by_scikit_learn(
    rows: int, columns: int, k: int, seed: int
) -> None:
    x = holed(seed, rows, columns)
    x += np.random.default_rng(seed).normal(size=x.shape) * 1e-3  # no two distances alike
    unseen = np.r_[holed(seed + 1, 8, columns) + 0.01, [[np.nan] * columns]]
    alike(
        KNNImputer(k),
        their_impute.KNNImputer(n_neighbors=k),
        x,
        told=("transform",),
        unseen=unseen,
        tolerance=1e-9,
    )


@pytest.mark.curriculum("F31")
def test_gaps_in_real_rows_are_filled_as_by_scikit_learn() -> None:
    x, _ = real("wine")
    x = np.where(np.random.default_rng(0).random(x.shape) < 0.2, np.nan, x)
    told = ("transform",)
    alike(KNNImputer(), their_impute.KNNImputer(), x[::2], told=told, unseen=x[1::2])
    alike(SimpleImputer(), their_impute.SimpleImputer(), x[::2], told=told, unseen=x[1::2])
    assert not np.isnan(KNNImputer().fit_transform(x)).any()
    empty = np.c_[x[:, :1], np.full(len(x), np.nan)]
    for imputer in (SimpleImputer(), KNNImputer()):
        with pytest.raises(SettingError, match=r"a value in every feature, got none in \[1\]"):
            imputer.fit(empty)


@pytest.mark.curriculum("F36")
def test_a_pipeline_is_scikit_learns_and_does_what_its_last_step_can() -> None:
    x, y = real("breast_cancer")
    x = np.where(np.random.default_rng(0).random(x.shape) < 0.1, np.nan, x)
    steps = [("fill", SimpleImputer()), ("scale", StandardScaler()), ("fit", LogisticRegression())]
    told = ("predict", "predict_proba", "decision_function")
    alike(Pipeline(steps), TheirPipeline(steps), x[::2], y[::2], told=told, unseen=x[1::2])
    whole = Pipeline(steps[:2]).fit(x)
    assert whole.transform(x).std(axis=0) == pytest.approx(np.ones(x.shape[1]))
    assert not hasattr(whole, "predict") and hasattr(Pipeline(steps), "predict")
    with pytest.raises(SettingError, match="each of another name"):
        Pipeline([("a", StandardScaler()), ("a", LogisticRegression())]).fit(x, y)


@pytest.mark.curriculum("F36")
def test_a_step_that_saw_the_rows_that_are_judged_on_flatters_and_a_pipeline_does_not() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.random((60, 2000)), rng.integers(0, 2, 60)  # nothing to learn
    leaky = SelectKBest(k=20).fit_transform(x, y)
    assert cross_val_score(LogisticRegression(), leaky, y).mean() > 0.7
    honest = Pipeline([("select", SelectKBest(k=20)), ("fit", LogisticRegression())])
    assert abs(cross_val_score(honest, x, y).mean() - 0.5) < 0.15


@pytest.mark.curriculum("F36")
def test_what_a_step_learns_in_a_fold_is_that_folds_alone() -> None:
    x, y = real("wine")
    seen = []

    class Watched(StandardScaler):
        def fit(self, X: np.ndarray, y: object = None) -> Watched:
            seen.append(len(X))
            return super().fit(X, y)

    cross_val_score(Pipeline([("scale", Watched()), ("fit", LogisticRegression())]), x, y, 5)
    assert len(seen) == 5 and max(seen) < len(x)


@pytest.mark.curriculum("F35")
def test_products_of_columns_lift_the_fit_of_real_rows_by_cross_validation() -> None:
    x, y = real("diabetes")
    bmi, pressure, sugar = x[:, 2], x[:, 3], x[:, 9]
    made = np.c_[x, bmi * pressure, bmi * sugar, bmi**2, x[:, 0] * x[:, 1]]
    plain, lifted = (
        cross_val_score(Pipeline([("scale", StandardScaler()), ("fit", Ridge(10.0))]), one, y, 10)
        for one in (x, made)
    )
    assert lifted.mean() > plain.mean() + 0.005
    assert (lifted > plain).sum() >= 6
    assert LinearRegression().fit(made, y).score(made, y) > LinearRegression().fit(x, y).score(x, y)

from __future__ import annotations

import warnings
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import sklearn.base
from scipy import sparse
from sklearn import utils as theirs
from sklearn.linear_model import LogisticRegression as TheirLogistic
from sklearn.model_selection import GridSearchCV as TheirSearch
from sklearn.model_selection import cross_val_score as their_score
from sklearn.naive_bayes import GaussianNB as TheirBayes
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from penstock.scratch.bayes.gaussian import GaussianNB
from penstock.scratch.cluster.kmeans import KMeans
from penstock.scratch.ensemble.newton_boosting import NewtonBoostingClassifier
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators import tags as ours
from penstock.scratch.estimators.errors import DataConversionWarning, NotFittedError
from penstock.scratch.estimators.estimator import Estimator, clone
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.linear.ridge import Ridge
from penstock.scratch.preprocess.pipeline import Pipeline
from penstock.scratch.preprocess.scalers import StandardScaler
from tests.unit.scratch.against_sklearn import blobs, real
from tests.unit.scratch.estimators.every import EVERY

every = pytest.mark.parametrize("estimator", EVERY, ids=lambda one: type(one).__name__)
# What the check asks for is one of scikit-learn's own classes, which nothing here may import.
OWN_CLASSES = {
    "check_valid_tag_types": "the tags are its fields, by other classes",
    "check_estimators_unfitted": "the error is its twin, by another class",
}
DIFFERS = {
    NewtonBoostingClassifier: {
        "check_sample_weight_equivalence_on_dense_data": "sums of float32, as XGBoost's, round"
    },
    KMeans: {
        "check_sample_weight_equivalence_on_dense_data": "centres are drawn by rows, as theirs"
    },
}


@pytest.mark.curriculum("C37")
@every
def test_every_estimator_passes_scikit_learns_checks(estimator: Estimator) -> None:
    expected = OWN_CLASSES | DIFFERS.get(type(estimator), {})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Estimator .* does not inherit")
        results = check_estimator(estimator, expected_failed_checks=expected, on_skip=None)
    assert sum(one["status"] == "passed" for one in results) > 30


@pytest.mark.curriculum("C37")
@every
def test_an_estimator_that_is_not_fitted_says_so(estimator: Estimator) -> None:
    x = np.ones((3, 2))
    for method in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(estimator, method):
            with pytest.raises(NotFittedError, match="is not fitted yet") as error:
                getattr(clone(estimator), method)(x)
            assert isinstance(error.value, ValueError) and isinstance(error.value, AttributeError)


def test_tags_bear_all_names_and_defaults_of_scikit_learns() -> None:
    for name in ("Tags", "InputTags", "TargetTags", "ClassifierTags", "RegressorTags"):
        here, there = fields(getattr(ours, name)), fields(getattr(theirs, name))
        assert [one.name for one in here] == [one.name for one in there]
        same = ("input_tags", "preserves_dtype")
        for one, other in zip(here, there, strict=True):
            assert one.default == other.default or one.name in same


@pytest.mark.curriculum("C37")
def test_scikit_learns_tools_take_estimators_from_here() -> None:
    x, y = real("wine")
    piped = make_pipeline(StandardScaler(), LogisticRegression())
    assert their_score(piped, x, y, cv=3).mean() > 0.95
    search = TheirSearch(piped, {"logisticregression__C": [1e-4, 1.0]}, cv=3).fit(x, y)
    assert search.best_params_ == {"logisticregression__C": 1.0}
    assert sklearn.base.is_classifier(LogisticRegression())
    assert sklearn.base.is_regressor(Ridge())
    assert sklearn.base.clone(Ridge(3.0)).alpha == 3.0


def test_parameters_are_read_and_set_by_name_down_to_the_last_step() -> None:
    whole = Pipeline([("scale", StandardScaler()), ("fit", LogisticRegression(C=2.0))])
    assert whole.get_params()["fit__C"] == 2.0
    copied = clone(whole).set_params(fit__C=5.0, scale=StandardScaler(with_mean=False))
    assert copied.get_params()["fit__C"] == 5.0 and not copied.steps[0][1].with_mean
    assert whole.get_params()["fit__C"] == 2.0
    assert repr(Ridge(3.0)) == "Ridge(alpha=3.0)"
    with pytest.raises(ValueError, match="Invalid parameter 'alfa' for estimator Ridge"):
        Ridge().set_params(alfa=1)


def test_parameters_of_an_inherited_init_are_read_set_and_shown_as_those_of_an_own() -> None:
    boosting = NewtonBoostingClassifier(7).set_params(gamma=0.5)
    assert {"n_estimators": 7, "gamma": 0.5}.items() <= clone(boosting).get_params().items()
    assert repr(boosting) == "NewtonBoostingClassifier(gamma=0.5, n_estimators=7)"


@pytest.mark.parametrize(
    ("x", "y", "error", "said"),
    [
        ([1.0, 2.0], [0, 1], ValueError, "Reshape your data"),
        ([[[1.0]], [[2.0]]], [0, 1], ValueError, "Found array with dim 3"),
        (np.ones((0, 2)), [], ValueError, r"0 sample\(s\) \(shape=\(0, 2\)\)"),
        (np.ones((2, 0)), [0, 1], ValueError, r"0 feature\(s\)"),
        ([[1.0], [np.nan]], [0, 1], ValueError, "Input X contains NaN"),
        ([[1.0], [np.inf]], [0, 1], ValueError, "Input X contains infinity"),
        (np.array([[1.0], [2j]]), [0, 1], ValueError, "Complex data not supported"),
        ([["a"], ["b"]], [0, 1], ValueError, "could not convert string"),
        ([[1.0], [2.0]], None, ValueError, "requires y to be passed"),
        ([[1.0], [2.0]], [0, 1, 1], ValueError, r"inconsistent numbers of samples: \[2, 3\]"),
        ([[1.0], [2.0]], [0.5, 1.5], ValueError, "Unknown label type: continuous"),
        ([[1.0], [2.0]], [[0, 1], [1, 0]], ValueError, "y should be a 1d array"),
        ([[1.0], [2.0]], [0, np.nan], ValueError, "Input y contains NaN"),
        ([[1.0], [2.0]], [1, 1], ValueError, "only one class: 1|one class: np.int64"),
    ],
)
def test_what_no_classifier_can_learn_from_raises_what_scikit_learn_raises(
    x: Any, y: Any, error: type[Exception], said: str
) -> None:
    for kind in (LogisticRegression, TheirLogistic):
        with pytest.raises(error, match=said):
            kind().fit(x, y)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ([1.0], r"sample_weight.shape == \(1,\), expected \(2,\)"),
        ([[1.0], [1.0]], "must be 1D array or scalar"),
        ([0.0, 0.0], "at least one non-zero"),
        ([1.0, np.nan], "Input sample_weight contains NaN"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weight: Any, said: str) -> None:
    for kind in (LogisticRegression, TheirLogistic):
        with pytest.raises(ValueError, match=said):
            kind().fit([[1.0], [2.0]], [0, 1], sample_weight=weight)


def test_rows_that_leave_their_zeros_out_and_weights_below_0_are_refused() -> None:
    for kind in (GaussianNB, TheirBayes):
        with pytest.raises(TypeError, match="Sparse data was passed"):
            kind().fit(sparse.csr_array(np.eye(2)), [0, 1])
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        Ridge().fit([[1.0], [2.0]], [0.0, 1.0], sample_weight=[1.0, -1.0])


def test_a_column_of_labels_is_taken_with_a_warning_that_names_the_caller() -> None:
    x, y = blobs(0, 20, 2, 2)
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed") as said:
        LogisticRegression().fit(x, y[:, None])
    assert said[0].filename == __file__


def test_rows_of_another_width_are_refused() -> None:
    x, y = blobs(0, 20, 3, 2)
    for kind in (LogisticRegression, TheirLogistic):
        with pytest.raises(ValueError, match="X has 2 features, but LogisticRegression is expec"):
            kind().fit(x, y).predict(x[:, :2])


@pytest.mark.parametrize(
    ("estimator", "said"),
    [
        (Ridge(alpha=-1.0), "The 'alpha' parameter of Ridge: expected a number from 0, got -1.0"),
        (LogisticRegression(C=0.0), "'C' parameter of LogisticRegression"),
        (LogisticRegression(class_weight="even"), "'balanced' or {class: weight}, got even"),
        (NewtonBoostingClassifier(base_score=1.0), "a probability between 0 and 1"),
        (NewtonBoostingClassifier(tree_method="hits"), "'exact' or 'hist', got hits"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_at_fit(estimator: Any, said: str) -> None:
    x, y = blobs(0, 20, 2, 2)
    with pytest.raises(SettingError, match=said):
        estimator.fit(x, y)

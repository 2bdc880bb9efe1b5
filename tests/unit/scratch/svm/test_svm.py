from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.svm as theirs
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.errors import ConvergenceWarning
from penstock.scratch.svm.kernels import kernel
from penstock.scratch.svm.linear_svc import LinearSVC
from penstock.scratch.svm.smo import solve
from penstock.scratch.svm.svc import SVC
from tests.unit.scratch.against_sklearn import alike, blobs, standard
from tests.unit.scratch.against_torch import drawn, seeds


@pytest.mark.curriculum("C16")
@drawn
@given(
    kind=st.sampled_from(["linear", "rbf", "poly"]),
    features=st.integers(2, 4),
    classes=st.integers(2, 4),
    c=st.floats(0.1, 5),
    seed=seeds,
)
def test_a_machine_with_a_kernel_decides_as_scikit_learns(
    kind: str, features: int, classes: int, c: float, seed: int
) -> None:
    x, y = blobs(seed, 80, features, classes)
    settings: dict[str, Any] = {"C": c, "kernel": kind, "tol": 1e-6, "coef0": 0.5}
    alike(
        SVC(**settings),
        theirs.SVC(**settings),
        x,
        y,
        told=("decision_function",),
        tolerance=1e-3,
    )


@pytest.mark.curriculum("C16")
@pytest.mark.parametrize("name", ["breast_cancer", "wine", "digits"])
def test_dual_coefficients_and_support_vectors_of_real_rows_are_scikit_learns(name: str) -> None:
    x, y = standard(name)
    x, y = x[:700], y[:700]
    settings: dict[str, Any] = {"kernel": "rbf", "tol": 1e-7}
    ours, other = SVC(**settings), theirs.SVC(**settings)
    learnt = ("support_", "n_support_", "dual_coef_", "intercept_")
    told = ("decision_function", "predict")
    alike(ours, other, x, y, learnt=learnt, told=told, tolerance=1e-4)


@pytest.mark.curriculum("C16")
@pytest.mark.parametrize("kind", ["linear", "poly"])
def test_other_kernels_of_real_rows_decide_as_scikit_learns(kind: str) -> None:
    x, y = standard("breast_cancer")
    settings: dict[str, Any] = {"kernel": kind, "tol": 1e-6, "class_weight": {0: 2.0}}
    told = ("decision_function", "predict")
    alike(SVC(**settings), theirs.SVC(**settings), x, y, told=told, tolerance=1e-3)


@pytest.mark.curriculum("C16")
@drawn
@given(rows=st.integers(6, 40), c=st.floats(0.1, 10), seed=seeds)
def test_smo_ends_where_karush_kuhn_and_tucker_say(rows: int, c: float, seed: int) -> None:
    x, y = blobs(seed, rows, 2, 2)
    sign = np.where(y > 0, 1.0, -1.0)
    gram = kernel("rbf", x, x, 0.5, 3, 0.0)
    found = solve(gram, sign, np.full(rows, c), 1e-8, -1)
    assert abs(found.alpha @ sign) < 1e-9 and (found.alpha >= 0).all() and (found.alpha <= c).all()
    margin = sign * (gram @ (found.alpha * sign) + found.bias)
    assert (margin[found.alpha == 0] >= 1 - 1e-6).all()
    assert (margin[found.alpha == c] <= 1 + 1e-6).all()
    free = (found.alpha > 0) & (found.alpha < c)
    np.testing.assert_allclose(margin[free], 1, atol=1e-6)
    weighed = found.alpha * sign
    slack = np.maximum(0, 1 - margin).sum()
    primal = 0.5 * weighed @ gram @ weighed + c * slack
    assert primal == pytest.approx(-found.objective, rel=1e-5)  # no gap between the two programs


@pytest.mark.curriculum("C15")
def test_a_hard_margin_is_scikit_learns_and_a_soft_one_is_wider() -> None:
    x, y = blobs(2, 60, 2, 2)
    x = x + 4 * y[:, None]  # a plane fits between
    widths = []
    for c in (1e6, 1e-3):
        ours = SVC(C=c, kernel="linear", tol=1e-8)
        other = theirs.SVC(C=c, kernel="linear", tol=1e-8)
        alike(ours, other, x, y, learnt=("support_", "dual_coef_"), tolerance=1e-4)
        normal = ours.dual_coef_[0] @ ours.support_vectors_
        np.testing.assert_allclose(normal, other.coef_[0], rtol=1e-4)
        widths.append(2 / np.linalg.norm(normal))
    assert widths[1] > widths[0]
    hard = SVC(C=1e6, kernel="linear", tol=1e-8).fit(x, y)
    assert np.abs(hard.decision_function(x)).min() == pytest.approx(1, abs=1e-4)


@pytest.mark.curriculum("C15")
@drawn
@given(features=st.integers(1, 4), classes=st.integers(2, 4), c=st.floats(0.01, 5), seed=seeds)
def test_the_linear_machine_is_liblinears(features: int, classes: int, c: float, seed: int) -> None:
    x, y = blobs(seed, 80, features, classes)
    alike(
        LinearSVC(C=c, tol=1e-10),
        theirs.LinearSVC(C=c, dual=False, tol=1e-10, max_iter=10_000),
        x,
        y,
        learnt=("coef_", "intercept_"),
        told=("decision_function", "predict"),
        tolerance=1e-5,
    )


@pytest.mark.curriculum("C15")
@pytest.mark.parametrize("name", ["breast_cancer", "wine", "digits"])
def test_the_linear_machine_of_real_rows_is_liblinears(name: str) -> None:
    x, y = standard(name)
    alike(
        LinearSVC(),
        theirs.LinearSVC(dual=False, tol=1e-9, max_iter=10_000),
        x,
        y,
        learnt=("coef_", "intercept_"),
        tolerance=1e-5,
    )


@pytest.mark.parametrize(
    ("machine", "error", "said"),
    [
        (SVC(C=0), SettingError, "'C' parameter of SVC"),
        (SVC(kernel="rbg"), SettingError, "linear or rbf or poly or sigmoid"),
        (SVC(gamma="skale"), SettingError, "'scale', 'auto' or a number"),
        (LinearSVC(C=-1), SettingError, "'C' parameter of LinearSVC"),
    ],
)
def test_settings_that_mean_nothing_are_refused(
    machine: Any, error: type[Exception], said: str
) -> None:
    x, y = blobs(0, 20, 2, 2)
    with pytest.raises(error, match=said):
        machine.fit(x, y)


def test_one_class_and_too_few_steps_are_told() -> None:
    x, y = blobs(0, 20, 2, 2)
    with pytest.raises(ValueError, match="greater than one; got 1 class"):
        SVC().fit(x, np.zeros(20))
    with pytest.raises(ValueError, match="only one class"):
        LinearSVC().fit(x, np.zeros(20))
    with pytest.warns(ConvergenceWarning, match="Solver terminated early"):
        SVC(max_iter=1).fit(x, y)

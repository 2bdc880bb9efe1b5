from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.models.perceptron import Perceptron, mistake_bound
from tests.unit.scratch.against_torch import drawn, numbers, seeds


def separable(seed: int, rows: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows at least 0.1 from a random plane."""
    x = numbers(seed, 4 * rows, inputs)
    plane = numbers(seed + 1, inputs)
    side = (x @ plane + 0.3) / np.linalg.norm(plane)
    far = np.abs(side) > 0.1
    return x[far][:rows], np.sign(side[far][:rows]).astype(int)


@pytest.mark.curriculum("N01")
@drawn
@given(rows=st.integers(5, 60), inputs=st.integers(1, 4), seed=seeds)
def test_separable_rows_are_learnt_within_novikoffs_bound(
    rows: int, inputs: int, seed: int
) -> None:
    x, y = separable(seed, rows, inputs)
    model = Perceptron(10_000).fit(x, y)
    assert (model.predict(x) == y).all() and model.mistakes[-1] == 0
    plane = numbers(seed + 1, inputs)
    assert sum(model.mistakes) <= mistake_bound(x, y, plane, 0.3)
    assert sum(model.mistakes) <= mistake_bound(x, y, model.weight, model.bias)


@pytest.mark.curriculum("N01")
def test_weights_are_scikit_learns() -> None:
    from sklearn.linear_model import Perceptron as Theirs

    x, y = separable(3, 80, 3)
    ours = Perceptron(passes=20).fit(x, y)
    theirs = Theirs(shuffle=False, tol=None, max_iter=20).fit(x, y)
    np.testing.assert_allclose(ours.weight, theirs.coef_[0], rtol=1e-12)
    assert ours.bias == theirs.intercept_[0] and (ours.predict(x) == theirs.predict(x)).all()


def test_rows_that_no_plane_separates_end_with_the_passes() -> None:
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([-1, 1, 1, -1])
    model = Perceptron(passes=7).fit(x, y)
    assert len(model.mistakes) == 7 and model.mistakes[-1] > 0
    with pytest.raises(SettingError, match="every row on its side"):
        mistake_bound(x, y, model.weight, model.bias)


def test_what_it_cannot_learn_from_is_refused() -> None:
    with pytest.raises(SettingError, match="labels -1 and 1"):
        Perceptron().fit(np.ones((2, 1)), np.array([0, 1]))
    with pytest.raises(ShapeError, match=r"\(2, 1\), \(3,\)"):
        Perceptron().fit(np.ones((2, 1)), np.ones(3))
    with pytest.raises(SettingError, match="passes from 1"):
        Perceptron(0)

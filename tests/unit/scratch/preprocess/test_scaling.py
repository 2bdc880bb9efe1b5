from __future__ import annotations

import numpy as np
import pytest
import sklearn.preprocessing as theirs
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError
from penstock.scratch.preprocess.power import PowerTransformer, yeo_johnson
from penstock.scratch.preprocess.scalers import MinMaxScaler, StandardScaler
from tests.unit.scratch.against_sklearn import alike, real
from tests.unit.scratch.against_torch import drawn, seeds


def table(seed: int, rows: int, columns: int, holes: bool) -> np.ndarray:
    """Columns of several scales, one that never changes, and perhaps gaps."""
    rng = np.random.default_rng(seed)
    x = rng.lognormal(size=(rows, columns)) * 10.0 ** rng.integers(-3, 4, columns)
    x[:, 0] = 7.5
    if holes:
        x[rng.random(x.shape) < 0.2] = np.nan
        x[0] = 1.0
    return x - (seed % 2)


@pytest.mark.curriculum("F32")
@drawn
@given(rows=st.integers(2, 40), columns=st.integers(1, 5), holes=st.booleans(), seed=seeds)
def test_scales_are_scikit_learns_gaps_and_constants_too(
    rows: int, columns: int, holes: bool, seed: int
) -> None:
    x = table(seed, rows, columns, holes)
    learnt = ("mean_", "var_", "scale_")
    for mean in (True, False):
        alike(
            StandardScaler(with_mean=mean),
            theirs.StandardScaler(with_mean=mean),
            x,
            learnt=learnt if mean else (),
            told=("transform", "inverse_transform"),
            tolerance=1e-9,
        )
    alike(
        MinMaxScaler((-1, 2)),
        theirs.MinMaxScaler((-1, 2)),
        x,
        learnt=("data_min_", "data_max_", "scale_", "min_"),
        told=("transform", "inverse_transform"),
        tolerance=1e-9,
    )


@pytest.mark.curriculum("F32")
@drawn
@given(rows=st.integers(10, 60), columns=st.integers(1, 4), holes=st.booleans(), seed=seeds)
def test_powers_are_scikit_learns(rows: int, columns: int, holes: bool, seed: int) -> None:
    x = np.random.default_rng(seed).gamma(1.5, 2.0, (rows, columns)) - 1
    if holes:
        x[1::4, 0] = np.nan
    alike(
        PowerTransformer(),
        theirs.PowerTransformer(),
        x,
        learnt=("lambdas_",),
        told=("transform",),
        tolerance=1e-5,
    )


@pytest.mark.curriculum("F32")
@pytest.mark.parametrize("name", ["breast_cancer", "wine", "diabetes"])
def test_real_columns_are_scaled_and_bent_as_by_scikit_learn(name: str) -> None:
    x, _ = real(name)
    alike(StandardScaler(), theirs.StandardScaler(), x[::2], told=("transform",), unseen=x[1::2])
    alike(MinMaxScaler(), theirs.MinMaxScaler(), x[::2], told=("transform",), unseen=x[1::2])
    alike(
        PowerTransformer(),
        theirs.PowerTransformer(),
        x[:, :6],
        learnt=("lambdas_",),
        told=("transform",),
        tolerance=1e-4,
    )


@pytest.mark.curriculum("F32")
@drawn
@given(power=st.floats(-3, 5), seed=seeds)
def test_the_power_leaves_0_where_it_is_and_never_turns_the_order(power: float, seed: int) -> None:
    x = np.sort(np.random.default_rng(seed).normal(size=20) * 3)
    assert (np.diff(yeo_johnson(x, power)) > 0).all()
    assert yeo_johnson(np.zeros(1), power) == 0
    np.testing.assert_allclose(yeo_johnson(x, 1.0), x, atol=1e-12)


def test_a_range_that_does_not_ascend_is_refused() -> None:
    with pytest.raises(SettingError, match=r"\(lower, higher\), got \(1, 1\)"):
        MinMaxScaler((1, 1)).fit(np.ones((2, 1)))

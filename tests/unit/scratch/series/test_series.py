"""Series in time, against statsmodels."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa import arima_process, stattools
from statsmodels.tsa.arima import model as theirs

from penstock.scratch.errors import SettingError
from penstock.scratch.series.arima import ARIMA, best_order
from penstock.scratch.series.autocorrelation import autocorrelation, partial_autocorrelation
from penstock.scratch.series.state_space import innovations, log_likelihood
from penstock.scratch.series.stationarity import dickey_fuller
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, numbers, seeds


def process(ar: list[float], ma: list[float], size: int, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed)
    made = arima_process.ArmaProcess(np.r_[1, -np.array(ar)], np.r_[1, ma])
    return made.generate_sample(size, distrvs=lambda size: noise.normal(size=size), burnin=100)


def equal(ours: object, theirs: object, tolerance: float) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
    held("statsmodels", tolerance)


@pytest.mark.curriculum("C29")
@drawn
@given(seed=seeds, size=st.integers(20, 200), lags=st.integers(0, 9))
def test_correlations_with_the_past_are_statsmodels(seed: int, size: int, lags: int) -> None:
    x = np.cumsum(numbers(seed, size)) + numbers(seed + 1, size)
    equal(autocorrelation(x, lags), stattools.acf(x, nlags=lags, fft=False), 1e-10)
    if lags:
        equal(partial_autocorrelation(x, lags), stattools.pacf(x, nlags=lags, method="ldb"), 1e-8)


@pytest.mark.curriculum("C28")
@drawn
@given(seed=seeds, size=st.integers(40, 200), lags=st.one_of(st.none(), st.integers(0, 4)))
def test_the_test_of_stationarity_is_statsmodels(seed: int, size: int, lags: int | None) -> None:
    noise = numbers(seed, size)
    for x in (noise, np.cumsum(noise)):
        ours = dickey_fuller(x, lags)
        if lags is None:
            statistic, p, used, rows, *_ = stattools.adfuller(x, autolag="AIC", result_object=False)
        else:
            statistic, p, used, rows, *_ = stattools.adfuller(
                x, lags, autolag=None, result_object=False
            )
        assert (ours.lags, ours.rows) == (used, rows)
        equal((ours.statistic, ours.p), (statistic, p), 1e-6)


@pytest.mark.curriculum("C28")
def test_what_comes_back_is_told_from_what_wanders() -> None:
    x = process([0.5], [], 400, 1)
    assert dickey_fuller(x).p < 0.01
    assert dickey_fuller(np.cumsum(x)).p > 0.1


@pytest.mark.curriculum("C30")
@pytest.mark.parametrize(
    "order",
    [(1, 0, 0), (2, 0, 0), (0, 0, 1), (1, 0, 1), (2, 0, 1), (1, 1, 1), (0, 1, 1), (1, 2, 1)],
)
def test_parameters_and_likelihood_are_statsmodels(order: tuple[int, int, int]) -> None:
    p, d, q = order
    x = process([0.6, -0.3][:p], [0.4][:q], 180, seed=7) + 2
    for _ in range(d):
        x = np.cumsum(x - x.mean() if d == 2 else x)
    ours = ARIMA(order).fit(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # It differences exactly as we do where it is told to difference first.
        given = np.diff(x, d)
        trend = "c" if d == 0 else "n"
        other = theirs.ARIMA(given, order=(p, 0, q), trend=trend).fit()
    assert ours.likelihood >= other.llf - 1e-5
    assert ours.likelihood == pytest.approx(other.llf, abs=5e-3)
    held("statsmodels' log-likelihood", 5e-3)
    np.testing.assert_allclose(
        np.r_[ours.ar, ours.ma], np.r_[other.arparams, other.maparams], atol=0.01
    )
    assert ours.noise == pytest.approx(other.params[-1], rel=0.01)
    expected = other.forecast(5)
    for times in range(d - 1, -1, -1):
        expected = np.diff(x, times)[-1] + np.cumsum(expected)
    np.testing.assert_allclose(ours.forecast(5), expected, rtol=0.02, atol=0.02 * np.ptp(x))


@pytest.mark.curriculum("C30")
@drawn
@given(seed=seeds, phi=st.floats(-0.9, 0.9), theta=st.floats(-0.9, 0.9))
def test_the_filter_gives_the_likelihood_of_the_whole_covariance(
    seed: int, phi: float, theta: float
) -> None:
    from scipy.stats import multivariate_normal

    x = numbers(seed, 12)
    cov = arima_process.arma_acovf([1, -phi], [1, theta], nobs=12)
    matrix = cov[np.abs(np.subtract.outer(range(12), range(12)))] * 1.3
    surprise, width, _ = innovations(x, np.array([phi]), np.array([theta]))
    expected = multivariate_normal(np.zeros(12), matrix, allow_singular=True).logpdf(x)
    assert log_likelihood(surprise, width, 1.3) == pytest.approx(expected, rel=1e-6)
    held("the Gaussian density of the whole series", 1e-6)


@pytest.mark.curriculum("C31")
def test_criteria_are_statsmodels_and_choose_the_order_that_made_the_series() -> None:
    x = process([0.6, -0.5], [], 160, seed=3)
    orders = [(p, 0, q) for p in (1, 2, 3) for q in (0, 1)]
    chosen, told = best_order(x, orders, "bic")
    assert chosen == (2, 0, 0)
    ours, other = ARIMA(chosen).fit(x), theirs.ARIMA(x, order=chosen).fit()
    assert (ours.aic, ours.bic) == pytest.approx((other.aic, other.bic), abs=1e-2)
    held("statsmodels' AIC and BIC", 1e-2)
    assert min(told.values()) == told[chosen] == ours.bic


def test_series_that_tell_nothing_are_refused() -> None:
    with pytest.raises(SettingError, match="varies"):
        autocorrelation(np.ones(9), 2)
    with pytest.raises(SettingError, match="lags from 0 to 8"):
        autocorrelation(np.arange(9.0), 9)
    with pytest.raises(SettingError, match="a longer series"):
        dickey_fuller(np.arange(5.0), 4)
    with pytest.raises(SettingError, match="a longer series that varies"):
        ARIMA((1, 0, 0)).fit(np.ones(30))
    with pytest.raises(SettingError, match="orders from 0"):
        ARIMA((-1, 0, 0))
    with pytest.raises(SettingError, match="orders of one d"):
        best_order(np.arange(9.0), [(1, 0, 0), (1, 1, 0)])

"""ARIMA: differences that depend on their past and on past noise (Box and Jenkins 1970).

Fitted by the exact likelihood, its maximum found by BFGS (Nocedal and Wright 2006, algorithm 6.1)
over partial autocorrelations, so that every guess is stationary and invertible (Jones 1980).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.series.state_space import arma_matrices, innovations, log_likelihood

Order = tuple[int, int, int]


class ARIMA:
    """Orders p, d and q; without differences (d = 0) the series has a mean.

    Attributes:
        ar, ma: (p,) and (q,): φ and θ.
        mean: of the series; 0 where it is differenced.
        noise: variance of what is new in each step.
        likelihood: the logarithm of its maximum.
        aic, bic: 2 k - 2 log L and k log N - 2 log L, k counting the noise.
    """

    def __init__(self, order: Order) -> None:
        if min(order) < 0:
            raise SettingError("ARIMA", "orders from 0", order)
        self.order = order
        self.ar, self.ma = np.zeros(0), np.zeros(0)
        self.mean = self.noise = self.likelihood = self.aic = self.bic = 0.0

    def fit(self, series: Array) -> Self:
        """Find the likeliest parameters.

        Raises:
            SettingError: the series is too short, or does not vary.
        """
        p, d, q = self.order
        self._series = np.asarray(series, np.float64)
        given = np.diff(self._series, d)
        if len(given) <= p + q + 2 or np.ptp(given) == 0:
            came = f"{len(given)} values from {given.min():g} to {given.max():g}"
            raise SettingError("ARIMA", "a longer series that varies", came)
        centred = d == 0
        start = np.zeros(p + q + centred)
        if centred:
            start[-1] = 0.0
        base, scale = (given.mean(), given.std()) if centred else (0.0, given.std())

        def parts(guess: Array) -> tuple[Array, Array, float]:
            mean = base + scale * guess[-1] if centred else 0.0
            return _stable(guess[:p]), -_stable(guess[p : p + q]), float(mean)

        def cost(guess: Array) -> float:
            ar, ma, mean = parts(guess)
            surprise, width, _ = innovations(given - mean, ar, ma)
            noise = float((surprise**2 / width).mean())
            return -log_likelihood(surprise, width, noise) / len(given)

        self.ar, self.ma, self.mean = parts(minimised(cost, start))
        surprise, width, self._state = innovations(given - self.mean, self.ar, self.ma)
        self.noise = float((surprise**2 / width).mean())
        self.likelihood = log_likelihood(surprise, width, self.noise)
        count = p + q + centred + 1
        self.aic = 2 * count - 2 * self.likelihood
        self.bic = count * np.log(len(given)) - 2 * self.likelihood
        return self

    def forecast(self, steps: int) -> Array:
        """(steps,): what is expected next."""
        move, _ = arma_matrices(self.ar, self.ma)
        state, found = self._state, []
        for _ in range(steps):
            found.append(state[0] + self.mean)
            state = move @ state
        ahead = np.array(found)
        for times in range(self.order[1] - 1, -1, -1):
            ahead = np.diff(self._series, times)[-1] + np.cumsum(ahead)
        return ahead


def best_order(
    series: Array, orders: Iterable[Order], by: str = "aic"
) -> tuple[Order, dict[Order, float]]:
    """The order with the least `aic` or `bic`, and that of all; they must share d to be compared.

    Raises:
        SettingError: orders of different d, or another criterion.
    """
    tried = list(orders)
    if len({d for _, d, _ in tried}) != 1 or by not in ("aic", "bic"):
        raise SettingError("best_order", "orders of one d, by aic or bic", (tried, by))
    told = {order: float(getattr(ARIMA(order).fit(series), by)) for order in tried}
    return min(told, key=lambda order: told[order]), told


def _stable(guess: Array) -> Array:
    """Weights of a stationary process, from any numbers: squeezed to partials, then summed up."""
    weights = np.zeros(0)
    for partial in guess / np.sqrt(1 + guess**2):
        weights = np.append(weights - partial * weights[::-1], partial)
    return weights


def minimised(cost: Callable[[Array], float], start: Array, steps: int = 200) -> Array:
    """Where the cost is least, by BFGS with central differences for gradients."""
    x = np.asarray(start, np.float64)
    inverse = np.eye(len(x))
    value, slope = cost(x), _slope(cost, x)
    for _ in range(steps):
        if np.abs(slope).max(initial=0.0) < 1e-8:
            break
        direction = -inverse @ slope
        if direction @ slope >= 0:
            inverse, direction = np.eye(len(x)), -slope
        reach = min(1.0, 2.0 / max(np.abs(direction).max(), 1e-12))
        while cost(x + reach * direction) > value + 1e-4 * reach * (direction @ slope):
            reach /= 2
            if reach < 1e-12:
                return x
        moved = reach * direction
        x = x + moved
        after = _slope(cost, x)
        turned = after - slope
        value, slope = cost(x), after
        along = moved @ turned
        if along > 1e-14:
            shape = np.eye(len(x)) - np.outer(moved, turned) / along
            inverse = shape @ inverse @ shape.T + np.outer(moved, moved) / along
    return x


def _slope(cost: Callable[[Array], float], x: Array, step: float = 1e-5) -> Array:
    sides = np.eye(len(x)) * step
    return np.array([(cost(x + side) - cost(x - side)) / (2 * step) for side in sides])

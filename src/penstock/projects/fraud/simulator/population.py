"""Who pays and where: cards and terminals on a map of 100 x 100, from two fixed seeds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Customers(NamedTuple):
    """One entry per card: place, mean amount (its spread is half of that), payments per day."""

    x: Floats
    y: Floats
    mean_amount: Floats
    per_day: Floats


class Terminals(NamedTuple):
    """One entry per terminal: its place."""

    x: Floats
    y: Floats


def draw_customers(count: int) -> Customers:
    """The first `count` cards of the world."""
    low, high = np.array([0.0, 0.0, 5.0, 0.0]), np.array([100.0, 100.0, 100.0, 4.0])
    drawn = np.random.RandomState(0).random_sample((count, 4))
    return Customers(*np.ascontiguousarray((low + (high - low) * drawn).T))


def draw_terminals(count: int) -> Terminals:
    """The first `count` terminals of the world."""
    drawn = np.random.RandomState(1).random_sample((count, 2))
    return Terminals(*np.ascontiguousarray((100.0 * drawn).T))

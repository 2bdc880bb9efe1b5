"""Newton's method with a step that is halved until it descends."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.errors import ConvergenceWarning

SUFFICIENT, HALVINGS = 1e-4, 60


class Surface(NamedTuple):
    """A function at one place.

    Attributes:
        value: of the function.
        gradient: (n,).
        hessian: (n, n), positive definite; asked for only where a step starts.
    """

    value: float
    gradient: Array
    hessian: Callable[[], Array]


def minimise(
    surface: Callable[[Array], Surface], start: Array, tol: float, max_iter: int, scale: float
) -> tuple[Array, int]:
    """The place where a convex function is least, and the steps that led there.

    w ← w - t·H⁻¹g with t = 1, ½, ¼ … until the value falls by a share of what its slope promises
    (Nocedal and Wright 2006, algorithm 3.1).

    Args:
        surface: the function.
        start: (n,).
        tol: ends where no part of gradient / `scale` is larger.
        max_iter: steps at most.
        scale: what the function sums up, so that `tol` means the same for many rows and few.
    """
    place, here = start, surface(start)
    for step in range(1, max_iter + 1):
        if np.abs(here.gradient).max() <= tol * scale:
            return place, max(step - 1, 1)
        move = -np.linalg.solve(here.hessian(), here.gradient)
        slope, length = float(here.gradient @ move), 1.0
        for _ in range(HALVINGS):
            there = surface(place + length * move)
            if there.value <= here.value + SUFFICIENT * length * slope:
                break
            length /= 2
        else:
            return place, step  # no step descends any more: rounding is all that is left
        place, here = place + length * move, there
    warnings.warn(
        f"Newton's method did not converge in {max_iter} steps. "
        "Increase max_iter or scale the features.",
        ConvergenceWarning,
        stacklevel=3,
    )
    return place, max_iter

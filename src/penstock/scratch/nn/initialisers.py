"""How weights begin: large enough that signals reach the end, small enough that they stay finite.

A layer of n inputs multiplies the variance of its signal by n·Var(w), its gradient's by m·Var(w)
for m outputs. Glorot and Bengio (2010) keep both near 1 for tanh; He et al. (2015) double the
variance because ReLU halves the signal's second moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError

Shape = tuple[int, ...]
Initialiser = Callable[[Shape, np.random.Generator], Array]


def fans(shape: Shape) -> tuple[int, int]:
    """Inputs and outputs that a number of the weight takes part in.

    Args:
        shape: (outputs, inputs) or (outputs, inputs, kernel height, kernel width).

    Raises:
        ShapeError: there are fewer than two axes.
    """
    if len(shape) < 2:
        raise ShapeError("initialiser", "a weight of two axes at least", shape)
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def xavier_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """U(-a, a), a = √(6 / (in + out)) (Glorot and Bengio 2010, equation 16)."""
    inputs, outputs = fans(shape)
    return uniform(math.sqrt(6 / (inputs + outputs)))(shape, rng)


def xavier_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """N(0, 2 / (in + out))."""
    return rng.normal(0, math.sqrt(2 / sum(fans(shape))), shape)


def he_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """U(-a, a), a = √(6 / in): before ReLU."""
    return uniform(math.sqrt(6 / fans(shape)[0]))(shape, rng)


def he_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """N(0, 2 / in): before ReLU (He et al. 2015, equation 10)."""
    return rng.normal(0, math.sqrt(2 / fans(shape)[0]), shape)


def lecun_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """U(-a, a), a = 1 / √in: variance 1 / 3in, what torch's layers begin with."""
    return uniform(1 / math.sqrt(fans(shape)[0]))(shape, rng)


def orthogonal(shape: Shape, rng: np.random.Generator) -> Array:
    """Orthonormal rows or columns: lengths stay as they are (Saxe et al. 2014, section 3).

    The signs of R's diagonal make Q uniform among all such matrices (Mezzadri 2007).
    """
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return (q if rows >= columns else q.T).reshape(shape)


def uniform(bound: float) -> Initialiser:
    """U(-bound, bound)."""
    return lambda shape, rng: rng.uniform(-bound, bound, shape)


def normal(deviation: float) -> Initialiser:
    """N(0, deviation²)."""
    return lambda shape, rng: rng.normal(0, deviation, shape)

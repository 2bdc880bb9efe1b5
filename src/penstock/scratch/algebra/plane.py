"""What a 2 × 2 matrix does to the plane: shapes go to shapes, areas grow by |det|."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array

SQUARE = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])


def rotation(angle: float) -> Array:
    """(2, 2): a turn to the left by radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def shear(along: float) -> Array:
    """(2, 2): points move along the first axis by `along` times their height."""
    return np.array([[1.0, along], [0, 1]])


def moved(matrix: Array, points: Array) -> Array:
    """(n, 2): where the matrix takes points (n, 2)."""
    return np.asarray(points @ matrix.T)


def area(corners: Array) -> float:
    """Of a polygon (n, 2), positive where its corners run to the left (the shoelace formula)."""
    x, y = corners.T
    return float(0.5 * (x * np.roll(y, -1) - np.roll(x, -1) * y).sum())

"""Which class a model gives each place of a plane: its decision boundaries as SVG."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.drawing.curves import COLOURS
from penstock.scratch.errors import ShapeError

SIZE = 320


def decisions(
    classify: Callable[[Array], Array], points: Array, steps: int
) -> tuple[Array, Array, Array]:
    """Classes on a grid that reaches a tenth beyond the points on every side.

    Args:
        classify: from (n, 2) to classes (n,).
        points: (N, 2).
        steps: of the grid on either axis.

    Returns:
        Places on the first axis (steps,), on the second (steps,), and classes (steps, steps), one
        row for each place on the second axis.

    Raises:
        ShapeError: the points are not in a plane.
    """
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ShapeError("decisions", "points (N, 2)", points.shape)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum((high - low) / 10, 1e-9)
    x, y = (np.linspace(low[a] - room[a], high[a] + room[a], steps) for a in (0, 1))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return x, y, classify(grid).reshape(steps, steps)


def regions(
    classify: Callable[[Array], Array], points: Array, labels: Array, steps: int = 60
) -> str:
    """The plane in the colours of the classes given, the points in those of their labels.

    Args:
        classify: from (n, 2) to classes (n,).
        points: (N, 2).
        labels: (N,).
        steps: of the grid on either axis; a run of one class is one rectangle.
    """
    x, y, classes = decisions(classify, points, steps)
    known = np.unique(np.concatenate([classes.reshape(-1), labels])).tolist()
    colour = {one: COLOURS[number % len(COLOURS)] for number, one in enumerate(known)}
    cell = SIZE / steps
    parts = []
    for row, line in enumerate(classes):
        edges = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), steps]
        for start, end in pairwise(edges):
            parts.append(
                f'<rect x="{start * cell:.1f}" y="{SIZE - (row + 1) * cell:.1f}" '
                f'width="{(end - start) * cell:.1f}" height="{cell + 0.2:.1f}" '
                f'fill="{colour[line[start].item()]}" fill-opacity=".25"/>'
            )
    across = (points[:, 0] - x[0]) / (x[-1] - x[0]) * SIZE
    down = SIZE - (points[:, 1] - y[0]) / (y[-1] - y[0]) * SIZE
    for a, b, label in zip(across, down, labels.tolist(), strict=True):
        parts.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour[label]}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        f"{''.join(parts)}</svg>\n"
    )

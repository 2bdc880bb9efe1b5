"""Curves as SVG; among them activations with their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError

WIDTH, HEIGHT, EDGE = 420, 260, 34
COLOURS = ("#2b6cb0", "#c05621", "#2f855a", "#805ad5", "#b83280", "#4a5568")


def curves(x: Array, ys: Mapping[str, Array], title: str) -> str:
    """Lines over a common x.

    Args:
        x: ascending (n,).
        ys: each line's name and values (n,).
        title: what they show.

    Raises:
        ShapeError: a line is not as long as x, or there is none.
    """
    if not ys or any(y.shape != x.shape for y in ys.values()) or x.ndim != 1 or len(x) < 2:
        came = {name: y.shape for name, y in ys.items()}
        raise ShapeError("curves", f"lines of shape {x.shape}, two points at least", came)
    low, high = min(y.min() for y in ys.values()), max(y.max() for y in ys.values())
    across = EDGE + (x - x[0]) / (x[-1] - x[0]) * (WIDTH - 2 * EDGE)
    parts = [
        f'<text x="{WIDTH / 2}" y="16" text-anchor="middle">{escape(title)}</text>',
        f'<rect x="{EDGE}" y="{EDGE}" width="{WIDTH - 2 * EDGE}" height="{HEIGHT - 2 * EDGE}" '
        'fill="none" stroke="#999"/>',
    ]
    for at, words, anchor in ((EDGE, f"{x[0]:g}", "start"), (WIDTH - EDGE, f"{x[-1]:g}", "end")):
        parts.append(f'<text x="{at}" y="{HEIGHT - 18}" text-anchor="{anchor}">{words}</text>')
    for at, value in ((HEIGHT - EDGE, low), (EDGE + 8, high)):
        parts.append(f'<text x="{EDGE - 4}" y="{at}" text-anchor="end">{value:.3g}</text>')
    for number, (name, y) in enumerate(ys.items()):
        colour = COLOURS[number % len(COLOURS)]
        down = HEIGHT - EDGE - (y - low) / (high - low or 1) * (HEIGHT - 2 * EDGE)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
        place = f'x="{EDGE + 6}" y="{EDGE + 14 + 14 * number}" fill="{colour}"'
        parts.append(f"<text {place}>{escape(name)}</text>")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="11">{"".join(parts)}</svg>\n'
    )


def with_derivative(activation: Callable[[Tensor], Tensor], x: Array) -> tuple[Array, Array]:
    """The activation's values over x (n,), and its derivative by backward()."""
    given = Tensor(x, requires_grad=True)
    values = activation(given)
    values.backward(np.ones_like(values.data))
    assert given.grad is not None, "an activation depends on its input"
    return values.data, given.grad


def compared(activations: Mapping[str, Callable[[Tensor], Tensor]]) -> tuple[str, str]:
    """Two pictures from -4 to 4: all activations, and all their derivatives."""
    x = np.linspace(-4, 4, 161)
    both = {name: with_derivative(activation, x) for name, activation in activations.items()}
    values = curves(x, {name: pair[0] for name, pair in both.items()}, "activations")
    return values, curves(x, {name: pair[1] for name, pair in both.items()}, "derivatives")

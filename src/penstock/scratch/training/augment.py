"""Images changed at random so that what they show stays: more data than was gathered.

Each takes images (N, C, H, W) and a generator, draws for each image by itself, and returns new
ones of the same shape and dtype; `pipeline` chains them (Shorten and Khoshgoftaar 2019).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError

Augmentation = Callable[[Array, np.random.Generator], Array]


def pipeline(*steps: Augmentation) -> Augmentation:
    """One step after the other."""
    return lambda images, rng: reduce(lambda done, step: step(done, rng), steps, images)


def flip(chance: float = 0.5) -> Augmentation:
    """Left and right exchanged, with `chance`."""
    _chance(chance)

    def change(images: Array, rng: np.random.Generator) -> Array:
        turned = rng.random(len(_images(images))) < chance
        return np.where(turned[:, None, None, None], images[..., ::-1], images)

    return change


def shift(most: int, fill: float = 0.0) -> Augmentation:
    """Moved by up to `most` pixels either way on both axes: a crop of the padded image."""
    if most < 0:
        raise SettingError("shift", "pixels from 0", most)

    def change(images: Array, rng: np.random.Generator) -> Array:
        n, _, h, w = _images(images).shape
        sides = ((0, 0), (0, 0), (most, most), (most, most))
        padded = np.pad(images, sides, constant_values=fill)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w), (2, 3))
        top, left = rng.integers(0, 2 * most + 1, (2, n))
        return np.ascontiguousarray(windows[np.arange(n), :, top, left])

    return change


def erase(size: int, chance: float = 0.5, fill: float = 0.0) -> Augmentation:
    """A square of `size` pixels filled, with `chance`: cutout (DeVries and Taylor 2017)."""
    _chance(chance)

    def change(images: Array, rng: np.random.Generator) -> Array:
        n, _, h, w = _images(images).shape
        if not 0 < size <= min(h, w):
            raise SettingError("erase", f"a square of 1 to {min(h, w)} pixels", size)
        chosen: Array = np.less(rng.random(n), chance)
        top, left = rng.integers(0, h - size + 1, n), rng.integers(0, w - size + 1, n)
        row, column = np.arange(h)[:, None], np.arange(w)
        top, left = top[:, None, None, None], left[:, None, None, None]
        gone = (row >= top) & (row < top + size) & (column >= left) & (column < left + size)
        gone &= chosen.reshape(-1, 1, 1, 1)
        return np.where(gone, images.dtype.type(fill), images)

    return change


def turn(degrees: float, scale: float = 0.0) -> Augmentation:
    """Turned by up to `degrees` either way and made larger or smaller by a share up to `scale`."""
    if degrees < 0 or not 0 <= scale < 1:
        raise SettingError("turn", "degrees from 0, scale from 0 to below 1", (degrees, scale))

    def change(images: Array, rng: np.random.Generator) -> Array:
        n = len(_images(images))
        angle = np.deg2rad(rng.uniform(-degrees, degrees, n))
        size = 1 + rng.uniform(-scale, scale, n)
        cos, sin = np.cos(angle) / size, np.sin(angle) / size
        zero = np.zeros(n)
        return affine(images, np.stack([cos, -sin, zero, sin, cos, zero], 1).reshape(n, 2, 3))

    return change


def noise(deviation: float) -> Augmentation:
    """N(0, deviation²) added to every pixel."""

    def change(images: Array, rng: np.random.Generator) -> Array:
        drawn = rng.normal(0, deviation, _images(images).shape)
        noisy: Array = images + drawn.astype(images.dtype)
        return noisy

    return change


def affine(images: Array, matrices: Array) -> Array:
    """Each pixel taken from where its matrix says, between pixels by bilinear weights, outside 0.

    Args:
        images: (N, C, H, W).
        matrices: (N, 2, 3), from (x, y, 1) of the result to (x, y) of the image; both axes run
            from -1 to 1 between the images' edges.

    Returns:
        (N, C, H, W).
    """
    n, channels, h, w = _images(images).shape
    x, y = np.meshgrid((2 * np.arange(w) + 1) / w - 1, (2 * np.arange(h) + 1) / h - 1)
    kind = np.result_type(images.dtype, np.float32)
    grid = np.stack([x, y, np.ones_like(x)]).reshape(3, -1).astype(kind)
    found = matrices.astype(kind) @ grid
    # Zeros all around: what lies outside is taken from there, and nothing has to be masked.
    padded = np.pad(images, ((0, 0), (0, 0), (1, 2), (1, 2))).astype(kind)
    column = (((found[:, 0] + 1) * w - 1) / 2).clip(-1, w)
    row = (((found[:, 1] + 1) * h - 1) / 2).clip(-1, h)
    left, top = np.floor(column), np.floor(row)
    place = ((top + 1) * (w + 3) + left + 1).astype(np.intp)
    place += (np.arange(n) * (h + 3) * (w + 3))[:, None]
    column, row = column - left, row - top
    out = np.empty((channels, n, h * w), images.dtype)
    for channel, flat in zip(out, padded.swapaxes(0, 1).reshape(channels, -1), strict=True):
        above, below = (
            flat[at] * (1 - column) + flat[at + 1] * column for at in (place, place + w + 3)
        )
        channel[...] = above * (1 - row) + below * row
    return np.ascontiguousarray(out.swapaxes(0, 1)).reshape(images.shape)


def _images(images: Array) -> Array:
    if images.ndim != 4:
        raise ShapeError("augment", "images (N, C, H, W)", images.shape)
    return images


def _chance(chance: float) -> None:
    if not 0 <= chance <= 1:
        raise SettingError("augment", "a chance from 0 to 1", chance)

"""Training images moved, turned and scaled at random, by the from-scratch library."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array
from penstock.models.images.parts.pixels import WHITE, scaled
from penstock.models.images.parts.settings import NetSettings
from penstock.scratch.training.augment import Augmentation, pipeline, shift, turn


def augmentation(asked: NetSettings) -> Augmentation | None:
    """What the settings ask for; None where they leave images as they are."""
    steps: list[Augmentation] = []
    if asked.degrees or asked.scale:
        steps.append(turn(asked.degrees, asked.scale))
    if asked.shift:
        steps.append(shift(asked.shift))
    return pipeline(*steps) if steps else None


def augmented(images: Array, seed: int, asked: NetSettings) -> Array:
    """What training would show for `images`: a function of its arguments alone.

    Args:
        images: uint8 (n, 1, 28, 28).
        seed: another one, other pictures.
        asked: how far they are moved.

    Returns:
        uint8 (n, 1, 28, 28).
    """
    change = augmentation(asked)
    if change is None:
        return images.copy()
    seen = change(scaled(images), np.random.default_rng(seed))
    return np.rint(seen * WHITE).astype(np.uint8)

"""Gradients kept from growing out of bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from penstock.scratch.errors import SettingError
from penstock.scratch.nn.module import Parameter


def clip_norm(parameters: Iterable[Parameter], largest: float) -> float:
    """Shrink all gradients by one factor so that their joint norm is at most `largest`.

    The direction stays (Pascanu, Mikolov and Bengio 2013, algorithm 1).

    Returns:
        The norm before.

    Raises:
        SettingError: `largest` is not above 0.
    """
    _above_zero(largest)
    having = [(one, one.grad) for one in parameters if one.grad is not None]
    norm = math.sqrt(sum(float(np.sum(grad * grad)) for _, grad in having))
    factor = largest / (norm + 1e-6)  # torch's margin
    if factor < 1:
        for one, grad in having:
            one.grad = grad * one.dtype.type(factor)
    return norm


def clip_value(parameters: Iterable[Parameter], largest: float) -> None:
    """Cut every number of every gradient to [-largest, largest]."""
    _above_zero(largest)
    for one in parameters:
        if one.grad is not None:
            one.grad = np.clip(one.grad, -largest, largest)


def _above_zero(largest: float) -> None:
    if not largest > 0:
        raise SettingError("clipping", "a bound above 0", largest)

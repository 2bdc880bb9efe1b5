"""Gradients held against differences of the function itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.mode import no_grad
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import DtypeError

STEP = 6e-6  # the cube root of float64's ε: truncation h² and rounding ε/h are level


@dataclass(frozen=True)
class Disagreement:
    """The place where a gradient is furthest from the difference quotient.

    Attributes:
        tensor: which of the tensors asked about, from 0.
        index: where in it.
        walked: the derivative by backward().
        differenced: the derivative by differences.
        error: |walked - differenced| / max(1, |walked|, |differenced|).
    """

    tensor: int
    index: tuple[int, ...]
    walked: float
    differenced: float
    error: float


def numerical_gradient(function: Callable[[], Tensor], x: Tensor, step: float = STEP) -> Array:
    """D function / d x by central differences, (f(x + h) - f(x - h)) / 2h + O(h²).

    Args:
        function: gives a scalar, the same for the same `x`.
        x: float64; changed in place while this runs, and put back.
        step: h, absolute.
    """
    grad = np.empty(x.shape)
    with no_grad():
        for index in np.ndindex(x.shape):
            kept = x.data[index]
            x.data[index] = kept + step
            above = function().item()
            x.data[index] = kept - step
            below = function().item()
            x.data[index] = kept
            grad[index] = (above - below) / (2 * step)
    return grad


def check_gradients(
    function: Callable[[], Tensor], tensors: list[Tensor], step: float = STEP
) -> Disagreement:
    """Walk back through `function()` and compare with differences; the worst place of all.

    An error below 1e-7 says that the gradient is right; above 1e-4 it is wrong, or the function
    has a kink within `step` (Stanford CS231n, "Gradient checks").

    Args:
        function: gives a scalar from `tensors`, the same at every call: no dropout.
        tensors: float64 leaves that need gradients.
        step: h of the differences.

    Raises:
        DtypeError: a tensor is float32, whose rounding drowns the differences.
    """
    for tensor in tensors:
        if tensor.dtype != np.float64:
            fix = "build the tensors with dtype=np.float64, a module by .astype(np.float64)"
            raise DtypeError("check_gradients", "float64", tensor.dtype, fix)
        tensor.grad = None
    function().backward()
    found = []
    for number, tensor in enumerate(tensors):
        walked = np.zeros(tensor.shape) if tensor.grad is None else tensor.grad
        differenced = numerical_gradient(function, tensor, step)
        scale = np.maximum(1, np.maximum(np.abs(walked), np.abs(differenced)))
        error = np.abs(walked - differenced) / scale
        at = tuple(int(place) for place in np.unravel_index(error.argmax(), error.shape))
        numbers = float(walked[at]), float(differenced[at]), float(error[at])
        found.append(Disagreement(number, at, *numbers))
    return max(found, key=lambda one: one.error)

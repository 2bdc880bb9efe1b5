"""The same small weighted sum at every place of an image."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array, Pair, pair
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.images import Window
from penstock.scratch.nn.initialisers import Initialiser, fans, lecun_uniform, uniform
from penstock.scratch.nn.module import Module, Parameter


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
) -> Tensor:
    """y[n, o, i, j] = b[o] + Σ w[o, c, u, v] · x[n, c, s·i + d·u, s·j + d·v] over c, u, v.

    s is the stride, d the dilation: a cross-correlation, which the field calls convolution (LeCun
    et al. 1998). The windows are laid out as columns once (Chellapilla, Puri and Simard 2006);
    forward is one matrix product, W·columns, and so is each gradient: dL/dW = g·columnsᵀ, and
    dL/dx is Wᵀ·g with every number added where its window lay.

    Args:
        x: images (N, C, H, W).
        weight: (O, C, kernel height, kernel width).
        bias: (O,) or None.
        stride: pixels from one window to the next.
        padding: zeros on every side.
        dilation: pixels from one number of a window to the next.

    Returns:
        (N, O, rows, columns), see `Window.places`.

    Raises:
        ShapeError: the channels differ, or no window fits.
    """
    if len(weight.shape) != 4:
        raise ShapeError("conv2d", "a weight (O, C, kernel height, kernel width)", weight.shape)
    outputs, channels, *kernel = weight.shape
    if len(x.shape) != 4 or x.shape[1] != channels:
        raise ShapeError("conv2d", f"an input (N, {channels}, H, W)", x.shape)
    window = Window("conv2d", (kernel[0], kernel[1]), stride, padding, dilation)
    places = window.places(x.shape)
    padded = window.padded(x.data)
    columns = window.columns(padded, places)
    w, shape = weight.data.reshape(outputs, -1), padded.shape
    y = w @ columns
    if bias is not None:
        y += bias.data[:, None]

    def rows(grad: Array) -> Array:
        return grad.transpose(1, 2, 3, 0).reshape(outputs, -1)

    edges = [
        (x, lambda grad: window.cropped(window.added(w.T @ rows(grad), shape, places))),
        (weight, lambda grad: (rows(grad) @ columns.T).reshape(weight.shape)),
    ]
    if bias is not None:
        edges.append((bias, lambda grad: rows(grad).sum(axis=1)))
    images = y.reshape(outputs, *places, len(x.data)).transpose(3, 0, 1, 2)
    return record(images, "conv2d", *edges)


class Conv2d(Module):
    """`conv2d` with a weight and a bias of its own."""

    def __init__(
        self,
        channels: int,
        outputs: int,
        kernel: Pair,
        rng: np.random.Generator,
        stride: Pair = 1,
        padding: Pair = 0,
        dilation: Pair = 1,
        bias: bool = True,
        init: Initialiser = lecun_uniform,
    ) -> None:
        self.window = Window("Conv2d", kernel, stride, padding, dilation)
        shape = (outputs, channels, *pair(kernel))
        self.weight = Parameter(init(shape, rng), np.float32)
        self.bias = None
        if bias:
            bound = fans(shape)[0] ** -0.5
            self.bias = Parameter(uniform(bound)((outputs,), rng), np.float32)

    def forward(self, x: Tensor) -> Tensor:
        at = self.window
        return conv2d(x, self.weight, self.bias, at.stride, at.padding, at.dilation)

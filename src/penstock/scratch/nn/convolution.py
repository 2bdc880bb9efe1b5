"""The same small weighted sum at every place of an image."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array, Pair, pair
from penstock.scratch.autograd.tensor import Tensor, record_jointly
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
    et al. 1998). The windows are laid out as columns (Chellapilla, Puri and Simard 2006); forward
    is a matrix product, W·columns, and so is each gradient: dL/dW = g·columnsᵀ, and dL/dx is Wᵀ·g
    with every number added where its window lay. All by bands of rows that a cache holds, laid out
    anew on the way back: columns take kernel height × width times the memory of the images.

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
    places, padded = window.places(x.shape), window.padded(x.data)
    w, images = weight.data.reshape(outputs, -1), padded.shape[3]
    y = np.empty((outputs, *places, images), np.result_type(padded, w))
    for out, seen in window.bands(padded, places):
        band = (out.stop - out.start, places[1])
        columns = window.columns(padded[:, seen], band)
        y[:, out] = (w @ columns).reshape(outputs, *band, images)
    if bias is not None:
        y += bias.data[:, None, None, None]

    def pull(grad: Array) -> list[Array | None]:
        flowing, d_w = grad.transpose(1, 2, 3, 0), np.zeros_like(w)
        d_x = np.zeros_like(padded) if x.requires_grad else None
        for out, seen in window.bands(padded, places):
            band, g = (out.stop - out.start, places[1]), flowing[:, out].reshape(outputs, -1)
            d_w += g @ window.columns(padded[:, seen], band).T
            if d_x is not None:
                window.add(w.T @ g, d_x[:, seen], band)
        to_x = None if d_x is None else window.cropped(d_x)
        both = [to_x, d_w.reshape(weight.shape)]
        return both if bias is None else [*both, flowing.sum(axis=(1, 2, 3))]

    parents = (x, weight) if bias is None else (x, weight, bias)
    return record_jointly(y.transpose(3, 0, 1, 2), "conv2d", parents, pull)


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

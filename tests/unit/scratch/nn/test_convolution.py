from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn import images
from penstock.scratch.nn.convolution import Conv2d, conv2d
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds

small, two = st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3))


@pytest.mark.curriculum("V01")
@drawn
@given(
    n=small, c=small, o=small, kernel=two, stride=two, dilation=two,
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)), size=st.integers(3, 8), seed=seeds,
)  # fmt: skip
def test_convolutions_are_torchs(
    n: int, c: int, o: int, kernel: tuple[int, int], stride: tuple[int, int],
    dilation: tuple[int, int], padding: tuple[int, int], size: int, seed: int,
) -> None:  # fmt: skip
    spans = [dilation[a] * (kernel[a] - 1) + 1 for a in (0, 1)]
    assume(spans[0] <= size + 2 * padding[0] and spans[1] <= size + 1 + 2 * padding[1])
    agree(
        lambda x, w, b: conv2d(x, w, b, stride, padding, dilation),
        lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation),
        numbers(seed, n, c, size, size + 1), numbers(seed + 1, o, c, *kernel), numbers(seed, o),
    )  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3, 100])
@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 0, 1), (2, 1, 2), (3, 2, 1)])
def test_bands_of_any_height_give_the_same(
    rows: int, stride: int, padding: int, dilation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, w = numbers(0, 2, 3, 13, 12), numbers(1, 2, 3, 3, 3)
    columns = (12 + 2 * padding - 2 * dilation - 1) // stride + 1
    monkeypatch.setattr(images, "BAND", rows * 3 * 3 * 3 * columns * 2 * 8)
    agree(
        lambda a, b: conv2d(a, b, None, stride, padding, dilation),
        lambda a, b: F.conv2d(a, b, None, stride, padding, dilation),
        x,
        w,
    )


@pytest.mark.curriculum("V01")
def test_without_stride_it_is_scipys_correlation() -> None:
    image, kernel = numbers(0, 6, 7), numbers(1, 3, 2)
    ours = conv2d(Tensor(image[None, None]), Tensor(kernel[None, None]))
    np.testing.assert_allclose(ours.data[0, 0], correlate2d(image, kernel, "valid"))


@pytest.mark.parametrize("bias", [True, False])
def test_the_layer_is_torchs_with_copied_weights(bias: bool) -> None:
    ours = Conv2d(2, 3, (3, 2), np.random.default_rng(0), 2, 1, (1, 2), bias=bias)
    theirs = torch.nn.Conv2d(2, 3, (3, 2), 2, 1, (1, 2), bias=bias)
    agree(ours, theirs, numbers(0, 2, 2, 6, 6))


def test_layers_on_layers_keep_values_whatever_the_order_in_memory() -> None:
    rng = np.random.default_rng(0)
    first, second = Conv2d(1, 2, 3, rng, padding=1), Conv2d(2, 2, 2, rng, stride=2)
    agree(
        lambda x, w: second.astype(np.float64)(first.astype(np.float64)(x) * w).reshape(2, -1),
        lambda x, w: F.conv2d(
            F.conv2d(x, *twin(first), padding=1) * w, *twin(second), stride=2
        ).reshape(2, -1),
        numbers(1, 2, 1, 6, 6), numbers(2, 2, 2, 6, 6),
    )  # fmt: skip


def twin(layer: Conv2d) -> tuple[torch.Tensor, torch.Tensor]:
    assert layer.bias is not None
    return torch.from_numpy(layer.weight.data), torch.from_numpy(layer.bias.data)


def test_inputs_and_settings_that_do_not_fit_are_refused() -> None:
    w = Tensor(np.ones((1, 2, 3, 3)))
    with pytest.raises(ShapeError, match=r"\(N, 2, H, W\), got \(1, 3, 5, 5\)"):
        conv2d(Tensor(np.ones((1, 3, 5, 5))), w)
    with pytest.raises(ShapeError, match=r"a weight \(O, C"):
        conv2d(Tensor(np.ones((1, 2, 5, 5))), Tensor(np.ones((2, 3, 3))))
    with pytest.raises(ShapeError, match=r"a \(3, 3\) kernel fits into"):
        conv2d(Tensor(np.ones((1, 2, 2, 5))), w)
    with pytest.raises(SettingError, match="stride 0"):
        conv2d(Tensor(np.ones((1, 2, 5, 5))), w, stride=0)
    with pytest.raises(SettingError, match="padding -1"):
        Conv2d(1, 1, 3, np.random.default_rng(0), padding=-1)

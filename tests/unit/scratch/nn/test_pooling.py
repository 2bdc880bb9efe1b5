from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.pooling import AvgPool2d, MaxPool2d, avg_pool2d, max_pool2d
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds

two = st.tuples(st.integers(1, 3), st.integers(1, 3))


@pytest.mark.curriculum("V02")
@drawn
@given(
    n=st.integers(1, 3), c=st.integers(1, 3), kernel=two, stride=st.none() | two,
    padding=st.integers(0, 1), size=st.integers(3, 7), ties=st.booleans(), seed=seeds,
)  # fmt: skip
def test_pooling_is_torchs_at_ties_and_overlaps_too(
    n: int, c: int, kernel: tuple[int, int], stride: Any, padding: int, size: int, ties: bool,
    seed: int,
) -> None:  # fmt: skip
    assume(2 * padding <= min(kernel))
    x = numbers(seed, n, c, size, size + 1)
    x = x.round() if ties else x
    agree(
        lambda t: max_pool2d(t, kernel, stride, padding),
        lambda t: F.max_pool2d(t, kernel, stride, padding),
        x,
    )
    agree(
        lambda t: avg_pool2d(t, kernel, stride, padding),
        lambda t: F.avg_pool2d(t, kernel, stride, padding),
        x,
    )


def test_modules_pool_by_the_kernels_size() -> None:
    x = Tensor(numbers(0, 1, 1, 4, 6))
    assert MaxPool2d(2)(x).shape == AvgPool2d(2)(x).shape == (1, 1, 2, 3)


def test_windows_that_could_see_padding_alone_and_do_not_fit_are_refused() -> None:
    x = Tensor(numbers(0, 1, 1, 4, 4))
    with pytest.raises(SettingError, match="half the kernel"):
        max_pool2d(x, 2, padding=2)
    with pytest.raises(ShapeError, match="kernel fits into"):
        avg_pool2d(x, 5)
    with pytest.raises(ShapeError, match=r"\(N, C, H, W\)"):
        max_pool2d(Tensor(np.ones((4, 4))), 2)

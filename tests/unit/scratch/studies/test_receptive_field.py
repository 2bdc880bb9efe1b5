from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.convolution import conv2d
from penstock.scratch.nn.images import Window
from penstock.scratch.nn.pooling import avg_pool2d
from penstock.scratch.studies.receptive_field import Field, measured_field, receptive_field
from tests.unit.scratch.against_torch import drawn

layers = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(0, 1), st.integers(1, 2)),
    min_size=1,
    max_size=3,
)


@pytest.mark.curriculum("V05")
@drawn
@given(told=layers)
def test_the_field_told_is_the_gradients_support(told: list[tuple[int, int, int, int]]) -> None:
    size = 40  # the middle sees no edge
    windows = [Window("conv", *one) for one in told]
    field = receptive_field(windows)

    def net(x: Tensor) -> Tensor:
        for window in windows:
            ones = Tensor(np.ones((1, 1, *window.kernel)))
            x = conv2d(x, ones, None, window.stride, window.padding, window.dilation)
        return x

    rows, columns = measured_field(net, size)
    middle = net(Tensor(np.ones((1, 1, size, size)))).shape[2] // 2
    centre = field.start + middle * field.jump
    assert rows == columns
    # Strides may jump over the edges of dilated windows, never beyond them.
    assert rows.start == centre - (field.size - 1) / 2
    assert rows.stop - rows.start == field.size


@pytest.mark.curriculum("V05")
def test_the_field_of_lenets_second_pooling_is_sixteen() -> None:
    windows = [
        Window("conv1", 5, 1, 2), Window("pool", 2, 2), Window("conv2", 5), Window("pool", 2, 2)
    ]  # fmt: skip
    assert receptive_field(windows) == Field(16, 4, 5.5)


def test_axes_may_differ() -> None:
    windows = [Window("conv", (3, 5), (2, 1))]
    assert receptive_field(windows, 0) == Field(3, 2, 1.0)
    assert receptive_field(windows, 1) == Field(5, 1, 2.0)


def test_a_net_that_sees_nothing_is_refused() -> None:
    with pytest.raises(SettingError, match="sees the image"):
        measured_field(lambda x: avg_pool2d(x * 0, 2), 6)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError
from penstock.scratch.nn.module import Parameter
from penstock.scratch.optim.clipping import clip_norm, clip_value
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides


def clipped(clip: Callable[..., Any], *given: Any) -> tuple[Any, ...]:
    parameters = [Parameter(one.data) for one in given]
    for one in parameters:
        one.grad = one.data
    norm = clip(parameters)
    return (*(one.grad for one in parameters), np.asarray(norm if norm else 0.0))


def torch_clipped(clip: Callable[..., Any], *given: Any) -> tuple[Any, ...]:
    parameters = [one.detach().clone() for one in given]
    for one in parameters:
        one.grad = one.clone()
    norm = clip(parameters)
    return (*(one.grad for one in parameters), torch.tensor(0.0) if norm is None else norm)


@pytest.mark.curriculum("S02")
@drawn
@given(a=sides, b=sides, largest=st.sampled_from([0.1, 1.0, 100.0]), seed=seeds)
def test_clipped_gradients_are_torchs(a: int, b: int, largest: float, seed: int) -> None:
    given_two = numbers(seed, a, b), numbers(seed, b) * 10
    agree(
        lambda *x: clipped(lambda p: clip_norm(p, largest), *x),
        lambda *x: torch_clipped(lambda p: torch.nn.utils.clip_grad_norm_(p, largest), *x),
        *given_two,
    )
    agree(
        lambda *x: clipped(lambda p: clip_value(p, largest), *x),
        lambda *x: torch_clipped(lambda p: torch.nn.utils.clip_grad_value_(p, largest), *x),
        *given_two,
    )


def test_parameters_without_gradient_are_left_out() -> None:
    w = Parameter([1.0])
    assert clip_norm([w], 1) == 0
    clip_value([w], 1)
    assert w.grad is None


@pytest.mark.parametrize("clip", [clip_norm, clip_value])
def test_a_bound_of_nothing_is_refused(clip: Callable[..., Any]) -> None:
    with pytest.raises(SettingError, match="above 0, got 0"):
        clip([Parameter([1.0])], 0)

"""One helper holds every operation, layer and optimiser against torch, forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import settings
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.nn.module import Module
from tests.curriculum import held

TOLERANCE = 1e-8
# The same shapes every time; a failing one is named.
drawn = settings(max_examples=12, deadline=None, derandomize=True, database=None)
sides = st.integers(1, 4)
seeds = st.integers(0, 2**31)


def numbers(seed: int, *shape: int) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).normal(size=shape))


def agree(
    ours: Callable[..., Any],
    theirs: Callable[..., Any],
    *given: np.ndarray,
    copied: tuple[Module, torch.nn.Module] | None = None,
    tolerance: float = TOLERANCE,
) -> None:
    """Results, and gradients of a random weighting of them, are the same in float64.

    Args:
        ours: from tensors, or arrays where they hold integers and booleans, to a tensor, an
            array, or tuples of them; a module is copied to `theirs`, and must be its twin.
        theirs: the same in torch.
        given: what both are called with; floats get gradients.
        copied: two modules that the functions use, where they are none themselves.
        tolerance: largest difference, absolute, or relative to numbers above 1.
    """
    held("torch", tolerance)
    if copied is None and isinstance(ours, Module) and isinstance(theirs, torch.nn.Module):
        copied = (ours, theirs)
    if copied is not None:
        copy(*copied)
    x = [Tensor(one, requires_grad=True) if one.dtype.kind == "f" else one for one in given]
    y = [torch.from_numpy(one.copy()).requires_grad_(one.dtype.kind == "f") for one in given]
    results, expected = flat(ours(*x)), flat(theirs(*y))
    assert len(results) == len(expected)
    for one, other in zip(results, expected, strict=True):
        near(raw(one), raw(other), "result", tolerance)
    if any(isinstance(one, Tensor) and one.requires_grad for one in results):
        walk_back(results, expected)
        for number, (one, other) in enumerate(zip(x, y, strict=True)):
            if isinstance(one, Tensor):
                near(grad(one), grad(other), f"gradient of argument {number}", tolerance)
        if copied is not None:
            twins = dict(copied[1].named_parameters())
            for name, parameter in copied[0].named_parameters():
                near(grad(parameter), grad(twins[name]), f"gradient of {name}", tolerance)


def copy(module: Module, twin: torch.nn.Module) -> None:
    """Give the twin our weights, in float64: torch's strict loading checks names and shapes."""
    module.astype(np.float64)
    twin.double()
    module.zero_grad()
    twin.zero_grad()
    state = {name: torch.from_numpy(array) for name, array in module.state_dict().items()}
    twin.load_state_dict(state)


def walk_back(results: list[Any], expected: list[Any]) -> None:
    ours, theirs = Tensor(np.zeros(())), torch.zeros((), dtype=torch.float64)
    for number, (one, other) in enumerate(zip(results, expected, strict=True)):
        weights = numbers(number, *one.shape)
        ours = ours + (one * weights).sum()
        theirs = theirs + (other * torch.from_numpy(weights)).sum()
    ours.backward()
    theirs.backward()


def flat(result: Any) -> list[Any]:
    if isinstance(result, tuple | list):
        return [one for part in result for one in flat(part)]
    return [result]


def raw(one: Any) -> np.ndarray:
    if isinstance(one, Tensor):
        assert one.dtype == np.float64
        return one.data
    return one.detach().numpy() if isinstance(one, torch.Tensor) else np.asarray(one)


def grad(one: Any) -> np.ndarray:
    if isinstance(one, Tensor):
        assert one.grad is None or one.grad.shape == one.shape
    if one.grad is None:
        return np.zeros(tuple(one.shape))
    return one.grad if isinstance(one, Tensor) else one.grad.numpy()


def near(ours: np.ndarray, theirs: np.ndarray, what: str, tolerance: float) -> None:
    assert ours.shape == theirs.shape, f"{what}: {ours.shape}, torch {theirs.shape}"
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance, err_msg=what)

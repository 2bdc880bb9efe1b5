"""Modules one after the other."""

from __future__ import annotations

from collections.abc import Callable

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.nn.module import Module

Step = Module | Callable[[Tensor], Tensor]


class Sequential(Module):
    """Each step's result is the next one's input; plain functions may stand among the modules."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)

    def forward(self, x: Tensor) -> Tensor:
        for step in self.steps:
            x = step(x)
        return x

"""What every optimiser shares: parameters, a learning rate, and memory of earlier steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.module import Parameter


class Optimizer:
    """A rule that changes parameters in place, by their gradients.

    Attributes:
        learning_rate: may be set anew before any step, as a schedule does.
        steps: how many were made.
        memory: for each name of `remembers`, one array per parameter, zeros to begin with.
    """

    remembers: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: float, weight_decay: float = 0.0
    ) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise SettingError(type(self).__name__, "one parameter at least", "none")
        within(type(self).__name__, learning_rate=learning_rate, weight_decay=weight_decay)
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.steps = 0
        self.memory = {
            name: [np.zeros_like(one.data) for one in self.parameters] for name in self.remembers
        }

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        self.steps += 1
        for place, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                self.change(place, parameter.data, parameter.grad)
                parameter.version += 1

    def change(self, place: int, w: Array, grad: Array) -> None:
        """Change `w` in place; `grad` is read-only, `place` finds its arrays in `memory`."""
        raise NotImplementedError

    def decayed(self, w: Array, grad: Array) -> Array:
        """The gradient of the loss plus ½·weight_decay·‖w‖²."""
        return grad + self.weight_decay * w if self.weight_decay else grad

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    def state_dict(self) -> dict[str, Array]:
        """Copies of all memory and the number of steps: with the parameters, where training is."""
        state = {"steps": np.array(self.steps)}
        for name, arrays in self.memory.items():
            state |= {f"{name}.{place}": array.copy() for place, array in enumerate(arrays)}
        return state

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Go on from where `state_dict` was taken.

        Raises:
            ShapeError: it is of another optimiser or of other parameters; nothing is changed.
        """
        own = {key: array.shape for key, array in self.state_dict().items()}
        given = {key: np.shape(array) for key, array in state.items()}
        if own != given:
            raise ShapeError(type(self).__name__, f"a state {own}", given)
        self.steps = int(state["steps"])
        for name, arrays in self.memory.items():
            for place, array in enumerate(arrays):
                array[...] = state[f"{name}.{place}"]


def within(where: str, below: float = np.inf, **settings: float) -> None:
    """Refuse settings that are not from 0 to under `below`.

    Raises:
        SettingError: one is not.
    """
    for name, value in settings.items():
        if not 0 <= value < below:
            raise SettingError(where, f"{name} from 0 to under {below}", value)

"""A module: parameters, and how a result is computed with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError


class Parameter(Tensor):
    """A tensor that training changes."""

    def __init__(self, data: ArrayLike, dtype: DTypeLike | None = None) -> None:
        super().__init__(data, requires_grad=True, dtype=dtype)


class Module:
    """What holds parameters and other modules as attributes, or as lists of them.

    Attributes:
        training: whether dropout drops and batch norm learns its running statistics.
        buffers: names of the attributes that are arrays of the module's state, not learnt.
    """

    buffers: ClassVar[tuple[str, ...]] = ()
    training = True

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """The result; each module says its shapes."""
        raise NotImplementedError(f"{type(self).__name__} defines no forward()")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        return self.forward(*inputs, **options)

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter once, by its path, as `layers.0.weight`."""
        met: set[int] = set()
        for path, module in self.named_modules():
            for name, value in module.members():
                if isinstance(value, Parameter) and id(value) not in met:
                    met.add(id(value))
                    yield path + name, value

    def parameters(self) -> list[Parameter]:
        return [parameter for _, parameter in self.named_parameters()]

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all within it, each with what its attributes' paths begin with."""
        yield prefix, self
        for name, value in self.members():
            if isinstance(value, Module):
                yield from value.named_modules(f"{prefix}{name}.")

    def members(self) -> Iterator[tuple[str, Any]]:
        """Attributes by name, those in lists by name and place."""
        for name, value in vars(self).items():
            if isinstance(value, list):
                yield from ((f"{name}.{place}", one) for place, one in enumerate(value))
            else:
                yield name, value

    def state_dict(self) -> dict[str, Array]:
        """Copies of all parameters and buffers by path: what a file of the model holds."""
        state = {name: value.data.copy() for name, value in self.named_parameters()}
        for path, module in self.named_modules():
            state |= {path + name: np.array(getattr(module, name)) for name in module.buffers}
        return state

    def load_state_dict(self, state: Mapping[str, Array]) -> Self:
        """Take over parameters and buffers, in the dtype each has here.

        Raises:
            ShapeError: a name is missing or unknown, or has another shape; nothing is changed.
        """
        parameters = dict(self.named_parameters())
        owners = {path + name: (m, name) for path, m in self.named_modules() for name in m.buffers}
        shapes = {name: parameter.shape for name, parameter in parameters.items()}
        shapes |= {path: np.shape(getattr(*owner)) for path, owner in owners.items()}
        if set(shapes) != set(state):
            missing, unknown = sorted(set(shapes) - set(state)), sorted(set(state) - set(shapes))
            came = f"a state without {missing} and with {unknown}"
            raise ShapeError(type(self).__name__, "a state of the same names", came)
        for name, shape in shapes.items():
            if np.shape(state[name]) != shape:
                raise ShapeError(name, f"an array of shape {shape}", np.shape(state[name]))
        for name, parameter in parameters.items():
            parameter.data[...] = state[name]
            parameter.version += 1
        for path, (module, name) in owners.items():
            setattr(module, name, np.array(state[path], dtype=getattr(module, name).dtype))
        return self

    def astype(self, dtype: DTypeLike) -> Self:
        """Turn all floating-point parameters and buffers into `dtype`; optimisers come after."""
        for parameter in self.parameters():
            parameter.data = parameter.data.astype(dtype)
            parameter.version += 1
        for _, module in self.named_modules():
            for name in module.buffers:
                value = getattr(module, name)
                if value.dtype.kind == "f":
                    setattr(module, name, value.astype(dtype))
        return self

    def train(self, training: bool = True) -> Self:
        """Say that the module is trained now, or, with False, used."""
        for _, module in self.named_modules():
            module.training = training
        return self

    def eval(self) -> Self:
        return self.train(False)

    def zero_grad(self) -> None:
        for parameter in self.parameters():
            parameter.grad = None

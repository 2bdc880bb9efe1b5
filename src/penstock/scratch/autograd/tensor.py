"""A tensor: numbers, the operation they came from, and the gradient of something by them.

Every operation is its forward line and, for each parent, a function that takes the gradient of the
result to the gradient of that parent (in the manner of Karpathy's micrograd, 2020). The walk sums
what broadcasting stretched, so that no operation has to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from penstock.scratch.arrays import Array, Axis
from penstock.scratch.autograd.mode import recording
from penstock.scratch.autograd.walk import walk
from penstock.scratch.errors import DtypeError, GraphError, ShapeError

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


class Tensor:
    """An array of float32 or float64 in a graph of operations.

    Attributes:
        data: the numbers; the array given is not copied.
        requires_grad: whether gradients flow to it.
        grad: of a leaf, the sum over all walks so far, read-only; None before the first.
        name: what drawings and errors call it.
        op: the operation that made it; empty in a leaf.
        parents: the operation's operands.
        pull: from the gradient of this tensor to those of its parents.
        spent: a walk went through and released the graph.
        version: who writes into `data` adds 1; operations note their parents' in `seen`.
    """

    __array_ufunc__ = None  # `array + tensor` is ours to answer

    def __init__(
        self,
        data: ArrayLike | Tensor,
        requires_grad: bool = False,
        dtype: DTypeLike | None = None,
        name: str = "",
    ) -> None:
        """Wrap numbers; lists and plain numbers become float32 unless `dtype` says otherwise.

        Raises:
            DtypeError: the numbers are no floats of 32 or 64 bits.
        """
        array = data.data if isinstance(data, Tensor) else data
        if dtype is None and not isinstance(array, np.ndarray | np.generic):
            dtype = np.float32
        self.data: Array = np.asarray(array, dtype=dtype)
        if self.data.dtype not in FLOATS:
            fix = "pass dtype=np.float32; indices, classes and masks stay NumPy arrays"
            raise DtypeError("Tensor", "float32 or float64", self.data.dtype, fix)
        self.requires_grad = requires_grad
        self.grad: Array | None = None
        self.name, self.op = name, ""
        self.parents: tuple[Tensor, ...] = ()
        self.pull: Callable[[Array], Sequence[Array | None]] | None = None
        self.seen: tuple[int, ...] = ()
        self.spent, self.version = False, 0

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    def __repr__(self) -> str:
        of = f", op={self.op!r}" if self.op else ""
        return f"Tensor({np.array2string(self.data, threshold=8)}, shape={self.shape}{of})"

    def item(self) -> float:
        """The one number in it; ShapeError where there are more, or none."""
        if self.data.size != 1:
            raise ShapeError("item", "one number", f"shape {self.shape}")
        return float(self.data.reshape(()))

    def detach(self) -> Tensor:
        """The same numbers outside any graph."""
        return Tensor(self.data)

    def backward(self, grad: ArrayLike | None = None, keep: bool = False) -> None:
        """Add d self / d leaf to `grad` of every leaf that needs one, releasing the graph.

        Args:
            grad: gradient of the final scalar by this tensor; 1 by default, for a scalar.
            keep: leave the graph for another walk, which is refused otherwise.

        Raises:
            GraphError: nothing needs a gradient, this is no scalar and `grad` is not given, or the
                graph is released or stale.
            ShapeError: `grad` has another shape.
        """
        if not self.requires_grad:
            fix = "set requires_grad=True on what to differentiate by, outside no_grad()"
            raise GraphError("backward() on a tensor that no gradient flows through", fix)
        if grad is None and self.data.size != 1:
            problem = f"backward() on shape {self.shape}: only a scalar starts without a gradient"
            raise GraphError(problem, "reduce it, as by .sum() or .mean(), or pass grad")
        start = np.ones_like(self.data) if grad is None else np.array(grad, dtype=self.dtype)
        if start.shape != self.shape:
            raise ShapeError("backward", f"a gradient of shape {self.shape}", start.shape)
        walk(self, start, keep)

    def collect(self, grad: Array) -> None:
        """Add to `grad`; read-only, since operations hand one array to several parents."""
        total = np.asarray(grad if self.grad is None else self.grad + grad).view()
        total.flags.writeable = False
        self.grad = total

    def release(self) -> None:
        """Forget the parents, and all that was kept for their gradients."""
        self.parents, self.seen, self.pull, self.spent = (), (), None, True

    # Arithmetic, broadcasting by NumPy's rules.

    def __add__(self, other: Operand) -> Tensor:
        a, b = self, self._lifted(other)
        data = _forward("add", np.add, a, b)
        return record(data, "add", (a, lambda grad: grad), (b, lambda grad: grad))

    def __sub__(self, other: Operand) -> Tensor:
        a, b = self, self._lifted(other)
        data = _forward("subtract", np.subtract, a, b)
        return record(data, "subtract", (a, lambda grad: grad), (b, lambda grad: -grad))

    def __mul__(self, other: Operand) -> Tensor:
        a, b = self, self._lifted(other)
        x, y = a.data, b.data
        data = _forward("multiply", np.multiply, a, b)
        return record(data, "multiply", (a, lambda grad: grad * y), (b, lambda grad: grad * x))

    def __truediv__(self, other: Operand) -> Tensor:
        a, b = self, self._lifted(other)
        x, y = a.data, b.data
        data = _forward("divide", np.divide, a, b)
        return record(
            data, "divide", (a, lambda grad: grad / y), (b, lambda grad: -grad * x / (y * y))
        )

    def __matmul__(self, other: Tensor | Array) -> Tensor:
        """(…, n, k) by (…, k, m): (…, n, m)."""
        a, b = self, self._lifted(other)
        if min(a.data.ndim, b.data.ndim) < 2:
            came = f"{a.shape} @ {b.shape}"
            raise ShapeError("matmul", "two axes at least on either side", came)
        x, y = a.data, b.data
        return record(
            _forward("matmul", np.matmul, a, b),
            "matmul",
            (a, lambda grad: grad @ y.swapaxes(-1, -2)),
            (b, lambda grad: x.swapaxes(-1, -2) @ grad),
        )

    def __pow__(self, power: float) -> Tensor:
        x = self.data
        return record(x**power, "power", (self, lambda grad: grad * (power * x ** (power - 1))))

    def __neg__(self) -> Tensor:
        return record(-self.data, "negate", (self, lambda grad: -grad))

    def __radd__(self, other: Operand) -> Tensor:
        return self + other

    def __rsub__(self, other: Operand) -> Tensor:
        return self._lifted(other) - self

    def __rmul__(self, other: Operand) -> Tensor:
        return self * other

    def __rmatmul__(self, other: Array) -> Tensor:
        return self._lifted(other) @ self

    def __rtruediv__(self, other: Operand) -> Tensor:
        return self._lifted(other) / self

    # What else is written with a dot; see reductions.py and shaping.py.

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        from penstock.scratch.autograd import reductions

        return reductions.total(self, axis, keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        from penstock.scratch.autograd import reductions

        return reductions.mean(self, axis, keepdims)

    def reshape(self, *shape: int) -> Tensor:
        from penstock.scratch.autograd import shaping

        return shaping.reshape(self, shape)

    def swapaxes(self, one: int, other: int) -> Tensor:
        from penstock.scratch.autograd import shaping

        return shaping.swapaxes(self, one, other)

    def __getitem__(self, key: Any) -> Tensor:
        from penstock.scratch.autograd import shaping

        return shaping.take(self, key)

    def _lifted(self, other: Operand) -> Tensor:
        return other if isinstance(other, Tensor) else Tensor(np.asarray(other, dtype=self.dtype))


Operand = Tensor | float | Array


def record(data: Array, op: str, *edges: tuple[Tensor, Callable[[Array], Array]]) -> Tensor:
    """The result of an operation, each parent with what takes it the gradient; none for naught."""

    def pull(grad: Array) -> list[Array | None]:
        return [share(grad) if parent.requires_grad else None for parent, share in edges]

    return record_jointly(data, op, tuple(parent for parent, _ in edges), pull)


def record_jointly(
    data: Array,
    op: str,
    parents: tuple[Tensor, ...],
    pull: Callable[[Array], Sequence[Array | None]],
) -> Tensor:
    """The result of an operation whose parents' gradients share their work."""
    out = Tensor(np.asarray(data))
    out.op = op
    if recording() and any(parent.requires_grad for parent in parents):
        out.requires_grad = True
        out.parents, out.pull = parents, pull
        out.seen = tuple(parent.version for parent in parents)
    return out


def _forward(op: str, function: Callable[..., Array], a: Tensor, b: Tensor) -> Array:
    try:
        return function(a.data, b.data)
    except ValueError as error:
        raise ShapeError(op, "shapes that fit together", f"{a.shape} and {b.shape}") from error

"""The walk back through a graph: reverse-mode differentiation.

Of L = f(g(x)) with L a scalar, dL/dx = dL/dg · dg/dx: going backwards, every step multiplies a
gradient by one operation's Jacobian and never forms that matrix (Rumelhart, Hinton and Williams
1986; Baydin et al. 2018, section 3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import GraphError

if TYPE_CHECKING:
    from penstock.scratch.autograd.tensor import Tensor


def walk(root: Tensor, grad: Array, keep: bool) -> None:
    """Add dL/dx to `x.grad` of every leaf x that `root` came from, `grad` being dL/droot.

    Gradients of results in between live in this call alone, so that a second walk cannot count
    them twice.

    Args:
        root: where the walk starts.
        grad: of root's shape.
        keep: leave the graph in place for another walk.

    Raises:
        GraphError: part of the graph was walked before and not kept, or a tensor in it was
            changed since; no gradient has been touched then.
    """
    order = ordered(root)
    for tensor in order:
        _check(tensor)
    grads = {id(root): grad}
    for tensor in reversed(order):
        flowing = grads.pop(id(tensor), None)
        if flowing is None:
            continue
        if tensor.pull is None:
            tensor.collect(flowing)
            continue
        for parent, share in zip(tensor.parents, tensor.pull(flowing), strict=True):
            if share is None or not parent.requires_grad:
                continue
            fitted = np.asarray(summed_to(share, parent.shape), dtype=parent.dtype)
            known = grads.get(id(parent))
            # Never in place: operations hand one array to several parents.
            grads[id(parent)] = fitted if known is None else known + fitted
        if not keep:
            tensor.release()


def ordered(root: Tensor) -> list[Tensor]:
    """All tensors that need a gradient and lead to `root`, parents before children.

    A stack of our own: a chain of thousands of operations is deeper than Python recurses.
    """
    order: list[Tensor] = []
    met: set[int] = set()
    stack = [(root, False)]
    while stack:
        tensor, expanded = stack.pop()
        if expanded:
            order.append(tensor)
        elif id(tensor) not in met:
            met.add(id(tensor))
            stack.append((tensor, True))
            stack += [(parent, False) for parent in tensor.parents if parent.requires_grad]
    return order


def summed_to(grad: Array, shape: tuple[int, ...]) -> Array:
    """`grad` summed over the axes that broadcasting stretched, so that it has `shape`."""
    if grad.shape == shape:
        return grad
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1 != grad.shape[axis])
    summed: Array = grad.sum(axis=stretched, keepdims=True)
    return summed


def _check(tensor: Tensor) -> None:
    if tensor.spent:
        raise GraphError(
            f"backward() was called before through the result of {tensor.op!r}, and its graph "
            "was released",
            "call backward(keep=True) the first time, or compute the result anew",
        )
    for parent, version in zip(tensor.parents, tensor.seen, strict=True):
        if parent.version != version:
            name = parent.name or parent.op or "a leaf"
            raise GraphError(
                f"{name} {parent.shape} was changed after {tensor.op!r} had used it",
                "compute the result anew, then call backward()",
            )

"""What training makes small. Each is minus a log-likelihood, which says when it is the right one.

- Mean squared error: a number with normal noise. Behind a sigmoid its gradient carries σ'(x),
  which vanishes where the unit is surest, and be it wrong.
- Binary cross-entropy: yes or no. Its gradient by the logit is σ(x) - y, however sure.
- Cross-entropy: one class of many. Its gradient by the logits is softmax(x) - onehot(y).

Logits in, no probabilities: log and exponential cancel exactly then (Goodfellow, Bengio and
Courville 2016, section 6.2.2).
"""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor, record
from penstock.scratch.errors import DtypeError, SettingError, ShapeError
from penstock.scratch.nn.activations import log_probabilities, logistic


def mean_squared_error(x: Tensor, target: Array) -> Tensor:
    """Mean of (x - target)² over all numbers; both of one shape."""
    _same("mean_squared_error", x, target)
    off = x.data - target
    data = np.asarray(np.mean(off * off), dtype=x.dtype)
    return record(data, "mean_squared_error", (x, lambda grad: grad * 2 / off.size * off))


def binary_cross_entropy(logits: Tensor, target: Array) -> Tensor:
    """Mean of -y ln σ(x) - (1 - y) ln(1 - σ(x)), computed as max(x, 0) - xy + ln(1 + e^-|x|).

    Args:
        logits: x, any shape.
        target: y in [0, 1], same shape.
    """
    _same("binary_cross_entropy", logits, target)
    x = logits.data
    each = np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x)))
    data = np.asarray(each.mean(), dtype=x.dtype)
    return record(
        data,
        "binary_cross_entropy",
        (logits, lambda grad: grad / x.size * (logistic(x) - target)),
    )


def cross_entropy(logits: Tensor, target: Array, ignore: int | None = None) -> Tensor:
    """Mean of -ln softmax(x)[y] over all places that count; softmax and log in one.

    Args:
        logits: (…, classes).
        target: classes as integers (…).
        ignore: places of this target do not count, as padding.

    Raises:
        ShapeError: target does not fit, or no place counts.
        DtypeError: target holds no integers.
        SettingError: a class lies outside [0, classes).
    """
    if target.shape != logits.shape[:-1]:
        raise ShapeError("cross_entropy", f"targets of shape {logits.shape[:-1]}", target.shape)
    if target.dtype.kind not in "iu":
        raise DtypeError("cross_entropy", "integer classes", target.dtype, "target.astype(int)")
    classes = logits.shape[-1]
    y = target.reshape(-1)
    counts = None if ignore is None else y != ignore
    if counts is not None:
        y = np.where(counts, y, 0)
    if not y.size or (counts is not None and not counts.any()):
        raise ShapeError("cross_entropy", "one target at least that counts", target.shape)
    if y.min() < 0 or y.max() >= classes:
        came = f"{y.min()} … {y.max()}"
        raise SettingError("cross_entropy", f"classes from 0 to {classes - 1}", came)
    rows = np.arange(len(y))
    log_p = log_probabilities(logits.data.reshape(-1, classes))
    each = log_p[rows, y] if counts is None else log_p[rows, y] * counts
    number = len(y) if counts is None else int(counts.sum())

    def share(grad: Array) -> Array:
        p = np.exp(log_p)
        p[rows, y] -= 1
        p *= grad / number
        if counts is not None:
            p *= counts[:, None]
        return p.reshape(logits.shape)

    return record(np.asarray(-each.sum() / number, logits.dtype), "cross_entropy", (logits, share))


def _same(where: str, x: Tensor, target: Array) -> None:
    if x.shape != target.shape:
        raise ShapeError(where, f"a target of shape {x.shape}", target.shape)
    if not target.size:
        raise ShapeError(where, "one number at least", target.shape)

"""Rows, targets and weights as they may come in; others raise what scikit-learn raises."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.errors import DataConversionWarning


def check_rows(X: Any, who: str, *, missing: bool = False, least: int = 1) -> Array:
    """`X` as float64 of shape (rows, features).

    Args:
        X: anything that NumPy takes for a matrix.
        who: the estimator's name, for messages.
        missing: whether NaN may stand for a value that is not known.
        least: rows at least.

    Raises:
        ValueError: no matrix, too small, complex, or not finite.
        TypeError: sparse, or holds what is no number.
    """
    rows = check_dense(X)
    rows = rows.astype(np.float64)
    if rows.ndim < 2:
        kind = "scalar" if rows.ndim == 0 else "1D"
        raise ValueError(
            f"Expected 2D array, got {kind} array instead:\narray={rows}.\n"
            "Reshape your data either using array.reshape(-1, 1) if your data has a single "
            "feature or array.reshape(1, -1) if it contains a single sample."
        )
    if rows.ndim > 2:
        raise ValueError(f"Found array with dim {rows.ndim}, while dim <= 2 is required by {who}.")
    for axis, what in enumerate(("sample", "feature")):
        needed = least if axis == 0 else 1
        if rows.shape[axis] < needed:
            raise ValueError(
                f"Found array with {rows.shape[axis]} {what}(s) (shape={rows.shape}) while a "
                f"minimum of {needed} is required by {who}."
            )
    check_finite(rows, "X", who, missing=missing)
    return rows


def check_finite(values: Array, name: str, who: str, *, missing: bool = False) -> None:
    """Refuse infinities, and NaN unless it may stand for a value that is not known.

    Raises:
        ValueError: in scikit-learn's words.
    """
    if not missing and np.isnan(values).any():
        raise ValueError(
            f"Input {name} contains NaN.\n{who} does not accept missing values encoded as NaN: "
            "impute them first, or choose an estimator that takes them."
        )
    if np.isinf(values).any():
        raise ValueError(
            f"Input {name} contains infinity or a value too large for dtype('{values.dtype}')."
        )


def check_width(rows: Array, expected: int, who: str) -> Array:
    """`rows` with as many features as were fitted.

    Raises:
        ValueError: another number of them.
    """
    if rows.shape[1] != expected:
        raise ValueError(
            f"X has {rows.shape[1]} features, but {who} is expecting {expected} features as input."
        )
    return rows


def check_numbers(y: Any, rows: int, who: str) -> Array:
    """A target of numbers: float64 of shape (rows,).

    Raises:
        ValueError: another length, no line of numbers, or not finite.
    """
    numbers = _line(y, rows, who).astype(np.float64)
    check_finite(numbers, "y", who)
    return numbers


def check_classes(y: Any, rows: int, who: str) -> tuple[Array, Array]:
    """A target of classes: what classes there are, ascending, and each row's place among them.

    Raises:
        ValueError: another length, no line, not finite, or numbers that are no classes.
    """
    labels = _line(y, rows, who)
    if labels.dtype.kind == "f":
        check_finite(labels, "y", who)
        if (labels != np.round(labels)).any():
            raise ValueError(
                "Unknown label type: continuous. Maybe you are trying to fit a classifier, which "
                "expects discrete classes on a regression target with continuous values."
            )
    classes, codes = np.unique(labels, return_inverse=True)
    return classes, codes


def check_weights(sample_weight: Any, rows: int) -> Array:
    """What each row counts: float64 of shape (rows,), ones where nothing was said.

    Raises:
        ValueError: another shape, negative, or all zero.
    """
    if sample_weight is None:
        return np.ones(rows)
    weights = np.asarray(sample_weight, np.float64)
    if weights.ndim == 0:
        weights = np.full(rows, float(weights))
    if weights.ndim != 1:
        raise ValueError("Sample weights must be 1D array or scalar")
    if len(weights) != rows:
        raise ValueError(f"sample_weight.shape == {weights.shape}, expected {(rows,)}!")
    check_finite(weights, "sample_weight", "fit")
    if (weights < 0).any():
        raise ValueError("Negative values in data passed to `sample_weight`")
    if not weights.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return weights


def check_setting(holds: bool, estimator: object, name: str, expected: str) -> None:
    """A parameter that means something.

    Raises:
        SettingError: it does not.
    """
    if not holds:
        came = getattr(estimator, name)
        raise SettingError(f"The '{name}' parameter of {type(estimator).__name__}", expected, came)


def check_dense(X: Any) -> Array:
    """`X` as NumPy has it.

    Raises:
        TypeError: sparse.
        ValueError: complex.
    """
    refuse_sparse(X)
    given = np.asarray(X)
    if given.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{given}\n")
    return given


def refuse_sparse(X: Any) -> None:
    """Refuse a matrix that leaves its zeros out.

    Raises:
        TypeError: it is one.
    """
    if hasattr(X, "tocsr") and hasattr(X, "nnz"):
        raise TypeError(
            "Sparse data was passed, but dense data is required. "
            "Use '.toarray()' to convert to a dense numpy array."
        )


def generator(random_state: Any) -> np.random.Generator:
    """The source of all that is drawn: from a seed, or from NumPy's older kind of generator."""
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31))
    return np.random.default_rng(random_state)


def _outside() -> int:
    """Calls between a warning and the code that uses this library."""
    frame, level = sys._getframe(1), 1
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith("penstock.scratch"):
        frame, level = frame.f_back, level + 1
    return level


def _line(y: Any, rows: int, who: str) -> Array:
    if y is None:
        raise ValueError(f"{who} requires y to be passed, but the target y is None")
    line = check_dense(y)
    if line.ndim == 2 and line.shape[1] == 1:
        warnings.warn(
            "A column-vector y was passed when a 1d array was expected. Please change the shape "
            "of y to (n_samples, ), for example using ravel().",
            DataConversionWarning,
            stacklevel=_outside(),
        )
        line = line[:, 0]
    if line.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {line.shape} instead.")
    if len(line) != rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{rows}, {len(line)}]"
        )
    return line

"""Categories as numbers."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import ShapeError
from penstock.scratch.estimators.checking import (
    check_dense,
    check_finite,
    check_setting,
    check_width,
)
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.estimators.kinds import Transformer
from penstock.scratch.estimators.tags import Tags


class _Categories(Transformer):
    """Rows of strings or numbers, whose values are looked up column by column.

    Attributes:
        categories_: of each feature, ascending.
    """

    categories_: list[Array]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = tags.input_tags.string = True
        return tags

    def _learn(self, X: Any) -> None:
        table = _table(X, type(self).__name__)
        self.n_features_in_ = table.shape[1]
        self.categories_ = [np.unique(_column(table, place)) for place in range(table.shape[1])]

    def _places(self, X: Any) -> tuple[Array, Array]:
        """Place of each value among its categories, and whether it is there, (rows, features)."""
        self.check_fitted()
        table = _table(X, type(self).__name__)
        check_width(table, self.n_features_in_, type(self).__name__)
        places, known = np.zeros(table.shape, int), np.zeros(table.shape, bool)
        for column, categories in enumerate(self.categories_):
            values = _column(table, column)
            found = np.minimum(np.searchsorted(categories, values), len(categories) - 1)
            places[:, column], known[:, column] = found, categories[found] == values
        return places, known

    def _refuse(self, X: Any, known: Array) -> None:
        for column in np.flatnonzero(~known.all(axis=0)):
            strange = np.unique(_column(_table(X, ""), int(column))[~known[:, column]])
            raise ValueError(
                f"Found unknown categories {strange.tolist()} in column {column} during transform"
            )


class OneHotEncoder(_Categories):
    """A column for each category of each feature: 1 where the row has it."""

    def __init__(self, handle_unknown: Literal["error", "ignore"] = "error") -> None:
        self.handle_unknown = handle_unknown

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features) of strings or numbers.

        Raises:
            SettingError: `handle_unknown` is neither.
        """
        known = self.handle_unknown in {"error", "ignore"}
        check_setting(known, self, "handle_unknown", "'error' or 'ignore'")
        self._learn(X)
        return self

    def transform(self, X: Any) -> Array:
        """0 and 1, (rows, all categories); all 0 for a value that is ignored.

        Raises:
            ValueError: a value was not fitted, and is not to be ignored.
        """
        places, known = self._places(X)
        if self.handle_unknown == "error":
            self._refuse(X, known)
        sizes = [len(one) for one in self.categories_]
        begin = np.cumsum([0, *sizes[:-1]])
        told = np.zeros((len(places), sum(sizes)))
        row, column = np.nonzero(known)
        told[row, begin[column] + places[row, column]] = 1.0
        return told


class OrdinalEncoder(_Categories):
    """The place of each value among its feature's categories."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features) of strings or numbers."""
        self._learn(X)
        return self

    def transform(self, X: Any) -> Array:
        """Places, as numbers (rows, features).

        Raises:
            ValueError: a value was not fitted.
        """
        places, known = self._places(X)
        self._refuse(X, known)
        return places.astype(float)


class LabelEncoder(Estimator):
    """The place of each label among all, ascending.

    Attributes:
        classes_: the labels.
    """

    classes_: Array

    def fit(self, y: Any) -> Self:
        """Learn from labels (N,)."""
        self.classes_, self.n_features_in_ = np.unique(_labels(y)), 1
        return self

    def transform(self, y: Any) -> Array:
        """Places (N,).

        Raises:
            ValueError: a label was not fitted.
        """
        self.check_fitted()
        labels = _labels(y)
        strange = np.setdiff1d(labels, self.classes_)
        if len(strange):
            raise ValueError(f"y contains previously unseen labels: {strange.tolist()}")
        return np.searchsorted(self.classes_, labels)

    def fit_transform(self, y: Any) -> Array:
        """Both on the same labels."""
        return self.fit(y).transform(y)

    def inverse_transform(self, y: Any) -> Array:
        """Labels of places."""
        self.check_fitted()
        return np.asarray(self.classes_[np.asarray(y)])


def _labels(y: Any) -> Array:
    labels = np.asarray(y)
    if labels.ndim != 1:
        raise ShapeError("LabelEncoder", "y should be a 1d array", labels.shape)
    return labels


def _table(X: Any, who: str) -> Array:
    table = check_dense(X)
    if table.ndim != 2:
        raise ValueError(
            f"Expected 2D array, got {table.ndim}D array instead:\narray={table}.\n"
            "Reshape your data either using array.reshape(-1, 1) if your data has a single "
            "feature or array.reshape(1, -1) if it contains a single sample."
        )
    if not table.size:
        what = "sample" if not len(table) else "feature"
        raise ValueError(
            f"Found array with 0 {what}(s) (shape={table.shape}) while a minimum of 1 is "
            f"required by {who}."
        )
    return table


def _column(table: Array, place: int) -> Array:
    """A column as what its values are: NumPy keeps mixed tables as objects.

    Raises:
        ValueError: a value is not known.
    """
    column = np.array(table[:, place].tolist())
    if column.dtype.kind == "f":
        check_finite(column, "X", "an encoder")
    elif column.dtype.kind == "O":
        raise TypeError("argument must be a string or a number, got mixed objects")
    return column

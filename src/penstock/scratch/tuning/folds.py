"""Which rows to learn from and which to judge on (Hastie, Tibshirani and Friedman 2009, ch. 7.10).

Positions are scikit-learn's for the same seed, which is why the older generator of NumPy draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.estimators.checking import check_classes


class Splitter(Protocol):
    """Names rows to learn from and rows to judge on, some times over."""

    def split(self, X: Any, y: Any = None) -> Iterator[tuple[Array, Array]]:
        """Positions of both, for each fold."""


class KFold:
    """Every row is judged on once: k parts of sizes as equal as can be.

    Raises:
        SettingError: fewer than two folds, or a seed that is asked nothing.
    """

    def __init__(self, n_splits: int = 5, shuffle: bool = False, random_state: Any = None) -> None:
        if n_splits < 2:
            raise SettingError(type(self).__name__, "n_splits=2 or more", n_splits)
        if random_state is not None and not shuffle:
            raise SettingError(
                type(self).__name__, "shuffle=True where random_state is set", shuffle
            )
        self.n_splits, self.shuffle, self.random_state = n_splits, shuffle, random_state

    def split(self, X: Any, y: Any = None) -> Iterator[tuple[Array, Array]]:
        """Positions to learn from and to judge on, for each fold.

        Raises:
            ValueError: more folds than rows, or than any class has.
        """
        fold = self._folds(len(X), y)
        for number in range(self.n_splits):
            yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)

    def _folds(self, n: int, y: Any) -> Array:
        if self.n_splits > n:
            raise ValueError(
                f"Cannot have number of splits n_splits={self.n_splits} greater than the number of "
                f"samples: n_samples={n}."
            )
        order = np.arange(n)
        if self.shuffle:
            np.random.RandomState(self.random_state).shuffle(order)
        fold = np.empty(n, int)
        sizes = np.full(self.n_splits, n // self.n_splits)
        sizes[: n % self.n_splits] += 1
        fold[order] = np.repeat(np.arange(self.n_splits), sizes)
        return fold


class StratifiedKFold(KFold):
    """Every fold has each class's share of the whole, as near as whole rows allow."""

    def _folds(self, n: int, y: Any) -> Array:
        if self.n_splits > n:
            return super()._folds(n, y)
        classes, codes = check_classes(y, n, type(self).__name__)
        # Classes are numbered as they first come, as scikit-learn does.
        _, first = np.unique(codes, return_index=True)
        codes = np.argsort(np.argsort(first))[codes]
        counts = np.bincount(codes)
        if self.n_splits > counts.max():
            raise ValueError(
                f"n_splits={self.n_splits} cannot be greater than the number of members in each "
                f"class; the largest has {counts.max()}."
            )
        ordered = np.sort(codes)
        parts = [
            np.bincount(ordered[number :: self.n_splits], minlength=len(classes))
            for number in range(self.n_splits)
        ]
        shares, rng = np.stack(parts), np.random.RandomState(self.random_state)
        fold = np.empty(n, int)
        for code in range(len(classes)):
            numbers = np.repeat(np.arange(self.n_splits), shares[:, code])
            if self.shuffle:
                rng.shuffle(numbers)
            fold[codes == code] = numbers
        return fold


def train_test_split(
    *arrays: Any, test_size: float = 0.25, random_state: Any = None, shuffle: bool = True
) -> list[Array]:
    """Each array's rows to learn from and to judge on: a, a', b, b' and so on.

    Args:
        arrays: of one length.
        test_size: share of the rows to judge on, rounded up.
        random_state: a seed.
        shuffle: False takes the last rows to judge on, as time asks for.

    Raises:
        SettingError: a share that leaves a side empty.
        ShapeError: arrays of several lengths.
    """
    n = len(arrays[0])
    if any(len(one) != n for one in arrays):
        raise ShapeError("train_test_split", f"arrays of {n} rows", [len(one) for one in arrays])
    judged = int(np.ceil(test_size * n))
    if not 0 < judged < n:
        raise SettingError(
            "train_test_split", "test_size that leaves rows on both sides", test_size
        )
    if shuffle:
        order = np.random.RandomState(random_state).permutation(n)
        test, train = order[:judged], order[judged:]
    else:
        train, test = np.arange(n - judged), np.arange(n - judged, n)
    return [part for one in arrays for part in (np.asarray(one)[train], np.asarray(one)[test])]


def folds_of(cv: Any, y: Any, classifier: bool) -> Splitter:
    """A splitter from a number of folds: stratified for classes; or `cv` itself if it is one."""
    if isinstance(cv, int):
        return StratifiedKFold(cv) if classifier else KFold(cv)
    splitter: Splitter = cv
    return splitter

"""Principal components: the directions along which rows differ most (Jolliffe 2002, chapter 1)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.kinds import Transformer


class PCA(Transformer):
    """Singular vectors of the centred rows; each points to where its largest weight is positive.

    Attributes:
        components_: (n_components, features), unit rows, the widest first.
        explained_variance_: of the rows along each, with N - 1 below the sum.
        explained_variance_ratio_: its share of all variance.
        singular_values_: of the centred rows.
        mean_: (features,).
        n_components_: how many are kept.
    """

    components_: Array
    explained_variance_: Array
    explained_variance_ratio_: Array
    singular_values_: Array
    mean_: Array
    n_components_: int

    def __init__(self, n_components: int | None = None, whiten: bool = False) -> None:
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from rows (N, features)."""
        rows = self._given(X, least=2)
        most = min(rows.shape)
        kept = most if self.n_components is None else self.n_components
        check_setting(1 <= kept <= most, self, "n_components", f"1 to {most}, or None")
        self.mean_ = rows.mean(axis=0)
        _, sigma, axes = np.linalg.svd(rows - self.mean_, full_matrices=False)
        signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
        variance = sigma**2 / (len(rows) - 1)
        self.components_ = (axes * signs[:, None])[:kept]
        self.explained_variance_ = variance[:kept]
        self.explained_variance_ratio_ = variance[:kept] / variance.sum()
        self.singular_values_, self.n_components_ = sigma[:kept], kept
        return self

    def transform(self, X: Any) -> Array:
        """(N, n_components): how far each row lies along each component."""
        along = (self._rows(X) - self.mean_) @ self.components_.T
        return np.asarray(along / np.sqrt(self.explained_variance_) if self.whiten else along)

    def inverse_transform(self, X: Any) -> Array:
        """(N, features): the nearest rows that the components can make."""
        self.check_fitted()
        along = np.asarray(X, np.float64)
        if self.whiten:
            along = along * np.sqrt(self.explained_variance_)
        return np.asarray(along @ self.components_ + self.mean_)

"""Settings in, attributes with an underscore out: what every estimator has in common.

Buitinck et al. 2013, API design for machine learning software, section 2.
"""

from __future__ import annotations

import copy
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, Self

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.checking import (
    check_rows,
    check_width,
)
from penstock.scratch.estimators.errors import NotFittedError
from penstock.scratch.estimators.tags import (
    InputTags,
    Tags,
    TargetTags,
)


class Estimator:
    """Parameters are the arguments of `__init__`, kept as they came; `fit` judges them.

    Attributes:
        n_features_in_: features of the rows it was fitted on.
    """

    takes_missing: ClassVar[bool] = False
    takes_negative: ClassVar[bool] = True
    n_features_in_: int

    @classmethod
    def _names(cls) -> list[str]:
        return sorted(name for name in signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name; those of an estimator within as `name__its_parameter`, if `deep`."""
        found = {name: getattr(self, name) for name in self._names()}
        if deep:
            for name, value in list(found.items()):
                if hasattr(value, "get_params") and not isinstance(value, type):
                    found |= {f"{name}__{key}": one for key, one in value.get_params().items()}
        return found

    def set_params(self, **params: Any) -> Self:
        """Change parameters by the names that `get_params` gives.

        Raises:
            ValueError: no parameter has that name.
        """
        known = self.get_params()
        for key, value in params.items():
            name, _, rest = key.partition("__")
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {self}. "
                    f"Valid parameters are: {self._names()!r}."
                )
            if rest:
                known[name].set_params(**{rest: value})
            else:
                self._assign(name, value)
        return self

    def _assign(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def __repr__(self) -> str:
        defaults = {name: one.default for name, one in signature(type(self)).parameters.items()}
        shown = self.get_params(deep=False)
        changed = [
            f"{name}={shown[name]!r}" for name in self._names() if shown[name] is not defaults[name]
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """What `fit` would have learnt is asked for before it."""
            if name.endswith("_") and name[0] != "_" and "n_features_in_" not in self.__dict__:
                raise NotFittedError(self)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __sklearn_tags__(self) -> Tags:
        """What scikit-learn's tools ask about it."""
        return Tags(
            None,
            TargetTags(required=False),
            input_tags=InputTags(
                allow_nan=self.takes_missing, positive_only=not self.takes_negative
            ),
        )

    def check_fitted(self) -> None:
        """Pass if `fit` was called.

        Raises:
            NotFittedError: it was not.
        """
        if not hasattr(self, "n_features_in_"):
            raise NotFittedError(self)

    def _given(self, X: Any, least: int = 1) -> Array:
        """The rows to fit; their width is kept."""
        rows = check_rows(X, type(self).__name__, missing=self.takes_missing, least=least)
        if not self.takes_negative and (rows < 0).any():
            raise ValueError(f"Negative values in data passed to {type(self).__name__}.")
        self.n_features_in_ = rows.shape[1]
        return rows

    def _rows(self, X: Any) -> Array:
        """The rows to answer for, as wide as those fitted."""
        self.check_fitted()
        who = type(self).__name__
        rows = check_rows(X, who, missing=self.takes_missing)
        return check_width(rows, self.n_features_in_, who)


def clone(estimator: Any) -> Any:
    """One of the same parameters, not fitted; a list of such from a list."""
    if isinstance(estimator, list | tuple):
        return type(estimator)(clone(one) for one in estimator)
    if not hasattr(estimator, "get_params") or isinstance(estimator, type):
        return copy.deepcopy(estimator)
    params = {name: clone(value) for name, value in estimator.get_params(deep=False).items()}
    return type(estimator)(**params)

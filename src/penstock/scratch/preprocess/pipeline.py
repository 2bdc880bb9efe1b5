"""Steps one after another, fitted on the same rows: nothing of other rows leaks into any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.composite import Composite
from penstock.scratch.estimators.estimator import clone
from penstock.scratch.estimators.tags import Tags


class _OfLast:
    """A method of the last step, on what the steps before it make of the rows."""

    def __init__(self, method: str) -> None:
        self.method = method

    def __get__(self, pipeline: Pipeline, owner: type) -> Callable[[Any], Array]:
        if not hasattr(pipeline.steps[-1][1], self.method):
            raise AttributeError(f"{owner.__name__} ends in no step with {self.method!r}")

        def call(X: Any) -> Array:
            rows = pipeline.before_last(X)
            told: Array = getattr(pipeline.steps_[-1][1], self.method)(rows)
            return told

        return call


class Pipeline(Composite):
    """Transformers, and an estimator last; it is what cross-validation must be given whole.

    A scaler that saw the rows that are judged on has told their mean; here it is fitted anew in
    every fold (Hastie, Tibshirani and Friedman 2009, section 7.10.2).

    What the last step can do, the whole can.

    Attributes:
        steps_: as fitted, (name, estimator).
    """

    parts = "steps"
    steps_: list[tuple[str, Any]]
    transform = _OfLast("transform")
    predict = _OfLast("predict")
    predict_proba = _OfLast("predict_proba")
    decision_function = _OfLast("decision_function")

    def __init__(self, steps: Sequence[tuple[str, Any]]) -> None:
        self.steps = steps

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = self.steps[-1][1].__sklearn_tags__()
        each = [one for _, one in self.steps]
        fills = [bool(getattr(one, "fills_missing", False)) for one in each]
        until = each[: fills.index(True) + 1] if any(fills) else each
        tags.input_tags.allow_nan = all(
            one.__sklearn_tags__().input_tags.allow_nan for one in until
        )
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit each step on what those before it make of the rows.

        Raises:
            SettingError: no steps, or two of one name.
        """
        names = [name for name, _ in self.steps]
        if not names or len(set(names)) < len(names):
            raise SettingError("Pipeline", "steps, each of another name", names)
        rows, self.steps_ = X, []
        for name, step in self.steps[:-1]:
            fitted = clone(step)
            rows = fitted.fit_transform(rows, y)
            self.steps_.append((name, fitted))
        name, last = self.steps[-1]
        self.steps_.append((name, clone(last).fit(rows, y)))
        self.n_features_in_ = self.steps_[0][1].n_features_in_
        return self

    def before_last(self, X: Any) -> Any:
        """What all steps but the last make of the rows."""
        self.check_fitted()
        for _, step in self.steps_[:-1]:
            X = step.transform(X)
        return X

    def score(self, X: Any, y: Any) -> float:
        """The last step's."""
        rows = self.before_last(X)
        return float(self.steps_[-1][1].score(rows, y))

    @property
    def classes_(self) -> Array:
        """The last step's."""
        classes: Array = self.steps_[-1][1].classes_
        return classes

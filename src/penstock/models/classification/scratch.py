"""Any estimator of the from-scratch library that tells two classes apart, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike
from pydantic import Field, model_validator

from penstock.core import settings
from penstock.core.contracts import Array, FitContext
from penstock.core.errors import PenstockError
from penstock.models.classification.parts.scratch_file import load_fitted, save_fitted
from penstock.models.classification.parts.scratch_names import changing, named, telling
from penstock.models.training.classifier import BinaryClassifier
from penstock.scoring.arrays_file import unfit

Described = str | dict[str, dict[str, Any] | None]
KEPT_IN_PLACE = {"MinMaxScaler", "PowerTransformer", "StandardScaler"}  # a column stays one


class ScratchSettings(settings.Settings):
    """What `params` of a candidate may say."""

    estimator: Described = Field(
        "LogisticRegression",
        description="NAME of a class of penstock.scratch, or {NAME: {parameter: value}}; "
        "a value may be an estimator in turn",
    )
    before: tuple[Described, ...] = Field(
        (), description="what changes the inputs first, as `estimator`: [StandardScaler]"
    )

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        named(self.estimator, telling())
        for one in self.before:
            named(one, changing())
        return self


class Refused(PenstockError):
    """The estimator does not take the rows or a setting, or needs more memory than there is."""

    def __init__(self, who: str, error: Exception) -> None:
        super().__init__(
            f"{who}: {' '.join(str(error).split())}\n"
            "  fix: change `estimator` or `before` of the candidate in params.yaml "
            "(before: [SimpleImputer] fills gaps)"
        )


class ScratchClassifier(BinaryClassifier):
    """Probabilities of those that tell them; else the logistic function of a margin.

    Of a regressor the target's 0 and 1 are numbers, and what it tells is cut to [0, 1]: least
    squares as a classifier (Hastie et al. 2009, section 4.2).
    """

    Settings = ScratchSettings
    dtype: ClassVar[DTypeLike] = np.float64
    missing = True  # some take gaps; the others say that they don't

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.before: list[Any] = []
        self.fitted: Any = None

    def learn(self, rows: Array, target: Array, context: FitContext) -> None:
        asked = self.settings
        self.before = [named(one, changing()) for one in asked.before]
        self.fitted = named(asked.estimator, telling())
        for one in (*self.before, self.fitted):
            _seed(one, context.seed)
        for one in self.before:
            with _asking(one):
                rows = one.fit_transform(rows, target)
        with _asking(self.fitted):
            self.fitted.fit(rows, target)

    def score(self, rows: Array) -> Array:
        for one in self.before:
            with _asking(one):
                rows = one.transform(rows)
        with _asking(self.fitted):
            return _probability(self.fitted, rows)

    def weights(self) -> Array | None:
        """Importances or sizes of coefficients, where each input is still a column of its own."""
        if any(type(one).__name__ not in KEPT_IN_PLACE for one in self.before):
            return None
        if hasattr(self.fitted, "feature_importances_"):
            return np.asarray(self.fitted.feature_importances_)
        if hasattr(self.fitted, "coef_"):
            return np.asarray(np.abs(np.atleast_2d(self.fitted.coef_)[0]))
        return None

    def write(self, folder: Path) -> None:
        save_fitted([self.before, self.fitted], folder)

    def read(self, folder: Path) -> None:
        loaded = load_fitted(folder)
        whole = isinstance(loaded, list) and len(loaded) == 2 and isinstance(loaded[0], list)
        first = [*loaded[0], loaded[1]][0] if whole else None
        if getattr(first, "n_features_in_", None) != len(self.inputs):
            raise unfit(folder, f"not what learnt from {len(self.inputs)} inputs")
        self.before, self.fitted = loaded


def _probability(fitted: Any, rows: Array) -> Array:
    """Of class 1, float64 (rows,)."""
    if hasattr(fitted, "predict_proba"):
        return np.asarray(fitted.predict_proba(rows)[:, 1])
    if hasattr(fitted, "decision_function"):
        return np.asarray(0.5 * (1 + np.tanh(0.5 * fitted.decision_function(rows))))
    return np.asarray(np.clip(fitted.predict(rows), 0.0, 1.0))


def _seed(estimator: Any, seed: int) -> None:
    """Give `seed` to all that draws and was told none."""
    params = estimator.get_params()
    unset = [key for key, one in params.items() if key.endswith("random_state") and one is None]
    estimator.set_params(**dict.fromkeys(unset, seed))


@contextmanager
def _asking(estimator: Any) -> Iterator[None]:
    """In one thread, since the last bits of products depend on how many there are."""
    from threadpoolctl import threadpool_limits

    try:
        with threadpool_limits(1):
            yield
    except (ValueError, MemoryError) as error:
        raise Refused(type(estimator).__name__, error) from None


MODEL = ScratchClassifier

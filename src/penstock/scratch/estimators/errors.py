"""What an estimator says of a wrong use: the classes and words that scikit-learn has for it."""

from __future__ import annotations


class NotFittedError(ValueError, AttributeError):
    """A method that needs what `fit` learns was called before it."""

    def __init__(self, estimator: object) -> None:
        super().__init__(
            f"This {type(estimator).__name__} instance is not fitted yet. "
            "Call 'fit' with appropriate arguments before using this estimator."
        )


class ConvergenceWarning(UserWarning):
    """An iteration ended before it was as exact as asked for."""


class DataConversionWarning(UserWarning):
    """Data were taken in another shape than they came in."""

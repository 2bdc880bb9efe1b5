"""Multinomial logistic regression, fitted by scikit-learn and kept as two arrays."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array


def fit_softmax(rows: Array, target: Array, C: float, max_iter: int) -> tuple[Array, Array]:
    """Weights (classes, inputs) and biases (classes,) of the least penalised cross-entropy.

    Args:
        rows: (n, inputs).
        target: every class from 0 on, (n,).
        C: inverse strength of the L2 penalty.
        max_iter: steps of L-BFGS at most; it need not converge by then.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = LogisticRegression(C=C, max_iter=max_iter).fit(rows, target)
    weight, bias = fitted.coef_, fitted.intercept_
    if len(weight) == 1:  # of two classes scikit-learn keeps the difference
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    return weight.astype(np.float32), bias.astype(np.float32)

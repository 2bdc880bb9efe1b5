"""Estimators of the from-scratch library by their names, as params.yaml gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from inspect import signature
from typing import Any

from penstock.core.errors import did_you_mean

LIBRARY = "penstock.scratch"
TELLING = {  # what tells one number or class from the other
    "BaggingClassifier": "ensemble.bagging",
    "DecisionTreeClassifier": "trees.decision_tree",
    "DecisionTreeRegressor": "trees.decision_tree",
    "GaussianNB": "bayes.gaussian",
    "GradientBoostingClassifier": "ensemble.gradient_boosting",
    "GradientBoostingRegressor": "ensemble.gradient_boosting",
    "GridSearchCV": "tuning.search",
    "KNeighborsClassifier": "neighbors.knn",
    "KNeighborsRegressor": "neighbors.knn",
    "Lasso": "linear.lasso",
    "LinearRegression": "linear.least_squares",
    "LinearSVC": "svm.linear_svc",
    "LogisticRegression": "linear.logistic",
    "MultinomialNB": "bayes.multinomial",
    "NewtonBoostingClassifier": "ensemble.newton_boosting",
    "NewtonBoostingRegressor": "ensemble.newton_boosting",
    "RandomForestClassifier": "ensemble.forest",
    "RandomForestRegressor": "ensemble.forest",
    "Ridge": "linear.ridge",
    "SVC": "svm.svc",
    "StackingClassifier": "ensemble.stacking",
}
CHANGING = {  # what makes other columns of numbers first
    "KNNImputer": "preprocess.imputers",
    "MinMaxScaler": "preprocess.scalers",
    "PCA": "embed.pca",
    "PowerTransformer": "preprocess.power",
    "RFE": "selection.rfe",
    "SelectKBest": "selection.chi2",
    "SimpleImputer": "preprocess.imputers",
    "StandardScaler": "preprocess.scalers",
    "TfidfTransformer": "text.tfidf",
}
MODULES = TELLING | CHANGING


def named(asked: Any, known: Mapping[str, str]) -> Any:
    """The estimator that `asked` describes.

    Args:
        asked: NAME, or {NAME: {parameter: value}}; a value may describe an estimator in turn, and
            [part, description] a named one.
        known: the names that fit here.

    Raises:
        ValueError: another name, or a parameter that the class does not have.
    """
    name, given = _parts(asked)
    if name not in known:
        raise ValueError(f"expected an estimator, came {name!r}; {did_you_mean(name, known)}")
    kind = getattr(import_module(f"{LIBRARY}.{MODULES[name]}"), name)
    parameters = signature(kind).parameters
    for key in given:
        if key not in parameters:
            raise ValueError(f"{name} has no parameter {key!r}; {did_you_mean(key, parameters)}")
    return kind(**{key: _value(value) for key, value in given.items()})


def _parts(asked: Any) -> tuple[str, Mapping[str, Any]]:
    """The name and the parameters."""
    if isinstance(asked, str):
        return asked, {}
    if isinstance(asked, Mapping) and len(asked) == 1:
        [(name, given)] = asked.items()
        if isinstance(given, Mapping) or given is None:
            return str(name), given or {}
    raise ValueError(f"expected NAME or {{NAME: {{parameter: value}}}}, came {asked!r}")


def _value(given: Any) -> Any:
    """A parameter's value: estimators where they are described, tuples of their parts."""
    if isinstance(given, Mapping) and len(given) == 1 and next(iter(given)) in MODULES:
        return named(given, MODULES)
    if isinstance(given, str) and given in MODULES:
        return named(given, MODULES)
    if isinstance(given, Sequence) and not isinstance(given, str):
        return list(_members(given))
    return given


def _members(given: Sequence[Any]) -> Iterator[Any]:
    for one in given:
        value = _value(one)
        pair = isinstance(value, list) and len(value) == 2 and hasattr(value[1], "get_params")
        yield tuple(value) if pair else value

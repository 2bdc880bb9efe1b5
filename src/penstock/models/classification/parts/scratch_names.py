"""Estimators of the from-scratch library by their names, as params.yaml gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from inspect import signature
from typing import Any

from penstock.core.errors import did_you_mean


@cache
def telling() -> dict[str, Any]:
    """What tells one class or number from another, by name; imported when first asked for."""
    from penstock.scratch.bayes.gaussian import GaussianNB
    from penstock.scratch.bayes.multinomial import MultinomialNB
    from penstock.scratch.ensemble import forest, gradient_boosting, newton_boosting
    from penstock.scratch.ensemble.bagging import BaggingClassifier
    from penstock.scratch.ensemble.stacking import StackingClassifier
    from penstock.scratch.linear.lasso import Lasso
    from penstock.scratch.linear.least_squares import LinearRegression
    from penstock.scratch.linear.logistic import LogisticRegression
    from penstock.scratch.linear.ridge import Ridge
    from penstock.scratch.neighbors.knn import KNeighborsClassifier, KNeighborsRegressor
    from penstock.scratch.svm.linear_svc import LinearSVC
    from penstock.scratch.svm.svc import SVC
    from penstock.scratch.trees.decision_tree import DecisionTreeClassifier, DecisionTreeRegressor
    from penstock.scratch.tuning.search import GridSearchCV

    return _by_name(
        LinearRegression, Ridge, Lasso, LogisticRegression, GaussianNB, MultinomialNB, LinearSVC,
        SVC, KNeighborsClassifier, KNeighborsRegressor, DecisionTreeClassifier,
        DecisionTreeRegressor, BaggingClassifier, forest.RandomForestClassifier,
        forest.RandomForestRegressor, gradient_boosting.GradientBoostingClassifier,
        gradient_boosting.GradientBoostingRegressor, newton_boosting.NewtonBoostingClassifier,
        newton_boosting.NewtonBoostingRegressor, StackingClassifier, GridSearchCV,
    )  # fmt: skip


@cache
def changing() -> dict[str, Any]:
    """What makes other columns of numbers before that."""
    from penstock.scratch.embed.pca import PCA
    from penstock.scratch.preprocess.imputers import KNNImputer, SimpleImputer
    from penstock.scratch.preprocess.power import PowerTransformer
    from penstock.scratch.preprocess.scalers import MinMaxScaler, StandardScaler
    from penstock.scratch.selection.chi2 import SelectKBest
    from penstock.scratch.selection.rfe import RFE
    from penstock.scratch.text.tfidf import TfidfTransformer

    return _by_name(
        StandardScaler, MinMaxScaler, PowerTransformer, SimpleImputer, KNNImputer, PCA,
        SelectKBest, RFE, TfidfTransformer,
    )  # fmt: skip


@cache
def kept() -> dict[str, Any]:
    """All that a fitted one may hold."""
    from penstock.scratch.selection.chi2 import chi2
    from penstock.scratch.trees.tree import Tree

    return telling() | changing() | _by_name(Tree, chi2)


def _by_name(*kinds: Any) -> dict[str, Any]:
    return {kind.__name__: kind for kind in kinds}


def named(asked: Any, known: Mapping[str, Any]) -> Any:
    """The estimator that `asked` describes.

    Args:
        asked: NAME, or {NAME: {parameter: value}}; a value may describe an estimator in turn, and
            [part, description] a named one.
        known: classes that fit here, by name.

    Raises:
        ValueError: another name, or a parameter that the class does not have.
    """
    name, given = _parts(asked)
    if name not in known:
        raise ValueError(f"expected an estimator, came {name!r}; {did_you_mean(name, known)}")
    parameters = signature(known[name]).parameters
    for key in given:
        if key not in parameters:
            raise ValueError(f"{name} has no parameter {key!r}; {did_you_mean(key, parameters)}")
    return known[name](**{key: _value(value) for key, value in given.items()})


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
    known = telling() | changing()
    one = isinstance(given, Mapping) and len(given) == 1 and next(iter(given)) in known
    if one or (isinstance(given, str) and given in known):
        return named(given, known)
    if isinstance(given, Sequence) and not isinstance(given, str):
        return list(_members(given))
    return given


def _members(given: Sequence[Any]) -> Iterator[Any]:
    for one in given:
        value = _value(one)
        pair = isinstance(value, list) and len(value) == 2 and hasattr(value[1], "get_params")
        yield tuple(value) if pair else value

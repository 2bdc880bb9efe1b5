"""What may be tried, in Optuna's terms, and values as a person would write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from penstock.core.sweep import Dimension

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

DIGITS = 4  # of a number with a fraction: what is tried is what can be read in params.yaml

Space = Mapping[str, Dimension]


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """By hyper-parameter; a choice is a number in the list of its values, which may be anything."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    found: dict[str, BaseDistribution] = {}
    for name, one in space.items():
        if one.choice is not None:
            found[name] = CategoricalDistribution(range(len(one.choice)))
        elif one.int is not None:
            found[name] = IntDistribution(*one.int, log=one.log)
        else:
            found[name] = FloatDistribution(*one.bounds, log=one.log)
    return found


def to_settings(space: Space, suggested: Mapping[str, Any]) -> dict[str, Any]:
    """What Optuna suggested as hyper-parameters, rounded within their bounds."""
    return {name: _value(one, suggested[name]) for name, one in space.items()}


def from_settings(space: Space, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Hyper-parameters in Optuna's terms; None where one of them lies outside of the space."""
    found = {}
    for name, one in space.items():
        value = values[name]
        if one.choice is not None:
            if value not in one.choice:
                return None
            value = one.choice.index(value)
        elif not isinstance(value, int | float) or not one.bounds[0] <= value <= one.bounds[1]:
            return None
        found[name] = value
    return found


def _value(one: Dimension, suggested: Any) -> Any:
    if one.choice is not None:
        return one.choice[suggested]
    if one.int is not None:
        return int(suggested)
    low, high = one.bounds
    return min(max(float(f"{suggested:.{DIGITS}g}"), low), high)

"""A block of `sweeps`: what it may say."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.core.sweep import SweepParams
from tests.sweeps import SWEEP


def problems(**changed: Any) -> list[str]:
    with pytest.raises(ParamsError) as told:
        parse(SweepParams, SWEEP | changed, "sweeps.P-C")
    return told.value.problems


def test_a_block_is_read_with_its_defaults() -> None:
    sweep = parse(SweepParams, {"split": "kept", "space": SWEEP["space"]}, "sweeps.P-C")
    assert (sweep.trials, sweep.startup, sweep.metric, sweep.direction) == (30, 10, None, None)
    assert sweep.space["min_samples_leaf"].bounds == (1, 200)
    assert sweep.space["criterion"].extremes() == ("gini", "entropy")


@pytest.mark.parametrize(
    ("dimension", "says"),
    [
        ({"int": [1, 5], "float": [0.1, 1]}, "expected one of int: [low, high], float:"),
        ({}, "expected one of int: [low, high], float: [low, high], choice: [...]"),
        ({"int": [5, 1]}, "expected [low, high], found [5, 1]"),
        ({"int": [3, 3]}, "expected [low, high], found [3, 3]"),
        ({"int": [1, 2, 3]}, "space.d.int"),
        ({"int": [1.5, 3]}, "space.d.int.0: found 1.5; input should be a valid integer"),
        ({"float": ["low", 3]}, "space.d.float.0: found 'low'; input should be a valid number"),
        ({"float": [0, 1], "log": True}, "log: expected a lowest value above 0, found 0.0"),
        ({"choice": ["a"]}, "space.d.choice: found ['a']"),
        ({"choice": ["a", "b"], "log": True}, "log: a choice has no order of magnitude"),
        ({"flaot": [0, 1]}, "space.d.flaot: unknown key (found [0, 1]); did you mean 'float'?"),
        ([1, 5], "space.d: found [1, 5]"),
    ],
)
def test_a_dimension_that_makes_no_sense_is_told(dimension: Any, says: str) -> None:
    assert any(says in problem for problem in problems(space={"d": dimension}))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"trials": 1}, "sweeps.P-C.trials: found 1"),
        ({"space": {}}, "sweeps.P-C.space: found {}"),
        ({"prune_below": 100}, "sweeps.P-C.prune_below: found 100"),
        ({"parallel": 0}, "sweeps.P-C.parallel: found 0"),
        ({"direction": "up"}, "sweeps.P-C.direction: found 'up'"),
        ({"trails": 3}, "sweeps.P-C.trails: unknown key (found 3); did you mean 'trials'?"),
    ],
)
def test_a_setting_out_of_range_is_told(changed: dict[str, Any], says: str) -> None:
    assert any(problem.startswith(says) for problem in problems(**changed))

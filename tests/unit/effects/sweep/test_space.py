"""Values between params.yaml and Optuna."""

from __future__ import annotations

from penstock.core.sweep import Dimension
from penstock.effects.sweep.space import distributions, from_settings, to_settings

SPACE = {
    "rate": Dimension(float=(0.01, 0.5), log=True),
    "depth": Dimension(int=(1, 9)),
    "hidden": Dimension(choice=([100, 50], [64], None)),
}


def test_a_choice_may_be_anything_and_comes_back_as_it_was() -> None:
    suggested = {"rate": 0.1, "depth": 3, "hidden": 1}
    values = to_settings(SPACE, suggested)
    assert values == {"rate": 0.1, "depth": 3, "hidden": [64]}
    assert from_settings(SPACE, values) == suggested


def test_a_number_is_tried_as_it_can_be_written() -> None:
    values = to_settings(SPACE, {"rate": 0.123456789, "depth": 3, "hidden": 0})
    assert values["rate"] == 0.1235


def test_rounding_never_leaves_the_bounds() -> None:
    space = {"rate": Dimension(float=(0.123456, 0.123457))}
    for suggested in (0.123456, 0.1234565, 0.123457):
        assert 0.123456 <= to_settings(space, {"rate": suggested})["rate"] <= 0.123457


def test_values_outside_of_the_space_are_none() -> None:
    inside = {"rate": 0.1, "depth": 3, "hidden": None}
    assert from_settings(SPACE, inside) is not None
    for outside in ({"rate": 0.9}, {"depth": 10}, {"depth": None}, {"hidden": [1]}):
        assert from_settings(SPACE, inside | outside) is None


def test_every_dimension_becomes_the_distribution_of_its_kind() -> None:
    made = {name: type(one).__name__ for name, one in distributions(SPACE).items()}
    assert made == {
        "rate": "FloatDistribution",
        "depth": "IntDistribution",
        "hidden": "CategoricalDistribution",
    }

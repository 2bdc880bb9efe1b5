"""What inputs add to a score sums to it, exactly but for rounding, and is what SHAP means."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.core.workspace import load_model
from penstock.models.training.matrix import InputsMissing
from tests.unit.models.given import NAMES, fitted, view

# XGBoost adds float32: of margins below 16 the sum is off by some units of 2**-20.
TOLERANCE = {"xgboost": 1e-5, "logistic": 1e-12}
every = pytest.mark.parametrize("name", TOLERANCE)


def margin(name: str, model: Any, rows: View) -> np.ndarray:
    """As the library tells it."""
    if name == "logistic":
        return model.estimator.decision_function(model.rows_of(rows))
    import xgboost

    return model.booster.predict(xgboost.DMatrix(model.rows_of(rows)), output_margin=True)


@every
def test_contributions_and_base_sum_to_the_margin(name: str, tmp_path: Path) -> None:
    model: Any = fitted(name, tmp_path)
    rows = view(seed=5, target=False)

    told = model.contributions(rows)

    assert told.inputs == NAMES
    assert told.values.shape == (2000, 4)
    assert np.abs(told.margin - margin(name, model, rows)).max() < TOLERANCE[name]
    score = 1 / (1 + np.exp(-told.margin))
    assert np.abs(score - model.predict_proba(rows)).max() < 1e-6


@every
def test_a_model_that_was_loaded_tells_the_same(name: str, tmp_path: Path) -> None:
    model: Any = fitted(name, tmp_path)
    model.save(tmp_path / "kept")
    rows = view(seed=5, target=False)

    again = load_model("classification", name).MODEL.load(tmp_path / "kept")

    assert np.array_equal(again.contributions(rows).values, model.contributions(rows).values)


@every
def test_no_rows_have_no_contributions(name: str, tmp_path: Path) -> None:
    model: Any = fitted(name, tmp_path)

    assert model.contributions(view(rows=0, target=False)).values.shape == (0, 4)


@every
def test_a_view_with_other_inputs_gets_none(name: str, tmp_path: Path) -> None:
    model: Any = fitted(name, tmp_path)
    rows = view(rows=5, target=False)
    narrow = View(rows.data, type(rows.signature)(rows.signature.inputs[1:]))

    with pytest.raises(InputsMissing):
        model.contributions(narrow)


@pytest.mark.curriculum("D03", of="src/penstock/models/classification/xgboost.py")
def test_those_of_trees_are_shapley_values_of_paths_weighed_by_their_rows(tmp_path: Path) -> None:
    # Lundberg et al. 2020: the value of a set of inputs is the tree's mean output where splits on
    # other inputs go both ways, in proportion to the rows (here: hessians) that went there.
    model: Any = fitted("xgboost", tmp_path, trees=3)
    rows = view(rows=6, seed=5, target=False)
    matrix = model.rows_of(rows)
    told = model.contributions(rows).values

    nodes = model.booster.trees_to_dataframe()
    trees = [tree.set_index("Node") for _, tree in nodes.groupby("Tree")]
    for row in range(len(matrix)):
        worth = {
            known: sum(expected(tree, 0, matrix[row], known) for tree in trees)
            for size in range(5)
            for known in itertools.combinations(range(4), size)
        }
        for one in range(4):
            assert told[row, one] == pytest.approx(shapley(worth, one), abs=1e-5)


def expected(tree: Any, node: int, row: np.ndarray, known: tuple[int, ...]) -> float:
    found = tree.loc[node]
    if found["Feature"] == "Leaf":
        return float(found["Gain"])
    yes, no = (int(found[way].split("-")[1]) for way in ("Yes", "No"))
    place = int(found["Feature"][1:])
    if place in known:
        return expected(tree, yes if row[place] < found["Split"] else no, row, known)
    weights = [tree.loc[way, "Cover"] for way in (yes, no)]
    both = [expected(tree, way, row, known) for way in (yes, no)]
    return float(np.average(both, weights=weights))


def shapley(worth: dict[tuple[int, ...], float], one: int) -> float:
    total = 0.0
    for known, value in worth.items():
        if one not in known:
            share = math.factorial(len(known)) * math.factorial(3 - len(known)) / math.factorial(4)
            total += share * (worth[tuple(sorted((*known, one)))] - value)
    return total


def test_thresholds_are_where_scores_change_and_nowhere_else(tmp_path: Path) -> None:
    model: Any = fitted("xgboost", tmp_path)
    rows = view(rows=1, seed=5, target=False)
    found = model.thresholds()
    assert set(found) == set(NAMES)
    assert len(found["amount"]) > 3
    steps = np.unique(found["amount"])
    assert np.array_equal(steps, found["amount"])

    def scores(amounts: np.ndarray) -> np.ndarray:
        table = rows.data.tables["features"]
        table = table.iloc[np.zeros(len(amounts), dtype=int)].assign(amount=amounts)
        return model.predict_proba(View(Dataset({"features": table}), rows.signature))

    at = scores(steps.astype(np.float64))
    middles = scores((steps[:-1] + steps[1:]) / 2.0)
    just_below = scores(np.nextafter(steps, np.float32(-np.inf)).astype(np.float64))
    assert np.array_equal(at[:-1], middles)
    assert np.array_equal(just_below[1:], middles)
    assert (just_below != at).any()


def test_an_input_that_no_tree_splits_on_has_no_threshold(tmp_path: Path) -> None:
    model: Any = fitted("xgboost", tmp_path, trees=1, max_depth=1)

    assert sorted(map(len, model.thresholds().values())) == [0, 0, 0, 1]

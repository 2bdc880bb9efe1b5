"""Exact SHAP values of trees: those of XGBoost, faster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xgboost

from penstock.scoring.tree_arrays import of_booster
from penstock.scoring.tree_shares import TreeShares, prepare
from penstock.scoring.tree_tables import TreeTables, quickest
from tests.unit.scoring.given_trees import stump

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(2000, 6)).astype(np.float32)
ROWS[::5, 2] = np.nan
MADE = np.nan_to_num(ROWS[:, 0] * ROWS[:, 1] + ROWS[:, 2])
LABELS = (MADE + RANDOM.normal(size=2000) > 1).astype(int)


@pytest.mark.parametrize(
    "terms",
    [
        {"max_depth": 1},
        {"max_depth": 4},
        {"max_depth": 9, "min_child_weight": 0.0, "reg_lambda": 0.0},
        {"tree_method": "exact", "gamma": 2.0},
        {"grow_policy": "lossguide", "max_leaves": 12},
        {"base_score": 0.1},
    ],
    ids=str,
)
def test_they_are_those_of_the_library(terms: dict[str, Any]) -> None:
    asked = {"objective": "binary:logistic", "learning_rate": 0.2, "nthread": 1}
    booster = xgboost.train(asked | terms, xgboost.DMatrix(ROWS, LABELS), 12)
    expected = booster.predict(xgboost.DMatrix(ROWS[:200]), pred_contribs=True)

    told, quick = prepare(of_booster(booster)), quickest(of_booster(booster))

    shares = told.of(ROWS[:200])
    assert np.abs(shares - expected[:, :-1]).max() < 1e-5
    assert told.base == pytest.approx(float(expected[0, -1]), abs=1e-5)
    margin = booster.predict(xgboost.DMatrix(ROWS[:200]), output_margin=True)
    assert np.abs(shares.sum(axis=1) + told.base - margin).max() < 1e-5
    assert isinstance(quick, TreeTables) == (terms.get("max_depth", 6) < 9)
    assert np.abs(quick.of(ROWS[:200]) - shares).max() < 1e-13
    assert quick.base == told.base


def test_tables_without_room_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"objective": "binary:logistic", "max_depth": 3, "nthread": 1}
    trees = of_booster(xgboost.train(asked, xgboost.DMatrix(ROWS, LABELS), 12))
    assert isinstance(quickest(trees), TreeTables)
    monkeypatch.setattr("penstock.scoring.tree_tables.ROOM", 1000)
    assert isinstance(quickest(trees), TreeShares)


def test_a_tree_that_asks_nothing_shares_nothing() -> None:
    asked = {"objective": "binary:logistic", "max_depth": 3, "nthread": 1, "gamma": 100.0}
    booster = xgboost.train(asked, xgboost.DMatrix(ROWS, LABELS), 12)
    told, margin = (
        quickest(of_booster(booster)),
        booster.predict(xgboost.DMatrix(ROWS[:200]), output_margin=True),
    )
    assert np.abs(told.of(ROWS[:200]).sum(axis=1) + told.base - margin).max() < 1e-5
    nothing = quickest(
        of_booster(xgboost.train(asked | {"gamma": 1e9}, xgboost.DMatrix(ROWS, LABELS), 2))
    )
    assert not nothing.of(ROWS[:3]).any()


def test_one_split_gives_all_to_its_input() -> None:
    told = prepare(stump())

    assert told.base == pytest.approx(0.5 + 0.75 * -1 + 0.25 * 2)
    shares = told.of(np.array([[0, 9], [5, 9]], np.float32))
    assert shares == pytest.approx(np.array([[-0.75, 0.0], [2.25, 0.0]]))

"""What would pass is what scoring every smaller amount, one by one, finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from penstock.scoring.counterfactual import passing
from penstock.scoring.levers import Pulled
from tests.unit.models.given import context
from tests.unit.scoring.given_lever import LEVER, payments, view_of, with_inputs

TABLE = with_inputs(payments())


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Trees that found large amounts suspicious, and some small ones."""
    random = np.random.default_rng(3)
    pull = TABLE["ratio"] + 2 * TABLE["risk"] + (TABLE["amount"] < 8) * 1.5
    label = (pull + random.normal(0, 0.4, len(TABLE)) > 3).to_numpy(dtype=np.int8)
    kind = load_model("classification", "xgboost").MODEL
    settings = parse(kind.Settings, {"trees": 20, "max_depth": 3}, "x")
    view = replace(view_of(TABLE), target=label)
    alone = replace(context(Path(tmp_path_factory.mktemp("fit")), tail=False), threads=1)
    return kind(settings).fit(view, alone)


def every_amount(model: Any, pulled: Pulled, row: int) -> np.ndarray:
    """The score of the row at 0.00, 0.01 … its own amount."""
    units = np.arange(0.0, pulled.own[row] + 1)
    rows = np.full(len(units), row)
    moved = {name: pulled.value(name, rows, units) for name in pulled.followers}
    table = pulled.frame.iloc[rows].reset_index(drop=True).assign(**moved)
    return model.predict_proba(replace(pulled.view, data=Dataset({"features": table})))


def nearest_by_hand(scores: np.ndarray, cut: float) -> tuple[float, float]:
    passes = np.flatnonzero(scores < cut)
    if not len(passes):
        return 0.0, 0.0
    first = last = int(passes[-1])
    while first and scores[first - 1] < cut:
        first -= 1
    return first / 100, (last + 1) / 100


@pytest.mark.parametrize("cut", [0.05, 0.3, 0.7])
def test_the_nearest_amounts_that_pass_are_those_that_a_search_of_all_finds(
    model: Any, cut: float
) -> None:
    view = view_of(TABLE)
    scores = model.predict_proba(view)
    told = passing(model, view, LEVER, np.full(len(TABLE), cut))

    assert told.notna().all(axis=1).to_numpy().tolist() == (scores >= cut).tolist()
    pulled = Pulled(LEVER, view)
    for row in np.flatnonzero(scores >= cut)[::5]:
        by_hand = nearest_by_hand(every_amount(model, pulled, row), cut)
        assert tuple(told.iloc[row]) == pytest.approx(by_hand, abs=1e-9), row


def test_some_alerts_pass_below_an_amount_some_within_a_range_and_some_never(model: Any) -> None:
    view = view_of(TABLE)
    cuts = [np.full(len(TABLE), cut) for cut in (0.3, 0.95)]
    told = pd.concat([passing(model, view, LEVER, cut) for cut in cuts]).dropna()

    assert (told["passes_below"] == 0).any()
    assert ((told["passes_from"] == 0) & (told["passes_below"] > 0)).any()
    assert (told["passes_from"] > 0).any()
    own = TABLE["amount"].to_numpy()[told.index]
    assert (told["passes_below"] <= own + 1e-9).all()


@pytest.mark.parametrize("cut", [0.0, 20.0])
def test_where_money_decides_the_amount_counts_beside_the_score(model: Any, cut: float) -> None:
    view = view_of(TABLE)

    def saves(score: np.ndarray, amount: np.ndarray) -> np.ndarray:
        return score * amount - (1 - score) * 5 - 8

    own = saves(model.predict_proba(view), TABLE["amount"].to_numpy())
    told = passing(model, view, LEVER, np.full(len(TABLE), cut), saves)
    assert told.notna().all(axis=1).to_numpy().tolist() == (own >= cut).tolist()
    pulled = Pulled(LEVER, view)
    for row in np.flatnonzero(own >= cut)[::8]:
        scores = every_amount(model, pulled, row)
        by_hand = nearest_by_hand(saves(scores, np.arange(len(scores)) / 100), cut)
        assert tuple(told.iloc[row]) == pytest.approx(by_hand, abs=1e-9), row


def test_each_row_has_its_own_cut(model: Any) -> None:
    view = view_of(TABLE)
    cuts = np.where(np.arange(len(TABLE)) % 2, 0.1, 0.6)

    mixed = passing(model, view, LEVER, cuts)

    for cut in (0.1, 0.6):
        alone = passing(model, view, LEVER, np.full(len(TABLE), cut))
        pd.testing.assert_frame_equal(mixed[cuts == cut], alone[cuts == cut])


def test_rows_of_which_the_rules_do_not_hold_are_not_told(model: Any) -> None:
    odd = TABLE.assign(amount=TABLE["amount"] + 0.003)

    assert passing(model, view_of(odd), LEVER, np.zeros(len(TABLE))).isna().all(axis=None)


def test_no_rows_are_told_as_none(model: Any) -> None:
    view = view_of(TABLE, np.empty(0, dtype=np.int64))

    assert passing(model, view, LEVER, np.empty(0)).shape == (0, 2)

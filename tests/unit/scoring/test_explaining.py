from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.scoring.contributions import Contributions
from penstock.scoring.explaining import ALERTS, SAMPLE, explained
from tests.unit.scoring.given_lever import LEVER

DAYS, CARDS = 3, 150


class Scores:
    """A candidate whose score stands in the input `x`."""

    def predict_proba(self, view: View) -> np.ndarray:
        return view.data.tables["features"]["x"].to_numpy(np.float64)

    def contributions(self, view: View) -> Contributions:
        x = self.predict_proba(view)
        return Contributions(("x",), np.log(x / (1 - x))[:, None] + 3.0, -3.0)


class Steps(Scores):
    """One whose score rises where the amount reaches 50.00."""

    def predict_proba(self, view: View) -> np.ndarray:
        table = view.data.tables["features"]
        x = table["x"].to_numpy(np.float64)
        return np.where(table["amount"].to_numpy(np.float32) >= 50.0, x, x / 1000)

    def thresholds(self) -> dict[str, np.ndarray]:
        return {name: np.array([50.0] * (name == "amount"), dtype=np.float32) for name in INPUTS}


INPUTS = ("x", "amount")


def view(rows: int = 1500, seed: int = 0, **notes: Any) -> View:
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "row_id": np.arange(rows) + 1000,
            "time": pd.Timestamp("2026-01-01")
            + pd.to_timedelta(np.sort(random.integers(0, DAYS * 86_400, rows)), unit="s"),
            "card": random.integers(0, CARDS, rows),
            "x": random.permutation(np.linspace(0.01, 0.99, rows)),
            "amount": np.rint(random.uniform(1, 100, rows) * 100) / 100,
        }
    )
    roles = {"id": "row_id", "time": "time", "entity": "card"}
    signature = Signature(tuple(map(Input, INPUTS)), roles)
    return View(Dataset({"features": table}, notes=notes), signature)


def by_hand(rows: View, top: int) -> dict[str, tuple[list[int], float]]:
    """{day: (ids of the alerts, score of the first card beyond the budget)}."""
    table = rows.data.tables["features"]
    found = {}
    for day, today in table.groupby(table["time"].dt.date):
        best = today.loc[today.groupby("card")["x"].idxmax()].sort_values("x", ascending=False)
        found[str(day)] = (best["row_id"].tolist()[:ALERTS], best["x"].tolist()[top])
    return found


def test_alerts_are_the_best_row_of_the_best_cards_of_each_day() -> None:
    rows = view()
    told = explained(Scores(), rows, 100, seed=0)
    alerts = told[told["part"] == "alert"]

    expected = by_hand(rows, 100)
    assert alerts["row_id"].tolist() == [one for ids, _ in expected.values() for one in ids]
    assert alerts["cut"].tolist() == [cut for _, cut in expected.values() for _ in range(ALERTS)]
    assert len(alerts) == ALERTS * DAYS


def test_a_day_with_fewer_cards_than_are_looked_at_has_no_cut() -> None:
    told = explained(Steps(), view(lever=LEVER_ALONE), CARDS, seed=0)
    alerts = told[told["part"] == "alert"]
    assert alerts[["cut", "passes_from", "passes_below"]].isna().all(axis=None)


def test_a_budget_below_the_alerts_told_bounds_them() -> None:
    told = explained(Scores(), view(), 5, seed=0)
    assert (told["part"] == "alert").sum() == 5 * DAYS


def test_without_a_number_a_day_all_days_are_one() -> None:
    plain = view()
    table = plain.data.tables["features"].assign(time=np.arange(1500.0))
    told = explained(Scores(), replace(plain, data=Dataset({"features": table})), None, seed=0)
    alerts = told[told["part"] == "alert"]
    best = table.groupby("card")["x"].max().sort_values(ascending=False).tolist()
    assert alerts["score"].tolist() == best[:ALERTS]
    assert set(alerts["cut"]) == {best[ALERTS]}


def test_the_sample_is_as_large_as_it_can_be_the_same_again_and_of_any_score() -> None:
    told = explained(Scores(), view(), 100, seed=7)
    sample = told[told["part"] == "sample"]
    assert len(sample) == SAMPLE
    assert sample["row_id"].is_unique and sample["row_id"].is_monotonic_increasing
    assert abs(sample["score"].mean() - 0.5) < 0.05
    assert told.equals(explained(Scores(), view(), 100, seed=7))
    assert not told.equals(explained(Scores(), view(), 100, seed=8))
    few = explained(Scores(), view(rows=30), 100, seed=7)
    assert (few["part"] == "sample").sum() == 30


def test_shares_and_base_give_the_score_of_every_row() -> None:
    told = explained(Scores(), view(), 100, seed=0)
    margin = Contributions.of_frame(told).margin
    assert np.abs(1 / (1 + np.exp(-margin)) - told["score"]).max() < 1e-6


LEVER_ALONE = replace(LEVER, followers=LEVER.followers[:1]).to_notes()


def test_amounts_that_pass_are_told_of_alerts_where_model_and_project_allow() -> None:
    told = explained(Steps(), view(lever=LEVER_ALONE), 100, seed=0)
    alerts = told["part"] == "alert"
    assert told.loc[alerts, "passes_below"].tolist() == [50.0] * alerts.sum()
    assert told.loc[~alerts, "passes_below"].isna().all()


@pytest.mark.parametrize(
    ("candidate", "notes"), [(Scores(), {"lever": LEVER_ALONE}), (Steps(), {})]
)
def test_nothing_is_told_of_amounts_where_one_of_them_does_not(
    candidate: Scores, notes: dict[str, Any]
) -> None:
    told = explained(candidate, view(**notes), 100, seed=0)
    assert told[["passes_from", "passes_below"]].isna().all(axis=None)


def test_no_label_is_looked_at() -> None:
    rows = view()
    with_truth = replace(rows, target=np.ones(1500, dtype=np.int8))
    told = explained(Scores(), with_truth, 100, seed=0)
    assert told.equals(explained(Scores(), rows, 100, seed=0))
    assert not {"label", "target"} & set(told)

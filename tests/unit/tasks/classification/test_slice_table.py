"""Parts of the judged rows: what is told of each, and of which nothing can be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.classification.decisions import decided
from penstock.tasks.classification.slice_table import slice_grid, slices_of, weakest
from tests.unit.tasks.classification.judged import judged, protocol

ASKED = protocol(decision={"alerts_a_day": 40.0}, daily_top=10)


def case(**columns):
    """Judged rows of `test`, and a dataset with those columns in its table `slices`."""
    made = decided(judged(), ASKED)
    rows = made[made["split"] == "test"].reset_index(drop=True)
    signature = Signature((Input("x"),), {"id": "row_id"}).to_notes()
    table = pd.DataFrame({"row_id": rows["row_id"]} | {n: of(rows) for n, of in columns.items()})
    shuffled = table.sample(frac=1, random_state=0)
    return rows, Dataset({"slices": shuffled}, notes={"signature": signature})


def by_size(rows):
    names = ["small", "large"]
    return pd.Categorical.from_codes((rows["amount"] > 50).astype(int), names, ordered=True)


def test_figures_are_those_of_the_rows_of_the_slice():
    rows, data = case(size=by_size)
    found = {one.value: one for one in slices_of(rows, data, ASKED, seed=0)}
    assert list(found) == ["small", "large"]
    for value, inside in (("small", rows["amount"] <= 50), ("large", rows["amount"] > 50)):
        part, told = rows[inside], found[value].estimates
        assert (found[value].rows, found[value].positives) == (len(part), part["label"].sum())
        expected = {
            "average_precision": average_precision_score(part["label"], part["score"]),
            "roc_auc": roc_auc_score(part["label"], part["score"]),
            "alert_recall": part[part["label"] == 1]["alert"].mean(),
        }
        for metric, value_ in expected.items():
            assert told[metric].mean == pytest.approx(value_, abs=1e-12)
            assert told[metric].low < value_ < told[metric].high


def test_a_slice_of_positives_alone_is_told_from_all_negative_rows():
    rows, data = case(kind=lambda rows: np.where(rows["label"] == 1, "theft", "none"))
    found = {one.value: one for one in slices_of(rows, data, ASKED, seed=0)}
    expected = average_precision_score(rows["label"], rows["score"])
    assert found["theft"].estimates["average_precision"].mean == pytest.approx(expected)
    assert found["theft"].against == (rows["label"] == 0).sum()
    assert found["none"].estimates == {}
    grid = slice_grid("tree", list(found.values()))
    assert [row[0] for row in grid.rows] == ["kind: none", "kind: theft *"]
    assert grid.rows[0][3:] == ["—", "—", "—"]
    assert "told from all negative ones" in grid.caption


def test_a_slice_with_few_positive_units_is_counted_and_not_judged():
    def rare(rows):
        names = np.full(len(rows), "many", dtype=object)
        names[np.flatnonzero(rows["label"] == 1)[:3]] = "few"
        return names

    rows, data = case(kind=rare)
    few = next(one for one in slices_of(rows, data, ASKED, seed=0) if one.value == "few")
    assert (few.rows, few.positives, few.estimates) == (3, 3, {})


def test_the_weakest_slice_of_each_column_is_named():
    rows, data = case(size=by_size, all=lambda rows: np.zeros(len(rows), dtype=int))
    slices = slices_of(rows, data, ASKED, seed=0)
    recall = {one.value: one.estimates["alert_recall"].mean for one in slices}
    worst = min(("small", "large"), key=recall.__getitem__)
    said = weakest(slices)
    assert len(said) == 1
    assert said[0].startswith(f"size {worst}: recall {recall[worst]:.3f} [")


def test_a_dataset_without_slices_has_none():
    rows, data = case()
    assert slices_of(rows, Dataset(notes=data.notes), ASKED, seed=0) == []

"""One split by itself, as sweeps ask for it: the same fits, the rows it uses, a fold's score."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import NoTrials
from penstock.core.settings import parse
from penstock.tasks.classification.scores import fold_score, score
from penstock.tasks.classification.trials import ProtocolSettings, folds, trials, used_rows

SIGNATURE = Signature((Input("x"),), {"id": "row", "time": "time", "entity": "card", "target": "y"})
WINDOW = {"kind": "prequential", "train_days": 2, "delay_days": 2, "test_days": 2}


def protocol(**splits: dict[str, Any]) -> Any:
    value = {"unit": "card", "leads_on": "test", "splits": splits, "bootstrap": 20}
    return parse(ProtocolSettings, value, "protocol")


PROTOCOL = protocol(
    validation={**WINDOW, "starts": ["2018-04-01", "2018-04-03"]},
    test={**WINDOW, "starts": ["2018-04-07"]},
)


def dataset(days: int, unlabelled: int = 0) -> Dataset:
    """Two rows a day on cards of their own, one of each class."""
    rows = np.arange(2 * days)
    time = np.datetime64("2018-04-01") + (rows // 2) * np.timedelta64(1, "D")
    frame = pd.DataFrame({"row": rows, "time": time, "card": rows, "x": rows.astype(np.float32)})
    label = pd.array([None if row // 2 >= days - unlabelled else row % 2 for row in rows], "Int8")
    labels = pd.DataFrame({"row": rows, "y": label})
    notes = {"signature": SIGNATURE.to_notes()}
    return Dataset({"features": frame, "labels": labels}, notes=notes)


def test_the_folds_of_a_split_are_those_among_all_trials() -> None:
    data = dataset(days=12)
    alone = list(folds(data, PROTOCOL, 5, "validation"))
    among = [one for one in trials(data, PROTOCOL, 5) if one.split == "validation"]
    assert [(one.fold, one.seed, one.trained_through) for one in alone] == [
        (one.fold, one.seed, one.trained_through) for one in among
    ]
    for one, same in zip(alone, among, strict=True):
        assert np.array_equal(one.fit_rows, same.fit_rows)
        assert one.eval_view.data.tables["features"].equals(same.eval_view.data.tables["features"])


def test_the_rows_of_a_split_are_those_that_its_folds_fit_and_judge() -> None:
    fitted, judged = used_rows(dataset(days=12), PROTOCOL, 5, "validation")
    assert fitted.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert judged.tolist() == [8, 9, 10, 11, 12, 13, 14, 15]
    assert not set(judged) & set(used_rows(dataset(days=12), PROTOCOL, 5, "test")[1])


def test_a_split_that_lies_ahead_uses_no_rows_and_has_no_folds() -> None:
    young = dataset(days=12, unlabelled=2)
    assert [len(rows) for rows in used_rows(young, PROTOCOL, 5, "test")] == [0, 0]
    with pytest.raises(NoTrials, match="before any test window ends"):
        next(folds(young, PROTOCOL, 5, "test"))


def test_the_score_of_a_fold_is_what_the_report_averages() -> None:
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"unit_id": random.integers(0, 30, 300), "fold": np.arange(300) % 3})
    rows = rows.assign(
        split="test", score=random.random(300), label=np.int8(random.random(300) < 0.3)
    )
    alone = [fold_score(fold, PROTOCOL) for _, fold in rows.groupby("fold")]
    for metric, estimate in score(rows, PROTOCOL, seed=1)["test"].items():
        assert np.mean([one[metric] for one in alone]) == pytest.approx(estimate.mean, abs=1e-12)

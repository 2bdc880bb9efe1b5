"""Means over folds, intervals over units, and the evidence of ensembles."""

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.tasks.classification.ensembles import EnsembleSettings, combine
from penstock.tasks.classification.scores import join, report, score
from penstock.tasks.classification.trials import ProtocolSettings

PROTOCOL = parse(
    ProtocolSettings,
    {"unit": "card", "leads_on": "test", "splits": {"test": {"kind": "time"}}, "bootstrap": 100},
    "protocol",
)


def predictions(seed=0, rows=600):
    random = np.random.default_rng(seed)
    label = (random.random(rows) < 0.2).astype(np.int8)
    return pd.DataFrame(
        {
            "row_id": np.arange(rows),
            "unit_id": random.integers(0, 80, rows),
            "split": "test",
            "fold": np.arange(rows) % 3,
            "score": (random.random(rows) + 0.5 * label) / 1.5,
            "label": label,
        }
    )


def test_the_mean_is_that_of_the_folds_and_can_be_recomputed_from_the_predictions():
    rows = predictions()
    by_fold = [average_precision_score(f["label"], f["score"]) for _, f in rows.groupby("fold")]
    estimate = score(rows, PROTOCOL, seed=1)["test"]["average_precision"]
    assert abs(estimate.mean - np.mean(by_fold)) < 1e-12
    assert abs(estimate.std - np.std(by_fold, ddof=1)) < 1e-12
    assert (estimate.n, estimate.unit) == (3, "card")


def test_the_interval_holds_the_mean_and_widens_when_units_are_fewer():
    rows = predictions()
    many = score(rows, PROTOCOL, seed=1)["test"]["roc_auc"]
    few = score(rows.assign(unit_id=rows["unit_id"] % 8), PROTOCOL, seed=1)["test"]["roc_auc"]
    assert many.low < many.mean < many.high
    assert few.high - few.low != many.high - many.low


def test_the_same_seed_gives_the_same_interval():
    rows = predictions()
    assert score(rows, PROTOCOL, seed=5) == score(rows, PROTOCOL, seed=5)


def test_the_interval_covers_the_truth_about_nineteen_times_in_twenty():
    covered = 0
    for seed in range(60):
        rows = predictions(seed, rows=300).assign(fold=0, unit_id=np.arange(300))
        auc = score(rows, PROTOCOL, seed)["test"]["roc_auc"]
        covered += auc.low <= 0.875 <= auc.high  # P(U + .5 > U') = 1 - .5²/2
    assert covered >= 50


def test_an_ensemble_averages_scores_or_ranks():
    one = predictions()
    two = one.assign(score=one["score"] ** 8)
    settings = EnsembleSettings(method="mean")
    assert np.allclose(
        combine([one, two], settings, Dataset(), PROTOCOL)["score"],
        (one["score"] + two["score"]) / 2,
    )
    ranks = EnsembleSettings(method="rank_mean")
    made = combine([one, two], ranks, Dataset(), PROTOCOL)
    expected = one.groupby(["split", "fold"])["score"].rank(pct=True)
    assert np.allclose(made["score"], expected)


def test_one_label_that_is_not_known_stops_nobody():
    frame = pd.DataFrame({"row": [5, 6, 7], "time": [0.0, 1.0, 2.0], "x": [1.0, 2.0, 3.0]})
    labels = pd.DataFrame({"row": frame["row"], "y": pd.array([1, None, 0], dtype="Int8")})
    signature = Signature((Input("x"),), {"id": "row", "time": "time", "target": "y"})
    data = Dataset({"features": frame, "labels": labels}, notes={"signature": signature.to_notes()})
    evidence = pd.DataFrame({"row_id": [7, 5], "unit_id": [7, 5], "score": [0.1, 0.9]})
    assert join(evidence, data, PROTOCOL)["label"].tolist() == [0, 1]


def test_a_fold_of_few_units_gives_an_interval_and_no_error():
    rows = predictions(rows=203)
    rows["fold"] = np.r_[np.zeros(200, int), np.ones(3, int)]
    rows["unit_id"] = np.r_[np.arange(200) % 50, [900, 901, 902]]
    rows["label"] = np.r_[rows["label"][:200], [0, 1, 0]]
    estimate = score(rows, PROTOCOL, seed=1)["test"]["brier"]
    assert estimate.low <= estimate.mean <= estimate.high


def test_copies_are_told_where_a_split_could_learn_them():
    frame = pd.DataFrame({"row": range(4), "time": range(4), "x": [1.0, 2.0, 1.0, 3.0]})
    labels = pd.DataFrame({"row": frame["row"], "y": pd.array([1, 0, 1, 0], dtype="Int8")})
    signature = Signature((Input("x"),), {"id": "row", "time": "time", "target": "y"})
    data = Dataset({"features": frame, "labels": labels}, notes={"signature": signature.to_notes()})
    notes = report({"one": predictions()}, data, PROTOCOL, {}).notes
    assert any(note.startswith("2 of 4 rows have the very inputs") for note in notes)

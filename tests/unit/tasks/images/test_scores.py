"""Metrics of many classes: by hand, and as scikit-learn measures them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score, log_loss

from penstock.core.contracts import Array
from penstock.tasks.images import scores
from penstock.tasks.images.ensembles import EnsembleSettings, combine
from penstock.tasks.images.measures import Fold
from tests.digits import features, protocol


def rows(chances: Array, label: list[int], **columns: object) -> pd.DataFrame:
    named = {f"p{n}": one for n, one in enumerate(np.asarray(chances, np.float64).T)}
    number = np.arange(len(label)) + 600
    frame = pd.DataFrame({"row_id": number, "unit_id": number, **named})
    return frame.assign(**{"label": label, "split": "test", "fold": 0, **columns})


def drawn(count: int = 300, classes: int = 4, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    label = random.integers(0, classes, count)
    logits = random.normal(size=(count, classes)) + 1.5 * np.eye(classes)[label]
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return rows(chances, label.tolist())


def test_four_images_worked_by_hand() -> None:
    chances = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.25, 0.25, 0.5]])
    found = scores.fold_score(rows(chances, [0, 1, 1, 2]), protocol())
    assert found["accuracy"] == 0.75
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found["log_loss"] == pytest.approx(-np.log([0.8, 0.3, 0.8, 0.5]).mean())
    # Bins of a fifteenth: .8 twice, both right; .6 wrong; .5 right.
    assert found["ece"] == pytest.approx((0.4 + 0.6 + 0.5) / 4)


def test_measures_are_those_of_scikit_learn() -> None:
    frame = drawn()
    chances = frame[[f"p{n}" for n in range(4)]].to_numpy()
    told, label = chances.argmax(axis=1), frame["label"].to_numpy()
    found = scores.fold_score(frame, protocol())
    assert found["accuracy"] == pytest.approx(accuracy_score(label, told))
    assert found["macro_f1"] == pytest.approx(f1_score(label, told, average="macro"))
    assert found["log_loss"] == pytest.approx(log_loss(label, chances))


def test_a_resample_is_measured_as_the_rows_it_draws() -> None:
    frame = drawn(50)
    random = np.random.default_rng(3)
    chosen = random.integers(0, 50, 50)
    draws = np.bincount(chosen, minlength=50)[:, None].astype(float)
    again = scores.fold_score(frame.iloc[chosen].reset_index(drop=True), protocol())
    measured = Fold(frame).measure(draws)
    assert {name: value[0] for name, value in measured.items()} == pytest.approx(again)


def test_a_chance_of_nothing_for_what_was_right_costs_much_and_is_finite() -> None:
    found = scores.fold_score(rows(np.array([[1.0, 0.0], [0.0, 1.0]]), [1, 1]), protocol())
    assert 40 < found["log_loss"] < 50


def test_the_deviation_is_over_seeds_and_the_interval_over_images() -> None:
    first = drawn(seed=1)
    second = first.assign(fold=1)
    same = scores.score(pd.concat([first, second]), protocol(), 0)["test"]["accuracy"]
    assert (same.n, same.std, same.unit) == (2, 0.0, "image")
    assert same.low < same.mean < same.high
    other = drawn(seed=1).assign(fold=1, label=(first["label"] + 1) % 4)
    apart = scores.score(pd.concat([first, other]), protocol(), 0)["test"]["accuracy"]
    assert apart.std > 0.1


def test_the_order_of_the_rows_changes_nothing() -> None:
    whole = pd.concat([drawn(seed=1), drawn(seed=1).assign(fold=1)])
    shuffled = whole.sample(frac=1, random_state=2)
    assert scores.score(whole, protocol(), 0) == scores.score(shuffled, protocol(), 0)


def test_every_metric_has_a_label_and_the_headline_comes_first() -> None:
    labels = scores.metrics(protocol())
    assert next(iter(labels)) == "accuracy"
    assert set(labels) == set(scores.fold_score(drawn(), protocol()))


def test_labels_are_joined_by_the_number_of_the_image() -> None:
    data = features()
    evidence = pd.DataFrame({"row_id": [700, 3]})
    joined = scores.join(evidence, data, protocol())
    assert joined["label"].tolist() == data.tensors["label"][[700, 3]].tolist()


@pytest.mark.parametrize("method", ["mean", "geometric"])
def test_an_ensemble_is_a_mean_of_chances(method: str) -> None:
    def member(chance: float) -> pd.DataFrame:
        chances = np.full((3, 10), (1 - chance) / 9)
        chances[:, 0] = chance
        return rows(chances, [0, 0, 0]).drop(columns="label")

    settings = EnsembleSettings.model_validate({"method": method})
    made = combine([member(0.9), member(0.2)], settings, features(), protocol())
    chances = made[[f"p{n}" for n in range(10)]].to_numpy()
    odds = np.sqrt(0.9 * 0.2 / (0.1 / 9 * 0.8 / 9))
    expected = 0.55 if method == "mean" else odds / (odds + 9)
    np.testing.assert_allclose(chances[:, 0], expected, rtol=1e-6)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-6)


def test_an_ensemble_keeps_to_the_splits_that_all_members_saw() -> None:
    first = drawn(classes=10)
    both = pd.concat([first, first.assign(split="validation")])
    made = combine([both, first], EnsembleSettings(method="mean"), features(), protocol())
    assert set(made["split"]) == {"test"}

"""A logistic stack that learns on one split and is judged on others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from penstock.tasks.classification.stack import NothingToLearnOn, stack

ROWS = 1500
Draw = tuple[list[pd.DataFrame], pd.DataFrame, pd.Series]


def drawn(seed: int = 0, folds: int = 4) -> Draw:
    """Three members (good, fair, noise) on `validation` and `test`; labels by row_id."""
    rng = np.random.default_rng(seed)
    count = 2 * ROWS
    label = (rng.random(count) < 0.1).astype(int)
    rows = pd.DataFrame(
        {
            "split": np.repeat(["validation", "test"], ROWS),
            "fold": np.tile(np.arange(ROWS) % folds, 2),
            "row_id": np.arange(count),
            "unit_id": np.arange(count) // 3,
        }
    )
    members = []
    for strength in (2.0, 1.0, 0.0):
        margin = strength * (2 * label - 1) + rng.normal(0, 1, count) - 2
        members.append(rows.assign(score=1 / (1 + np.exp(-margin))))
    told = pd.DataFrame({"row_id": rows["row_id"], "label": label})
    return members, told[:ROWS], told.set_index("row_id")["label"]


def precision(made: pd.DataFrame, truth: pd.Series, split: str) -> float:
    rows = made[made["split"] == split]
    return float(average_precision_score(truth[rows["row_id"]], rows["score"]))


@pytest.mark.curriculum("C12")
@pytest.mark.parametrize("split", ["validation", "test"])
def test_it_beats_its_members_and_their_mean(split: str) -> None:
    members, labels, truth = drawn()

    made = stack(members, labels, "validation")

    mean = members[0].assign(score=np.mean([one["score"] for one in members], axis=0))
    ours = precision(made, truth, split)
    assert ours > max(precision(one, truth, split) for one in [*members, mean])


def test_the_rows_are_those_of_the_members_and_scores_are_chances() -> None:
    members, labels, truth = drawn()

    made = stack(members, labels, "validation")

    assert made.drop(columns="score").equals(members[0].drop(columns="score"))
    test = made[made["split"] == "test"]
    assert test["score"].mean() == pytest.approx(truth[test["row_id"]].mean(), rel=0.15)


def test_other_splits_get_what_a_barely_penalised_regression_gives() -> None:
    members, labels, _ = drawn()
    logits = np.column_stack([np.log(one["score"] / (1 - one["score"])) for one in members])

    made = stack(members, labels, "validation", l2=1e-9)

    peer = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(logits[:ROWS], labels["label"])
    expected = peer.predict_proba(logits[ROWS:])[:, 1]
    assert made["score"].to_numpy()[ROWS:] == pytest.approx(expected, abs=1e-5)


def test_a_heavy_penalty_leaves_the_mean_of_the_logits() -> None:
    members, labels, _ = drawn()
    logits = np.mean([np.log(one["score"] / (1 - one["score"])) for one in members], axis=0)

    made = stack(members, labels, "validation", l2=1e9)

    margin = np.log(made["score"] / (1 - made["score"]))[ROWS:]
    assert np.ptp(margin - logits[ROWS:]) < 1e-5


@pytest.mark.parametrize("folds", [4, 1])
def test_no_row_is_scored_by_weights_that_its_own_label_made(folds: int) -> None:
    members, labels, _ = drawn(folds=folds)
    positive = int(labels["row_id"][labels["label"] == 1].iloc[0])
    before = stack(members, labels, "validation").set_index("row_id")["score"]

    turned = labels.assign(label=labels["label"].where(labels["row_id"] != positive, 0))
    after = stack(members, turned, "validation").set_index("row_id")["score"]

    assert before[positive] == after[positive]
    assert (before != after).sum() > ROWS


def test_a_row_of_the_choosing_split_is_held_out_in_every_split() -> None:
    members, labels, _ = drawn()
    again = [
        pd.concat([one, one[:ROWS].assign(split="validation_28d")], ignore_index=True)
        for one in members
    ]

    made = stack(again, labels, "validation")

    first, copy = (made[made["split"] == name] for name in ("validation", "validation_28d"))
    assert np.array_equal(first["score"], copy["score"])


def test_certain_scores_are_no_trouble() -> None:
    members, labels, _ = drawn()
    certain = [one.assign(score=one["score"].round()) for one in members]

    assert stack(certain, labels, "validation")["score"].between(0, 1, inclusive="neither").all()


def _nowhere(members: list[pd.DataFrame], labels: pd.DataFrame) -> None:
    stack(members, labels, "valdation")


def _one_class(members: list[pd.DataFrame], labels: pd.DataFrame) -> None:
    stack(members, labels.assign(label=0), "validation")


def _one_fold_holds_all(members: list[pd.DataFrame], labels: pd.DataFrame) -> None:
    first = members[0]["fold"][:ROWS] == 0
    stack(members, labels.assign(label=first.astype(int)), "validation")


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (_nowhere, "'valdation': no member was judged there"),
        (_one_class, "0 of 1500 rows are positive"),
        (_one_fold_holds_all, "0 of 1125 rows are positive"),
    ],
)
def test_nothing_to_learn_on_is_said_with_the_way_out(
    mistake: Callable[[list[pd.DataFrame], pd.DataFrame], None], said: str
) -> None:
    members, labels, _ = drawn()

    with pytest.raises(NothingToLearnOn, match=said) as error:
        mistake(members, labels)

    assert "fix: let learns_on" in str(error.value)

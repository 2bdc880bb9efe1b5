"""The paired bootstrap against a literal one, and how often it lets an equal model win."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from penstock.tasks.classification.paired import Question, Side, ask
from penstock.tasks.resampling import tail_of


def two_models(seed, cards=60, rows=400, better=0.0):
    """Judged rows of two models of equal worth, the second `better` at telling frauds apart."""
    random = np.random.default_rng(seed)
    unit = random.integers(0, cards, rows)
    of_card = random.normal(size=cards)[unit]  # what makes rows of a card alike
    label = (random.random(rows) < 0.15).astype(np.int8)
    frames = []
    for extra in (0.0, better):
        signal = (1.2 + extra) * label + 0.6 * of_card + random.normal(size=rows)
        score = np.round(1 / (1 + np.exp(2 - signal)), 2)  # rounded: ties, as trees have them
        frames.append(pd.DataFrame({"label": label, "score": score}))
    return unit, frames


def question(metric, unit, cards, ours, theirs):
    return Question(metric, Side(ours, unit, cards), Side(theirs, unit, cards))


def expected_calibration_error(label, score):
    total = 0.0
    for low in range(10):
        inside = [(s, y) for s, y in zip(score, label, strict=True) if min(int(s * 10), 9) == low]
        if inside:
            total += abs(np.mean([s for s, _ in inside]) - np.mean([y for _, y in inside])) * len(
                inside
            )
    return total / len(label)


LITERAL = {
    "average_precision": average_precision_score,
    "roc_auc": roc_auc_score,
    "brier": brier_score_loss,
    "expected_calibration_error": expected_calibration_error,
}


@pytest.mark.parametrize("metric", LITERAL)
def test_the_interval_is_that_of_a_literal_bootstrap_over_cards(metric):
    cards, draws, seed = 60, 100, 7
    unit, (theirs, ours) = two_models(seed=3, better=0.8)
    rows_of = [np.flatnonzero(unit == card) for card in range(cards)]
    random = np.random.default_rng(seed)
    differences = []
    for _ in range(draws):
        drawn = np.concatenate([rows_of[card] for card in random.integers(0, cards, cards)])
        label = ours["label"].to_numpy()[drawn]
        figures = [LITERAL[metric](label, one["score"].to_numpy()[drawn]) for one in (ours, theirs)]
        differences.append(figures[0] - figures[1])
    answer = ask({"it": question(metric, unit, cards, ours, theirs)}, cards, draws, seed)["it"]
    tail = tail_of(len(np.unique(unit[ours["label"] == 1])))
    assert [answer.low, answer.high] == pytest.approx(
        np.quantile(differences, [tail, 1 - tail]), abs=1e-9
    )
    assert answer.challenger == pytest.approx(LITERAL[metric](ours["label"], ours["score"]))
    assert answer.champion == pytest.approx(LITERAL[metric](theirs["label"], theirs["score"]))


def test_the_same_resamples_make_the_interval_narrow_where_models_err_alike():
    unit, (one, _) = two_models(seed=5)
    nearly = one.assign(score=np.clip(one["score"] + 0.001 * (np.arange(len(one)) % 2), 0, 1))
    paired = ask({"it": question("roc_auc", unit, 60, nearly, one)}, 60, 200, 0)["it"]
    alone = ask({"it": Question("roc_auc", Side(one, unit, 60), None)}, 60, 200, 0)["it"]
    assert paired.high - paired.low < (alone.high - alone.low) / 5


def test_a_model_against_itself_differs_by_nothing():
    unit, (one, _) = two_models(seed=6)
    answer = ask({"it": question("average_precision", unit, 60, one, one)}, 60, 100, 0)["it"]
    assert (answer.low, answer.high) == (0.0, 0.0)


def test_card_precision_is_compared_on_the_same_cards():
    unit, (theirs, ours) = two_models(seed=8, better=2.0)
    day = np.sort(np.arange(len(unit)) % 4)
    frames = [one.assign(day=day) for one in (ours, theirs)]
    asked = {"it": question("card_precision@5", unit, 60, *frames)}
    answer = ask(asked, 60, 100, 0)["it"]
    assert answer.low <= answer.challenger - answer.champion <= answer.high
    assert answer.challenger > answer.champion


def promoted(seeds, better):
    """In how many of the simulations the whole interval lies above 0."""
    wins = 0
    for seed in seeds:
        unit, (theirs, ours) = two_models(seed, cards=100, rows=400, better=better)
        asked = {"it": question("average_precision", unit, 100, ours, theirs)}
        wins += ask(asked, 100, 100, seed)["it"].low > 0
    return wins


def test_of_two_equal_models_the_challenger_wins_in_about_one_of_forty_simulations():
    # 2.5 % of 200 is 5; 13 would be seen in one of a thousand such series.
    assert promoted(range(200), better=0.0) <= 13


def test_a_challenger_that_is_much_better_wins_nearly_always():
    assert promoted(range(1000, 1040), better=1.5) >= 36

"""Both metrics against scikit-learn, with ties and weights, and at the edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from penstock.tasks.classification.curve import RankedRows

LITERAL = {"average_precision": average_precision_score, "roc_auc": roc_auc_score}
rows = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 4)), min_size=2, max_size=60
)


@given(rows)
def test_both_metrics_equal_scikit_learn_with_ties_and_weights(drawn):
    label, score, weight = (np.array(column, dtype=float) for column in zip(*drawn, strict=True))
    if not (weight[label == 1].sum() and weight[label == 0].sum()):
        return
    rows = np.arange(len(label))
    found = RankedRows(label, score, rows, len(rows)).measure(np.c_[weight, 2 * weight])
    for metric, expected in LITERAL.items():
        told = expected(label, score, sample_weight=weight)
        assert found[metric] == pytest.approx([told, told], abs=1e-12)


def test_rows_at_the_size_of_a_fold_equal_scikit_learn():
    random = np.random.default_rng(0)
    label = (random.random(60_000) < 0.007).astype(int)
    score = random.random(60_000) + 0.3 * label
    found = RankedRows(label, score, random.integers(0, 5000, 60_000), 5000).measure()
    for metric, expected in LITERAL.items():
        assert found[metric] == pytest.approx([expected(label, score)], abs=1e-12)


def test_a_fold_without_positives_gives_nan_and_no_error():
    found = RankedRows(np.zeros(4), np.arange(4.0), np.arange(4), 4).measure()
    assert math.isnan(found["average_precision"][0])
    assert math.isnan(found["roc_auc"][0])


def test_a_unit_that_was_drawn_twice_counts_as_its_rows_twice():
    random = np.random.default_rng(1)
    label, score, unit = random.integers(0, 2, 90), random.integers(0, 9, 90), np.arange(90) % 7
    draws = random.integers(0, 3, (7, 5)).astype(float)
    found = RankedRows(label, score, unit, 7).measure(draws)
    for metric, expected in LITERAL.items():
        told = [expected(label, score, sample_weight=draws[unit, j]) for j in range(5)]
        assert found[metric] == pytest.approx(told, abs=1e-12)

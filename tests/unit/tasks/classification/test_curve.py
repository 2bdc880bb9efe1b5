"""Both metrics against scikit-learn, with ties and weights, and at the edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from penstock.tasks.classification.curve import RankedRows

rows = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 4)), min_size=2, max_size=60
)


@given(rows)
def test_both_metrics_equal_scikit_learn_with_ties_and_weights(drawn):
    label, score, weight = (np.array(column, dtype=float) for column in zip(*drawn, strict=True))
    if not (weight[label == 1].sum() and weight[label == 0].sum()):
        return
    ranked = RankedRows(label, score)
    expected = average_precision_score(label, score, sample_weight=weight)
    assert ranked.average_precision(weight) == pytest.approx(expected, abs=1e-12)
    expected = roc_auc_score(label, score, sample_weight=weight)
    assert ranked.roc_auc(weight) == pytest.approx(expected, abs=1e-12)


def test_rows_at_the_size_of_a_fold_equal_scikit_learn():
    random = np.random.default_rng(0)
    label = (random.random(60_000) < 0.007).astype(int)
    score = random.random(60_000) + 0.3 * label
    ranked = RankedRows(label, score)
    assert ranked.average_precision() == pytest.approx(
        average_precision_score(label, score), abs=1e-12
    )
    assert ranked.roc_auc() == pytest.approx(roc_auc_score(label, score), abs=1e-12)


def test_a_fold_without_positives_gives_nan_and_no_error():
    ranked = RankedRows(np.zeros(4), np.arange(4.0))
    assert math.isnan(ranked.average_precision())
    assert math.isnan(ranked.roc_auc())
